package dev.kubeproxyfleet.fleet.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kubeproxyfleet.fleet.access.KafkaWriters;
import dev.kubeproxyfleet.fleet.access.Vouchers;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.topic.Topic;
import dev.kubeproxyfleet.simulator.broker.EmbeddedBroker;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A position that one replica gives is understood by another, also past the marks that transactions leave in a topic. */
class ReplicasReadAlikeIT {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final FleetView one = new FleetView(_ -> {}, _ -> {}, 1, 1);
    private final FleetView other = new FleetView(_ -> {}, _ -> {}, 1, 1);

    @Test
    void whatOneHasReadTheOtherTellsSince(@TempDir Path folder) throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"), 0);
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
                KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", "replicas"),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            admin.createTopics(ReadModelConsumer.TOPICS.stream()
                            .map(topic -> new NewTopic(name(topic), 2, (short) 1))
                            .toList())
                    .all()
                    .get();
            producer.initTransactions();
            write(producer, true, Fleet.cluster("a", null), Fleet.cluster("b", null));
            write(producer, false, Fleet.cluster("c", null));
            ReadModelConsumer first = start(one, broker);
            ReadModelConsumer second = start(other, broker);
            try {
                await("both have read all that there is")
                        .atMost(PATIENCE)
                        .until(() -> one.clusters().size() == 2
                                && one.position().next().equals(other.position().next()));
                String position = one.position().text();

                write(producer, true, Fleet.cluster("b", KubeProxyConfig.UNSET), Fleet.cluster("d", null));
                write(producer, true, new Change.Cluster(Fleet.id("a"), null));
                await("the first has read on")
                        .atMost(PATIENCE)
                        .until(() -> one.clusters().size() == 2
                                && one.clusters().getLast().name().equals("d"));

                assertThat(other.since(one.position().text(), PATIENCE)).isInstanceOf(Since.Changed.class);
                assertThat(other.since(position, Duration.ZERO))
                        .isInstanceOfSatisfying(
                                Since.Changed.class,
                                since -> assertThat(since.notices().stream()
                                                .filter(notice -> notice.event().equals(Notice.CLUSTER))
                                                .map(Notice::id))
                                        .containsExactlyInAnyOrder(Fleet.id("a"), Fleet.id("b"), Fleet.id("d")));
            } finally {
                first.stop(new ShutdownEvent());
                second.stop(new ShutdownEvent());
            }
        }
    }

    private static void write(KafkaProducer<byte[], byte[]> producer, boolean commits, Change.Cluster... changes)
            throws Exception {
        producer.beginTransaction();
        for (Change.Cluster change : List.of(changes)) {
            producer.send(new ProducerRecord<>(
                            name(Topic.CLUSTERS),
                            change.id().getBytes(StandardCharsets.UTF_8),
                            change.cluster() == null ? null : Json.MAPPER.writeValueAsBytes(change.cluster())))
                    .get();
        }
        if (commits) {
            producer.commitTransaction();
        } else {
            producer.abortTransaction();
        }
    }

    private static ReadModelConsumer start(FleetView view, EmbeddedBroker broker) {
        ReadModelConsumer consumer = new ReadModelConsumer(
                view,
                new RecordDecoder(Strategy.DEFAULT, Vouchers.NONE, KafkaWriters.WITHOUT_LOGIN),
                ReplicasReadAlikeIT::name,
                1,
                new SimpleMeterRegistry(),
                () -> Fleet.NOON,
                _ -> 7,
                () -> new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers",
                                broker.bootstrapServers(),
                                "isolation.level",
                                "read_committed",
                                "enable.auto.commit",
                                false,
                                "auto.offset.reset",
                                "earliest"),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer()));
        consumer.start(new StartupEvent());
        return consumer;
    }

    private static String name(Topic topic) {
        return "t." + topic.suffix();
    }
}
