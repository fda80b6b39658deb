package dev.kubeproxyfleet.fleet.azure;

import java.util.Arrays;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/** A replica's worker as a process of its own, to be killed; signs in as the environment says. */
public final class WorkerProcess {

    private WorkerProcess() {}

    /** @param arguments the brokers, the address of ARM and of its sign-in, and the file with its authority */
    public static void main(String[] arguments) throws InterruptedException {
        // In more detail than anyone would log, so that a secret would show.
        Logger root = Logger.getLogger("");
        Arrays.stream(root.getHandlers()).forEach(handler -> handler.setLevel(Level.ALL));
        root.setLevel(Level.ALL);
        AzureSettings settings = AzureArmGatewayTest.settings(Map.of(
                "endpoint", arguments[1],
                "authority", arguments[1],
                "ca-certificate", arguments[2],
                "time-scale", "30",
                "watch-interval", "PT0.3S"));
        WorkerReplica replica = new WorkerReplica(Map.of("bootstrap.servers", arguments[0]), settings);
        replica.join();
    }
}
