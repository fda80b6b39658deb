package dev.kubeproxyfleet.fleet.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kubeproxyfleet.fleet.kafka.KafkaClientsOf;
import dev.kubeproxyfleet.schemas.topic.Topic;
import dev.kubeproxyfleet.simulator.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WrittenSoFarIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    /** Its end is marked in one partition after the other: where it is not yet, a reader of what is committed sees nothing of it. */
    @Test
    void waitsForWhatATransactionHasWrittenWhereItsEndIsNotMarkedYet() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"), 0);
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(ReadModelConsumer.TOPICS.stream()
                            .map(topic -> new NewTopic(topic.name(Topic.DEFAULT_PREFIX), 1, (short) 1))
                            .toList())
                    .all()
                    .get();
            FleetView view = new FleetView(_ -> {}, _ -> {}, 1, 1);
            WrittenSoFar written = new WrittenSoFar(
                    view, KafkaClientsOf.settings(Map.of("kafka.bootstrap.servers", broker.bootstrapServers())));
            Partition audit = new Partition(Topic.AUDIT, 0);
            Partition rollouts = new Partition(Topic.ROLLOUTS, 0);
            try (KafkaProducer<String, String> controller = new KafkaProducer<>(
                    Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", "controller"),
                    new StringSerializer(),
                    new StringSerializer())) {
                controller.initTransactions();
                controller.beginTransaction();
                for (Partition partition : List.of(audit, rollouts)) {
                    controller
                            .send(new ProducerRecord<>(partition.topic().name(Topic.DEFAULT_PREFIX), "key", "value"))
                            .get();
                }
                view.reached(Position.START.with(audit, 2));

                Thread waiting = Thread.ofPlatform().start(() -> {
                    try {
                        written.awaitShown(PATIENCE);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
                await("that it waits for the rollout")
                        .atMost(PATIENCE)
                        .until(() -> waiting.getState() == Thread.State.TIMED_WAITING);
                view.reached(view.position().with(rollouts, 1));

                assertThat(waiting.join(PATIENCE)).isTrue();
                controller.commitTransaction();
            } finally {
                written.close();
            }
        }
    }
}
