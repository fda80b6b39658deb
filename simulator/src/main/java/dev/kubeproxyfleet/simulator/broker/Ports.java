package dev.kubeproxyfleet.simulator.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Random;

/**
 * Where a broker of a {@link BrokerCluster} listens on loopback.
 *
 * @param client for whoever comes directly
 * @param link for the other brokers, and for whoever comes through links
 * @param controller for the other controllers and their brokers
 */
record Ports(int client, int link, int controller) {

    /** Below what kernels take for outgoing connections, so that a port is still free when a killed broker comes back. */
    private static final int LOWEST = 12_000;

    private static final int HIGHEST = 31_000;
    private static final int ATTEMPTS = 100;

    static Ports free(Random random) throws BrokerStartException {
        return new Ports(port(random), port(random), port(random));
    }

    Ports withClient(int port) {
        return new Ports(port, link, controller);
    }

    private static int port(Random random) throws BrokerStartException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = random.nextInt(LOWEST, HIGHEST);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName(EmbeddedBroker.LOOPBACK))) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // Another one may be free.
            }
        }
        throw new BrokerStartException("No port is free on " + EmbeddedBroker.LOOPBACK);
    }
}
