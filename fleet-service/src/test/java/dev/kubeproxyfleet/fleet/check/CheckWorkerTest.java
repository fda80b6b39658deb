package dev.kubeproxyfleet.fleet.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.fleet.access.Statement;
import dev.kubeproxyfleet.fleet.access.Vouchers;
import dev.kubeproxyfleet.fleet.access.Warrant;
import dev.kubeproxyfleet.schemas.config.HttpCheck;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.EventHeaders;
import dev.kubeproxyfleet.schemas.message.GateVerdict;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CheckWorkerTest {

    private static final TopicPartition PARTITION = new TopicPartition("kubeproxy.rollouts", 0);
    private static final HttpCheck CHECK = Baking.check(0, 0);
    private static final Measurement BAD = new Measurement.Bad("the query gave 1, more than 0.05");

    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    private static final Vouchers VOUCHERS = Vouchers.by("0123456789abcdef0123456789abcdef");
    private final AnswerPublisher publisher = new AnswerPublisher(producer, "kubeproxy.commands", VOUCHERS);
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    /** Measurements that have begun; a test lets them run. */
    private final Deque<Runnable> begun = new ArrayDeque<>();

    private final List<HttpCheck> asked = new ArrayList<>();
    private Instant now = Baking.SINCE;
    private long end;
    private boolean isKafkaAway;
    private final CheckWorker worker = new CheckWorker(
            () -> consumer,
            PARTITION.topic(),
            check -> {
                asked.add(check);
                return BAD;
            },
            answer -> isKafkaAway
                    ? CompletableFuture.failedFuture(new IllegalStateException("no broker"))
                    : publisher.give(answer),
            begun::add,
            () -> now,
            metrics);

    @BeforeEach
    void begin() {
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        consumer.updateEndOffsets(Map.of(PARTITION, 0L));
        worker.start();
        consumer.rebalance(List.of(PARTITION));
    }

    @Test
    void asksAndAnswersOnTheTopicOfCommands() throws Exception {
        write(Baking.rollout(CHECK));
        poll();
        runAll();
        poll();

        assertThat(asked).containsExactly(CHECK);
        assertThat(producer.history()).singleElement().satisfies(record -> {
            assertThat(record.topic()).isEqualTo("kubeproxy.commands");
            assertThat(new String(record.key(), StandardCharsets.UTF_8)).isEqualTo("prod");
            Command answer = Json.MAPPER.readValue(record.value(), Command.class);
            assertThat(VOUCHERS.check(
                            Statement.of(answer, record.key(), record.value()),
                            EventHeaders.voucher(record.headers()).orElse(null)))
                    .isEqualTo(new Warrant.Vouched(answer.at()));
            assertThat(answer.verdict()).isEqualTo(GateVerdict.Fail);
            assertThat(answer.stageSince()).isEqualTo(Baking.SINCE);
            assertThat(new String(record.headers().lastHeader("ce_id").value(), StandardCharsets.UTF_8))
                    .isEqualTo(answer.id());
            assertThat(new String(record.headers().lastHeader("ce_type").value(), StandardCharsets.UTF_8))
                    .isEqualTo(Command.TYPE);
        });
        assertThat(metrics.get("kpfleet.gates.measurements")
                        .tag("result", "bad")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    /** What was true once, and is no more, stands before it on the topic. */
    @Test
    void asksNothingBeforeItHasReadTheTopicToItsEnd() throws Exception {
        write(Baking.rollout(CHECK));
        consumer.updateEndOffsets(Map.of(PARTITION, 2L));
        poll();
        assertThat(begun).isEmpty();

        write(Baking.rollout(CHECK, RolloutStatus.State.Aborted, Baking.baking(Baking.SINCE, null)));
        poll();
        assertThat(begun).isEmpty();
    }

    @Test
    void commitsNothingSoThatWhoeverComesNextReadsAll() throws Exception {
        write(Baking.rollout(CHECK));
        poll();

        assertThat(consumer.committed(java.util.Set.of(PARTITION)).get(PARTITION))
                .isNull();
    }

    @Test
    void recordsThatCannotBeReadAreLeftOut() throws Exception {
        write("prod.1", "{\"id\": 1");
        write("prod.1", "null");
        write("other.1", Json.MAPPER.writeValueAsString(Baking.rollout(CHECK)));
        write(null, Json.MAPPER.writeValueAsString(Baking.rollout(CHECK)));
        poll();
        assertThat(begun).isEmpty();

        write(Baking.rollout(CHECK));
        poll();
        assertThat(begun).hasSize(1);
    }

    @Test
    void whoLosesThePartitionAnswersNothing() throws Exception {
        write(Baking.rollout(CHECK));
        poll();
        consumer.rebalance(List.of());
        runAll();
        poll();

        assertThat(asked).hasSize(1);
        assertThat(producer.history()).isEmpty();
    }

    @Test
    void anAnswerThatKafkaDidNotKeepIsMeasuredAnew() throws Exception {
        isKafkaAway = true;
        write(Baking.rollout(CHECK));
        poll();
        runAll();
        poll();
        isKafkaAway = false;
        poll();
        now = now.plus(Baking.INTERVAL);
        poll();
        runAll();
        poll();

        assertThat(asked).hasSize(2);
        assertThat(producer.history()).hasSize(1);
    }

    @Test
    void asManyAreAskedAtOnceAsMayBe() throws Exception {
        for (int i = 1; i <= CheckWorker.MAX_AT_ONCE + 1; i++) {
            write(Baking.rollout("config-" + i, CHECK));
        }
        poll();
        assertThat(begun).hasSize(CheckWorker.MAX_AT_ONCE);
        assertThat(metrics.get("kpfleet.gates.asked").gauge().value()).isEqualTo(CheckWorker.MAX_AT_ONCE + 1);

        runAll();
        poll();
        assertThat(begun).hasSize(1);
    }

    private void write(RolloutStatus status) throws Exception {
        write(status.id(), Json.MAPPER.writeValueAsString(status));
    }

    private void write(@Nullable String key, String value) {
        consumer.addRecord(new ConsumerRecord<>(
                PARTITION.topic(),
                0,
                end++,
                key == null ? null : key.getBytes(StandardCharsets.UTF_8),
                value.getBytes(StandardCharsets.UTF_8)));
        consumer.updateEndOffsets(Map.of(PARTITION, end));
    }

    private void poll() {
        worker.pollOnce();
    }

    private void runAll() {
        while (!begun.isEmpty()) {
            begun.remove().run();
        }
    }
}
