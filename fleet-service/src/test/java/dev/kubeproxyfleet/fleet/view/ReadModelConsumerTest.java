package dev.kubeproxyfleet.fleet.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.fleet.access.KafkaWriters;
import dev.kubeproxyfleet.fleet.access.Vouchers;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.reason.AnswerReason;
import dev.kubeproxyfleet.schemas.topic.Topic;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.internals.AutoOffsetResetStrategy;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReadModelConsumerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final List<Topic> TOPICS = List.of(
            Topic.DESIRED,
            Topic.CONFIGS,
            Topic.ROLLOUTS,
            Topic.ROLLOUT_CLUSTERS,
            Topic.CLUSTERS,
            Topic.CLUSTER_HEALTH,
            Topic.CLUSTER_KUBERNETES,
            Topic.AUDIT);
    private static final int AUDIT_RECORDS = 10;
    private static final long LOG = 7;

    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final FleetView view = new FleetView(_ -> {}, _ -> {}, 10, AUDIT_RECORDS);
    private final MockConsumer<byte[], byte[]> kafka = new MockConsumer<>(AutoOffsetResetStrategy.EARLIEST.name());
    private final ReadModelConsumer consumer = new ReadModelConsumer(
            view,
            new RecordDecoder(Strategy.DEFAULT, Vouchers.NONE, KafkaWriters.WITHOUT_LOGIN),
            topic -> "t." + topic.suffix(),
            AUDIT_RECORDS,
            metrics,
            () -> Fleet.NOON,
            _ -> LOG,
            () -> kafka);

    @AfterEach
    void stop() throws InterruptedException {
        consumer.stop(new ShutdownEvent());
    }

    @Test
    void countsFromZero() {
        assertThat(TOPICS)
                .allSatisfy(topic -> assertThat(metrics.get("kpfleet.read.model.records")
                                .tag("topic", topic.suffix())
                                .counter()
                                .count())
                        .isZero());
    }

    @Test
    void waitsForTopicsThatDoNotExistYetAndIsCompleteOnceTheyAreRead() throws IOException {
        consumer.start(new StartupEvent());
        await("the first look finds no topics").during(Duration.ofMillis(300)).until(() -> !view.caughtUp());

        createTopics(0);
        Change.Cluster cluster = Fleet.cluster("a", Fleet.LEAST_CONNECTION);
        await("all partitions are taken on")
                .atMost(PATIENCE)
                .until(() -> !kafka.assignment().isEmpty());
        publish(Topic.CLUSTERS, 0, cluster.id(), Json.MAPPER.writeValueAsBytes(cluster.cluster()));

        await("the cluster is in the view")
                .atMost(PATIENCE)
                .until(() -> view.clusters().size() == 1);
        await("what was there at start is read").atMost(PATIENCE).until(view::caughtUp);
    }

    @Test
    void goesOnAfterARecordThatItCannotRead() throws IOException {
        createTopics(2);
        RolloutStatus rollout = Fleet.rollout("prod", 1, RolloutStatus.State.Running);
        consumer.start(new StartupEvent());
        await("all partitions are taken on")
                .atMost(PATIENCE)
                .until(() -> !kafka.assignment().isEmpty());
        publish(Topic.ROLLOUTS, 0, "prod.1", "no JSON".getBytes(StandardCharsets.UTF_8));
        assertThat(view.caughtUp()).isFalse();
        publish(Topic.ROLLOUTS, 1, "prod.1", Json.MAPPER.writeValueAsBytes(rollout));

        await("the second record is in the view")
                .atMost(PATIENCE)
                .until(() -> view.rollout("prod.1").isPresent());
        await("both are read").atMost(PATIENCE).until(view::caughtUp);
        assertThat(metrics.get("kpfleet.read.model.unreadable")
                        .tag("topic", "rollouts")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    /** As after a restart: what stood there before is not what the controller says now. */
    @Test
    void aRolloutWhoseStateIsOfALaterVersionIsUnknownInsteadOfWhatItWasBefore() throws IOException {
        createTopics(3);
        RolloutStatus running = Fleet.rollout("prod", 1, RolloutStatus.State.Running);
        ObjectNode later = Json.MAPPER.valueToTree(running);
        later.put("state", "Levitating");
        consumer.start(new StartupEvent());
        await("all partitions are taken on")
                .atMost(PATIENCE)
                .until(() -> !kafka.assignment().isEmpty());
        publish(Topic.ROLLOUTS, 0, "prod.1", Json.MAPPER.writeValueAsBytes(running));
        publish(Topic.ROLLOUTS, 1, "prod.1", Json.MAPPER.writeValueAsBytes(later));
        publish(
                Topic.ROLLOUTS,
                2,
                "edge.1",
                Json.MAPPER.writeValueAsBytes(Fleet.rollout("edge", 1, RolloutStatus.State.Running)));

        await("all are read")
                .atMost(PATIENCE)
                .until(() -> view.rollout("edge.1").isPresent());
        assertThat(view.rollout("prod.1")).isEmpty();
    }

    @Test
    void aThreadThatFailsIsUnhealthyAndStartsAgainWithEveryRecordOnce() throws IOException {
        createTopics(0);
        AuditRecord entry = new AuditRecord(
                null,
                "prod",
                null,
                null,
                "Pause",
                "bob",
                null,
                AuditRecord.Verdict.Done,
                AnswerReason.Paused,
                "paused",
                Fleet.NOON);
        consumer.start(new StartupEvent());
        await("all partitions are taken on")
                .atMost(PATIENCE)
                .until(() -> !kafka.assignment().isEmpty());
        publish(Topic.AUDIT, 0, "prod", Json.MAPPER.writeValueAsBytes(entry));
        await("the entry is in the view")
                .atMost(PATIENCE)
                .until(() -> view.audit(null).size() == 1);
        assertThat(consumer.failure()).isEmpty();

        kafka.schedulePollTask(() -> {
            throw new OutOfMemoryError("planted");
        });

        await("it says that it failed")
                .atMost(PATIENCE)
                .until(() -> consumer.failure()
                        .filter(why -> why.contains("planted"))
                        .isPresent());
        assertThat(metrics.get("kpfleet.read.model.restarts").counter().count()).isEqualTo(1);
        assertThat(view.audit(null)).as("it is read again from the start").isEmpty();
    }

    /** @param rollouts records that topic {@code rollouts} holds at start */
    private void createTopics(long rollouts) {
        for (Topic topic : TOPICS) {
            TopicPartition partition = partition(topic);
            kafka.updateBeginningOffsets(Map.of(partition, 0L));
            kafka.updateEndOffsets(Map.of(partition, topic == Topic.ROLLOUTS ? rollouts : 0L));
        }
        TOPICS.forEach(topic -> kafka.updatePartitions(
                partition(topic).topic(),
                List.of(new PartitionInfo(partition(topic).topic(), 0, Node.noNode(), new Node[0], new Node[0]))));
    }

    private void publish(Topic topic, long offset, String key, byte[] value) {
        kafka.schedulePollTask(() -> kafka.addRecord(new ConsumerRecord<>(
                partition(topic).topic(), 0, offset, key.getBytes(StandardCharsets.UTF_8), value)));
    }

    private static TopicPartition partition(Topic topic) {
        return new TopicPartition("t." + topic.suffix(), 0);
    }
}
