package dev.kubeproxyfleet.simulator.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.kubeproxyfleet.simulator.hazard.SmallDisk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FullDiskTest {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final String TOPIC = "written";

    @TempDir
    Path folder;

    @Test
    void aBrokerWhoseDiskIsFullEndsAndTheOthersKeepEverything() throws Exception {
        Optional<String> missing = SmallDisk.missing();
        assumeTrue(missing.isEmpty(), () -> "skipped: " + missing.orElseThrow());
        try (BrokerCluster cluster = BrokerCluster.start(folder, 3, Set.of(3))) {
            make(cluster, new NewTopic(TOPIC, 1, (short) 3));
            try (CountingProducer producer = new CountingProducer(cluster.bootstrapServers(), TOPIC)) {
                awaitMore(producer);
                BrokerProcess full = cluster.broker(3);
                full.disk().orElseThrow().fill();
                await("the end of the broker").atMost(PATIENCE).until(() -> !full.isAlive());
                awaitMore(producer);

                full.disk().orElseThrow().free();
                full.start();
                cluster.awaitInSync(PATIENCE);
                producer.close();

                assertThat(producer.refused()).isEmpty();
                assertThat(producer.read()).containsExactlyElementsOf(producer.kept());
            }
        }
    }

    private static void make(BrokerCluster cluster, NewTopic topic) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()))) {
            admin.createTopics(List.of(topic)).all().get();
        }
    }

    private static void awaitMore(CountingProducer producer) {
        int before = producer.count();
        await("records that are kept").atMost(PATIENCE).until(() -> producer.count() >= before + 200);
    }
}
