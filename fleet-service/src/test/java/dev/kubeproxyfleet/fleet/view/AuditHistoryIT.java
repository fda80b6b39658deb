package dev.kubeproxyfleet.fleet.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.reason.AnswerReason;
import dev.kubeproxyfleet.simulator.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a broker, with one entry a minute, of two configs in turn, in transactions of a hundred, of which every third is aborted. */
class AuditHistoryIT {

    private static final String TOPIC = "audit";
    private static final int ENTRIES = 25_000;
    private static final int OF_A_TRANSACTION = 100;
    private static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    static Path folder;

    private static @Nullable EmbeddedBroker broker;
    private static List<Integer> committed = List.of();

    @BeforeAll
    static void write() throws Exception {
        broker = EmbeddedBroker.start(folder.resolve("broker"), 0);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers()))) {
            // Kafka is not to delete what is of another year.
            admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1).configs(Map.of("retention.ms", "-1"))))
                    .all()
                    .get();
        }
        List<Integer> done = new ArrayList<>();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", servers(), "transactional.id", "the-test"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.initTransactions();
            for (int first = 0; first < ENTRIES; first += OF_A_TRANSACTION) {
                producer.beginTransaction();
                for (int i = first; i < first + OF_A_TRANSACTION; i++) {
                    // Kafka Streams gives a record the time of what it answers, which may lie far back.
                    long time = at(i).minus(Duration.ofDays(i % 7)).toEpochMilli();
                    var _ = producer.send(
                            new ProducerRecord<>(TOPIC, 0, time, null, Json.MAPPER.writeValueAsBytes(entry(i))));
                }
                if (first / OF_A_TRANSACTION % 3 == 2) {
                    producer.abortTransaction();
                } else {
                    producer.commitTransaction();
                    IntStream.range(first, first + OF_A_TRANSACTION).forEach(done::add);
                }
            }
        }
        committed = done.reversed();
    }

    @AfterAll
    static void close() {
        if (broker != null) {
            broker.close();
        }
    }

    private static String servers() {
        return broker == null ? "" : broker.bootstrapServers();
    }

    private static Instant at(int i) {
        return BEGINNING.plus(Duration.ofMinutes(i));
    }

    private static String config(int i) {
        return i % 1_000 == 7 ? "rare" : "usual";
    }

    private static AuditRecord entry(int i) {
        return new AuditRecord(
                null,
                config(i),
                null,
                null,
                "Publish",
                "alice",
                null,
                AuditRecord.Verdict.Done,
                AnswerReason.RolloutPlanned,
                Integer.toString(i),
                at(i));
    }

    private static AuditHistory history() {
        return new AuditHistory(
                () -> new KafkaConsumer<>(
                        Map.of("bootstrap.servers", servers(), "isolation.level", "read_committed"),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer()),
                TOPIC,
                InstantSource.system());
    }

    /** The numbers of the entries on all pages, each of which is held against its limit. */
    private static List<Integer> read(AuditHistory.Wanted wanted, int limit) throws Exception {
        List<Integer> numbers = new ArrayList<>();
        try (AuditHistory history = history()) {
            OptionalLong before = OptionalLong.empty();
            do {
                AuditHistory.Page page = history.read(wanted, before, limit);
                assertThat(page.entries()).hasSizeLessThanOrEqualTo(limit);
                page.entries().forEach(entry -> numbers.add(Integer.valueOf(entry.message())));
                assertThat(page.next().orElse(-1)).isLessThan(before.orElse(Long.MAX_VALUE));
                before = page.next();
            } while (before.isPresent());
        }
        return numbers;
    }

    @ParameterizedTest
    @ValueSource(ints = {999, 1_000})
    void pagesHaveEveryCommittedEntryOnceNewestFirst(int limit) throws Exception {
        assertThat(read(new AuditHistory.Wanted(null, null, null), limit)).isEqualTo(committed);
    }

    @Test
    void whatIsRareIsFoundByPagesThatMayHaveNothing() throws Exception {
        assertThat(read(new AuditHistory.Wanted("rare", null, null), 3))
                .isEqualTo(
                        committed.stream().filter(i -> config(i).equals("rare")).toList());
    }

    @Test
    void aSpanOfTimeBeginsAndEndsWhereItIsSaid() throws Exception {
        assertThat(read(new AuditHistory.Wanted(null, at(1_001), at(3_002)), 500))
                .isEqualTo(
                        committed.stream().filter(i -> i >= 1_001 && i < 3_002).toList());
        assertThat(read(new AuditHistory.Wanted(null, at(ENTRIES), null), 500)).isEmpty();
        assertThat(read(new AuditHistory.Wanted(null, null, at(0)), 500)).isEmpty();
    }

    @Test
    void aSpanOfTimeIsReadWithoutAllThatIsOlder() throws Exception {
        try (AuditHistory history = history()) {
            assertThat(history.read(new AuditHistory.Wanted(null, at(ENTRIES - 500), null), OptionalLong.empty(), 1_000)
                            .next())
                    .isEmpty();
        }
    }

    @Test
    void whatKafkaHasDeletedIsLeftOutAndEndsIt() throws Exception {
        String topic = "audit-that-ages";
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers()));
                KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", servers()), new ByteArraySerializer(), new ByteArraySerializer());
                AuditHistory history = new AuditHistory(
                        () -> new KafkaConsumer<>(
                                Map.of("bootstrap.servers", servers()),
                                new ByteArrayDeserializer(),
                                new ByteArrayDeserializer()),
                        topic,
                        InstantSource.system())) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
            AuditHistory.Wanted all = new AuditHistory.Wanted(null, null, null);
            assertThat(history.read(all, OptionalLong.empty(), 5).entries()).isEmpty();
            for (int i = 0; i < 10; i++) {
                producer.send(new ProducerRecord<>(topic, Json.MAPPER.writeValueAsBytes(entry(i))))
                        .get();
            }
            producer.send(new ProducerRecord<>(topic, new byte[] {'{'})).get();
            admin.deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(4)))
                    .all()
                    .get();

            AuditHistory.Page page = history.read(all, OptionalLong.empty(), 5);

            assertThat(page.entries()).extracting(AuditRecord::message).containsExactly("9", "8", "7", "6", "5");
            AuditHistory.Page last = history.read(all, page.next(), 5);
            assertThat(last.entries()).extracting(AuditRecord::message).containsExactly("4");
            assertThat(last.next()).isEmpty();
        }
    }
}
