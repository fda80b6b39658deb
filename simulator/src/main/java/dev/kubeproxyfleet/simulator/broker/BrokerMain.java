package dev.kubeproxyfleet.simulator.broker;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;

/** The main class of a process that is one broker of a {@link BrokerCluster}. */
final class BrokerMain {

    private BrokerMain() {}

    /** @param arguments a file of broker settings, and the id of the process with which this one ends */
    public static void main(String[] arguments) throws Exception {
        // A broker without its cluster has nobody to hand its partitions to: it need not end in order.
        var _ = ProcessHandle.of(Long.parseLong(arguments[1]))
                .map(ProcessHandle::onExit)
                .orElseGet(() -> CompletableFuture.completedFuture(null))
                .thenRun(() -> Runtime.getRuntime().halt(0));
        Properties settings = new Properties();
        try (var reader = Files.newBufferedReader(Path.of(arguments[0]), StandardCharsets.UTF_8)) {
            settings.load(reader);
        }
        KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(settings, false), Time.SYSTEM);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(server::shutdown));
        server.startup();
        server.awaitShutdown();
    }
}
