package dev.kubeproxyfleet.fleet.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.reason.AnswerReason;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.RolloutReason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway")
class TargetFollowerTest {

    private static final TopicPartition AUDIT = new TopicPartition("kubeproxy.audit", 0);

    private final World world = new World();

    /** The topic, which outlives its readers. */
    private final List<byte[]> topic = new ArrayList<>();

    private OffsetAndMetadata committed;
    private MockConsumer<byte[], byte[]> consumer;
    private TargetFollower follower;
    private int given;

    /** A replica that gets the partition. */
    private void begin() throws Exception {
        consumer = new MockConsumer<>("earliest") {
            /** As the real one takes it: no partitions are all of them. */
            @Override
            public synchronized void seekToEnd(Collection<TopicPartition> partitions) {
                super.seekToEnd(partitions.isEmpty() ? assignment() : partitions);
            }
        };
        follower = new TargetFollower(
                world.webhook(),
                () -> consumer,
                AUDIT.topic(),
                News.REPORTER,
                world.outbox(world.webhook()),
                () -> world.now);
        consumer.updateEndOffsets(Map.of(AUDIT, (long) topic.size()));
        consumer.updateBeginningOffsets(Map.of(AUDIT, 0L));
        follower.start();
        if (committed != null) {
            consumer.commitSync(Map.of(AUDIT, committed));
        }
        consumer.rebalance(List.of(AUDIT));
        given = committed == null ? topic.size() : (int) committed.offset();
    }

    private void step() {
        boolean isPaused = consumer.paused().contains(AUDIT);
        while (!isPaused && given < topic.size()) {
            consumer.addRecord(new ConsumerRecord<>(AUDIT.topic(), 0, given, new byte[0], topic.get(given)));
            given++;
        }
        follower.step(consumer);
        committed = consumer.committed(Set.of(AUDIT)).get(AUDIT);
    }

    private void write(AuditRecord record) throws Exception {
        topic.add(Json.MAPPER.writeValueAsBytes(record));
    }

    private static AuditRecord started() {
        return News.byItself("Start", AnswerReason.Started, "20 clusters to change");
    }

    @Test
    void aNewTargetIsNotToldOfThePast() throws Exception {
        write(started());
        begin();
        step();
        assertThat(committed.offset())
                .as("a replica that dies now begins there")
                .isEqualTo(1);

        write(News.byItself("Finish", RolloutReason.Succeeded, "20 clusters converged, 0 failed"));
        step();
        world.pass(Gathering.BRIEFLY);
        step();
        assertThat(world.sent)
                .singleElement()
                .satisfies(letter -> assertThat(letter.body()).contains("rollout-succeeded"));
        assertThat(committed.offset()).isEqualTo(2);
    }

    @Test
    void aPositionIsKeptOnlyOnceAllBeforeItWasTaken() throws Exception {
        begin();
        write(started());
        world.answer = () -> World.reply(503);
        step();
        world.pass(Gathering.BRIEFLY);
        step();
        assertThat(world.sent).hasSize(1);
        assertThat(consumer.paused()).containsExactly(AUDIT);
        assertThat(committed.offset()).isZero();

        world.answer = () -> World.reply(204);
        world.pass(Duration.ofSeconds(2));
        step();
        assertThat(committed.offset()).isEqualTo(1);
        assertThat(consumer.paused()).isEmpty();
    }

    @Test
    void whoLosesThePartitionSendsNothingMore() throws Exception {
        begin();
        write(started());
        world.answer = () -> World.reply(503);
        step();
        world.pass(Gathering.BRIEFLY);
        step();
        consumer.rebalance(List.of());
        world.pass(Duration.ofHours(1));
        follower.step(consumer);

        assertThat(world.sent).hasSize(1);
    }

    @Test
    void aThousandDriftsAreOneMessageAndAreNotSentOneByOne() throws Exception {
        begin();
        for (int cluster = 0; cluster < 1000; cluster++) {
            write(News.drift(ClusterReason.Drifted, cluster));
            if (cluster % 100 == 0) {
                step();
                world.pass(Duration.ofSeconds(5));
            }
        }
        step();
        world.pass(Gathering.FOR_MANY);
        step();
        step();

        assertThat(world.sent)
                .singleElement()
                .satisfies(letter -> assertThat(letter.body()).contains("\"count\":1000"));
        assertThat(committed.offset()).isEqualTo(1000);
    }

    @Test
    void whatIsNoAuditRecordIsLeftOut() throws Exception {
        begin();
        topic.add("{no json".getBytes(StandardCharsets.UTF_8));
        write(started());
        step();
        world.pass(Gathering.BRIEFLY);
        step();

        assertThat(world.sent).hasSize(1);
        assertThat(committed.offset()).isEqualTo(2);
    }

    /**
     * A receiver that fails half of the time, and replicas that die at any point: it gets everything at least once, and for the first time
     * in order.
     */
    @Test
    void everythingIsToldAtLeastOnceAndInOrder() throws Exception {
        for (int seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            topic.clear();
            committed = null;
            world.sent.clear();
            Set<String> taken = new LinkedHashSet<>();
            world.answer = () -> {
                boolean isTaken = random.nextBoolean();
                if (isTaken) {
                    taken.add(world.ids().getLast());
                }
                return World.reply(isTaken ? 204 : 500);
            };
            begin();
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                expected.add("audit-0-" + i + "--1");
                write(started());
                step();
                world.pass(Duration.ofSeconds(random.nextInt(10)));
                if (random.nextInt(10) == 0) {
                    begin();
                }
            }
            for (int i = 0; i < 2_000 && taken.size() < expected.size(); i++) {
                world.pass(Duration.ofSeconds(30));
                step();
            }

            assertThat(taken).as("seed %d", seed).containsExactlyElementsOf(expected);
        }
    }
}
