package dev.kubeproxyfleet.cli.backup;

import dev.kubeproxyfleet.cli.backup.BackupException.Obstacle;
import dev.kubeproxyfleet.schemas.topic.ControllerState;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Copies a backup into topics that hold nothing yet, in one transaction: all of it is there, or nothing. The last record tells the
 * controller that its state came back from a backup, so that it goes on with nothing before a person says so.
 */
public final class Restore {

    /** As long as brokers let a transaction take unless they are told otherwise ({@code transaction.max.timeout.ms}). */
    static final Duration LONGEST = Duration.ofMinutes(15);

    /** A record of {@code desired} has at most 1 MiB, and its headers come to it. */
    private static final int MAX_REQUEST_BYTES = 2 * 1024 * 1024 + 65_536;

    /** Begins as those of the controller do, so that it needs no right that the service has not. */
    private static final String TRANSACTION = ControllerState.APPLICATION + "-restore";

    private static final byte[] FORMAT_KEY = ControllerState.FORMAT_KEY.getBytes(StandardCharsets.UTF_8);

    /** How to create topics that are missing: partitions of those that may have several, and replicas (-1: the broker's default). */
    public record Creation(int partitions, short replicationFactor) {}

    /**
     * @param records restored ones, by topic without prefix
     * @param leftOut records of {@code desired} that the controller had not read
     */
    public record Summary(Instant takenAt, Map<String, Long> records, long leftOut, boolean serviceRan) {

        public Summary {
            records = Map.copyOf(records);
        }
    }

    private final Cluster cluster;
    private final Creation creation;

    /**
     * @param client properties of Kafka's clients: brokers and security
     * @param prefix of the topics, which may be another one than where the backup was taken
     */
    public Restore(Map<String, Object> client, String prefix, Creation creation) {
        this.cluster = new Cluster(client, prefix);
        this.creation = creation;
    }

    /** Restores a file once it has been read as a whole and nothing stands against it. */
    public Summary from(Path file) throws BackupException, InterruptedException {
        BackupFile.Whole whole = BackupFile.read(file, _ -> {});
        try (Admin admin = cluster.admin()) {
            if (cluster.asked(() -> cluster.serviceRuns(admin))) {
                throw new BackupException(
                        Obstacle.Refused,
                        "a fleet service runs on these topics: stop every replica of it; one that was killed counts as running for 10 seconds more");
            }
            Map<String, TopicDescription> existing = cluster.asked(() -> existing(admin));
            refuseWhatIsNotEmpty(admin, existing, whole.head());
            cluster.asked(() -> create(admin, existing.keySet()));
            return copy(file, whole, admin);
        } catch (KafkaException e) {
            throw cluster.failure(e);
        }
    }

    /** Of the topics that a backup is restored to, or that must be empty beside it, those that are there, by name without prefix. */
    private Map<String, TopicDescription> existing(Admin admin) throws ExecutionException, InterruptedException {
        return cluster.described(
                admin,
                Stream.concat(
                                Part.saved().stream(),
                                Part.EMPTY.topics().stream().map(Topic::suffix))
                        .toList());
    }

    private void refuseWhatIsNotEmpty(Admin admin, Map<String, TopicDescription> existing, BackupFile.Head head)
            throws BackupException, InterruptedException {
        List<TopicPartition> partitions = existing.values().stream()
                .flatMap(topic -> topic.partitions().stream()
                        .map(partition -> new TopicPartition(topic.name(), partition.partition())))
                .toList();
        Map<TopicPartition, Long> begins = cluster.asked(
                () -> Cluster.offsets(admin, partitions, OffsetSpec.earliest(), IsolationLevel.READ_UNCOMMITTED));
        Map<TopicPartition, Long> ends = cluster.asked(
                () -> Cluster.offsets(admin, partitions, OffsetSpec.latest(), IsolationLevel.READ_UNCOMMITTED));
        Set<String> full = ends.entrySet().stream()
                .filter(end -> !end.getValue().equals(begins.get(end.getKey())))
                .map(end -> end.getKey().topic())
                .collect(Collectors.toCollection(TreeSet::new));
        if (!full.isEmpty()) {
            throw new BackupException(
                    Obstacle.Refused,
                    "these topics are not empty: " + String.join(", ", full)
                            + ". A backup is restored only where no fleet has been yet: delete them, or name another"
                            + " --topic-prefix. The backup is of Kafka cluster " + head.kafka());
        }
        for (Map.Entry<String, TopicDescription> topic : existing.entrySet()) {
            int found = topic.getValue().partitions().size();
            if (Part.isSaved(topic.getKey()) && Part.isOrdered(topic.getKey()) && found != 1) {
                throw new BackupException(
                        Obstacle.Refused,
                        "topic " + topic.getValue().name() + " has " + found
                                + " partitions and must have 1, because its order matters; delete it");
            }
        }
    }

