package dev.kubeproxyfleet.simulator.agent;

import dev.kubeproxyfleet.agent.collect.Protocol;
import dev.kubeproxyfleet.agent.collect.ServiceKey;
import dev.kubeproxyfleet.agent.netlink.IpvsNetlink;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Prints what the kernel tells over netlink, one line a service ({@code service <protocol> <address> <port> <connections>}) or
 * real server below it, and the timeouts. Runs on a JVM inside the guest of {@link RealKernelTest}.
 */
public final class NetlinkDump {

    private NetlinkDump() {}

    public static void main(String[] arguments) {
        IpvsNetlink kernel = new IpvsNetlink();
        kernel.timeouts()
                .ifPresent(timeouts -> System.out.printf(
                        "timeouts %d %d %d%n",
                        timeouts.getTcpSeconds(), timeouts.getTcpFinSeconds(), timeouts.getUdpSeconds()));
        List<ServiceKey> services = new ArrayList<>();
        kernel.services((key, persistent, connections) -> {
            services.add(key);
            System.out.printf("service %s %d%n", text(key), connections);
        });
        for (ServiceKey service : services) {
            kernel.servers(
                    service,
                    (server, weight, connections) -> System.out.printf(
                            "server %s %s %d %d %d%n",
                            text(service),
                            address(server.ipv6(), server.high(), server.low()),
                            server.port(),
                            weight,
                            connections));
        }
        if (kernel.problem() != null) {
            System.out.println("problem " + kernel.problem());
        }
        kernel.done();
    }

    static String text(ServiceKey key) {
        return key.protocol() == Protocol.FWM
                ? "FWM %d 0".formatted(key.low())
                : "%s %s %d".formatted(key.protocol(), address(key.ipv6(), key.high(), key.low()), key.port());
    }

    /** As the JDK writes it, IPv6 in full. */
    static String address(boolean ipv6, long high, long low) {
        byte[] bytes = ipv6
                ? ByteBuffer.allocate(16).putLong(high).putLong(low).array()
                : ByteBuffer.allocate(4).putInt((int) low).array();
        try {
            return InetAddress.getByAddress(bytes).getHostAddress();
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
