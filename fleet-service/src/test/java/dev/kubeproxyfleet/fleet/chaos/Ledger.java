package dev.kubeproxyfleet.fleet.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.fleet.chaos.Evidence.Asked;
import dev.kubeproxyfleet.fleet.chaos.Evidence.Ordered;
import dev.kubeproxyfleet.fleet.chaos.Evidence.Position;
import dev.kubeproxyfleet.fleet.chaos.Evidence.Rollout;
import dev.kubeproxyfleet.fleet.chaos.Evidence.Timeout;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.topic.RejectionHeader;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** Reads what Kafka keeps of a run from the start on, past every fault of the network, with a plain consumer. Thread-safe. */
final class Ledger implements AutoCloseable {

    private static final List<Topic> TOPICS = List.of(
            Topic.DESIRED,
            Topic.COMMANDS,
            Topic.REJECTED,
            Topic.AUDIT,
            Topic.OPERATIONS,
            Topic.OUTCOMES,
            Topic.ROLLOUTS,
            Topic.ROLLOUT_CLUSTERS);

    private static final Duration POLL = Duration.ofMillis(100);

    private final InstantSource clock;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Thread thread;
    private final List<Ordered> operations = new ArrayList<>();
    private final List<Asked> asked = new ArrayList<>();
    private final Map<String, Integer> answers = new HashMap<>();
    private final List<AuditRecord> audit = new ArrayList<>();
    private final Set<Position> rejected = new HashSet<>();
    private final List<Rollout> rollouts = new ArrayList<>();
    private long records;

    /** The topics exist. */
    Ledger(String bootstrapServers, InstantSource clock) {
        this.clock = clock;
        consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions = TOPICS.stream()
                .flatMap(topic -> consumer.partitionsFor(topic.name(Topic.DEFAULT_PREFIX)).stream())
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        thread = Thread.ofPlatform().name("ledger").start(this::run);
    }

    private void run() {
        try (consumer) {
            while (true) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    keep(record);
                }
            }
        } catch (WakeupException _) {
            // It is closed.
        }
    }

    private synchronized void keep(ConsumerRecord<byte[], byte[]> record) {
        records++;
        Topic topic = TOPICS.stream()
                .filter(each -> record.topic().equals(each.name(Topic.DEFAULT_PREFIX)))
                .findFirst()
                .orElseThrow();
        try {
            switch (topic) {
                case DESIRED, COMMANDS -> asked.add(asked(record));
                case REJECTED -> rejected.add(origin(record));
                case AUDIT -> {
                    AuditRecord answer = Json.MAPPER.readValue(record.value(), AuditRecord.class);
                    audit.add(answer);
                    if (answer.requestId() != null) {
                        answers.merge(answer.requestId(), 1, Integer::sum);
                    }
                }
                case OPERATIONS ->
                    operations.add(new Ordered(clock.instant(), text(record.key()), timeout(record.value())));
                case ROLLOUTS -> {
                    if (record.value() != null) {
                        rollouts.add(rollout(Json.MAPPER.readValue(record.value(), RolloutStatus.class)));
                    }
                }
                default -> {
                    // It shows that something goes on.
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(record.topic() + " has a record that cannot be read", e);
        }
    }

    private static Asked asked(ConsumerRecord<byte[], byte[]> record) {
        Position position = new Position(record.topic(), record.partition(), record.offset());
        return new Asked(
                position,
                header(record, "ce_id")
                        .orElse(position.topic() + "-" + position.partition() + "-" + position.offset()));
    }

    private static Position origin(ConsumerRecord<byte[], byte[]> record) {
        return new Position(
                header(record, RejectionHeader.TOPIC.header()).orElseThrow(),
                Integer.parseInt(
                        header(record, RejectionHeader.PARTITION.header()).orElseThrow()),
                Long.parseLong(header(record, RejectionHeader.OFFSET.header()).orElseThrow()));
    }

    private static Rollout rollout(RolloutStatus status) {
        return new Rollout(
                status.config(),
                status.generation(),
                timeout(Json.MAPPER.valueToTree(status.spec().kubeProxy())),
                status.state(),
                status.goesBack(),
                status.stages().stream()
                        .mapToInt(stage ->
                                stage.clusters().updating() + stage.clusters().verifying())
                        .max()
                        .orElse(0),
                (status.code() == null ? "" : status.code() + ": ") + status.message());
    }

    private static @Nullable Timeout timeout(byte @Nullable [] operation) throws IOException {
        return operation == null
                ? null
                : timeout(Json.MAPPER.readTree(operation).path("kubeProxy"));
    }

    /** @param kubeProxy as `kubeProxyConfig` of ARM */
    static Timeout timeout(JsonNode kubeProxy) {
        return new Timeout(kubeProxy.at("/ipvsConfig/tcpTimeoutSeconds").asInt(0));
    }

    private static Optional<String> header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? Optional.empty() : Optional.of(text(header.value()));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Records so far: as long as they become more, something goes on. */
    synchronized long records() {
        return records;
    }

    /** Whether the audit trail or {@code rejected} has as many answers as were asked for. */
    synchronized boolean isAnswered() {
        int answered = answers.values().stream().mapToInt(Integer::intValue).sum();
        return answered + rejected.size() >= asked.size();
    }

    /** The latest state of the latest rollout of a config. */
    synchronized Optional<Rollout> latest(String config) {
        return rollouts.reversed().stream()
                .filter(rollout -> rollout.config().equals(config))
                .reduce((one, other) -> other.generation() > one.generation() ? other : one);
    }

    synchronized Evidence evidence(List<Evidence.Write> writes, Set<String> acknowledged, List<Evidence.Shown> shown) {
        return new Evidence(writes, operations, asked, acknowledged, answers, rejected, rollouts, shown);
    }

    /** What the audit trail has, for whoever looks into a failure. */
    synchronized List<AuditRecord> audit() {
        return List.copyOf(audit);
    }

    @Override
    public void close() throws InterruptedException {
        consumer.wakeup();
        thread.join();
    }
}