    /** @return how many were missing */
    private int create(Admin admin, Set<String> existing) throws ExecutionException, InterruptedException {
        List<NewTopic> missing = Part.saved().stream()
                .filter(name -> !existing.contains(name))
                .map(name -> new NewTopic(
                                cluster.prefix() + name,
                                Part.isOrdered(name) ? 1 : creation.partitions(),
                                creation.replicationFactor())
                        .configs(Part.settings(name)))
                .toList();
        admin.createTopics(missing).all().get();
        return missing.size();
    }

    private Summary copy(Path file, BackupFile.Whole whole, Admin admin) throws BackupException, InterruptedException {
        TopicPartition desired = new TopicPartition(cluster.name(Topic.DESIRED), 0);
        boolean hasDesired = whole.end().records().containsKey(Topic.DESIRED.suffix());
        long first = hasDesired
                ? Objects.requireNonNull(cluster.asked(() -> Cluster.offsets(
                                admin, List.of(desired), OffsetSpec.latest(), IsolationLevel.READ_UNCOMMITTED))
                        .get(desired))
                : 0;
        try (Producer<byte[], byte[]> producer = producer()) {
            producer.initTransactions();
            producer.beginTransaction();
            try {
                Copying copying = new Copying(producer, whole.end().read().getOrDefault(Topic.DESIRED.suffix(), 0L));
                BackupFile.Whole again = BackupFile.read(file, copying::send);
                if (!again.equals(whole)) {
                    throw new BackupException(
                            Obstacle.File, file + " has changed while it was read; nothing was restored");
                }
                copying.mark(whole.end().takenAt());
                if (hasDesired) {
                    producer.sendOffsetsToTransaction(
                            Map.of(desired, new OffsetAndMetadata(first + copying.desired)),
                            new ConsumerGroupMetadata(cluster.group()));
                }
                producer.commitTransaction();
                return new Summary(
                        whole.end().takenAt(),
                        copying.records,
                        copying.leftOut,
                        whole.end().serviceRan());
            } catch (BackupException | KafkaException e) {
                abort(producer, e);
                throw e;
            }
        }
    }

    /** Where that fails too, brokers do it after {@link #LONGEST}. */
    private static void abort(Producer<byte[], byte[]> producer, Exception why) {
        try {
            producer.abortTransaction();
        } catch (KafkaException e) {
            why.addSuppressed(e);
        }
    }

    /** Sends what a file has into the transaction. */
    private final class Copying {

        private final Producer<byte[], byte[]> producer;
        private final long readUpTo;
        private final Map<String, Long> records = new HashMap<>();
        private long desired;
        private long leftOut;
        private @Nullable String format;

        /** @param readUpTo offset up to which the controller had read {@code desired} */
        Copying(Producer<byte[], byte[]> producer, long readUpTo) {
            this.producer = producer;
            this.readUpTo = readUpTo;
        }

        /** What fails is told by the commit. */
        void send(BackupFile.Saved record) {
            boolean isDesired = record.topic().equals(Topic.DESIRED.suffix());
            if (isDesired && record.offset() >= readUpTo) {
                // It would begin a rollout, and nobody may want it any more.
                leftOut++;
                return;
            }
            if (isDesired) {
                desired++;
            }
            if (isFormat(record) && record.value() != null) {
                format = ControllerState.Format.read(record.value()).number();
            }
            RecordHeaders headers = new RecordHeaders();
            record.headers().forEach(header -> headers.add(header.name(), header.value()));
            var _ = producer.send(new ProducerRecord<>(
                    cluster.prefix() + record.topic(),
                    null,
                    record.timestamp(),
                    record.key(),
                    record.value(),
                    headers));
            records.merge(record.topic(), 1L, Long::sum);
        }

        private static boolean isFormat(BackupFile.Saved record) {
            return record.topic().equals(ControllerState.changelog(ControllerState.FORMAT_STORE))
                    && Arrays.equals(record.key(), FORMAT_KEY);
        }

        /** Tells the controller where its state is from; one that has not begun has none. */
        void mark(Instant takenAt) {
            if (format != null) {
                var _ = producer.send(new ProducerRecord<>(
                        cluster.prefix() + ControllerState.changelog(ControllerState.FORMAT_STORE),
                        FORMAT_KEY,
                        new ControllerState.Format(format, takenAt).write()));
            }
        }
    }

    private Producer<byte[], byte[]> producer() {
        return new KafkaProducer<>(
                cluster.with(Map.of(
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                        cluster.prefix() + TRANSACTION,
                        ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                        (int) LONGEST.toMillis(),
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                        (int) LONGEST.toMillis(),
                        ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                        MAX_REQUEST_BYTES,
                        ProducerConfig.CLIENT_ID_CONFIG,
                        cluster.prefix() + "restore")),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }
}
