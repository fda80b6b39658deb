package dev.kubeproxyfleet.cli.backup;

import dev.kubeproxyfleet.cli.backup.BackupException.Obstacle;
import dev.kubeproxyfleet.schemas.text.Count;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Copies what {@link Part#SAVED} says into a file, as it was at one moment.
 *
 * <p>The controller writes all of its topics in one transaction for each event. So the moment is one at which everything is read, no
 * transaction is open, and two looks see the same ends: none of the topics is ahead of another one then. The moment is looked for after
 * everything has been read, since compaction could take away what is looked for before.
 */
public final class Backup {

    /** How long a moment is looked for in which the controller writes nothing. */
    static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Duration POLL = Duration.ofMillis(100);
    private static final List<Topic> READ_BY_CONTROLLER = List.of(Topic.DESIRED, Topic.COMMANDS, Topic.OUTCOMES);

    /**
     * @param records saved ones, by topic without prefix
     * @param serviceRan whether a controller was running
     * @param unread topics, without prefix, in which the controller had not read everything: desired, commands, outcomes
     */
    public record Summary(Instant takenAt, Map<String, Long> records, boolean serviceRan, Set<String> unread) {

        public Summary {
            records = Map.copyOf(records);
            unread = Set.copyOf(unread);
        }
    }

    private record Moment(Map<TopicPartition, Long> ends, Map<String, Long> read, Set<String> unread) {}

    private final Cluster cluster;
    private final InstantSource clock;

    /**
     * @param client properties of Kafka's clients: brokers and security
     * @param prefix of the topics
     */
    public Backup(Map<String, Object> client, String prefix, InstantSource clock) {
        this.cluster = new Cluster(client, prefix);
        this.clock = clock;
    }

    /** Writes the file, which must not be there yet. It is there once it is whole. */
    public Summary take(Path file) throws BackupException, InterruptedException {
        if (Files.exists(file)) {
            throw exists(file);
        }
        try (Admin admin = cluster.admin();
                Consumer<byte[], byte[]> consumer = consumer()) {
            String kafka =
                    cluster.asked(() -> admin.describeCluster().clusterId().get());
            Map<String, TopicDescription> topics = cluster.asked(() -> cluster.described(admin, Part.saved()));
            List<String> missing = Part.saved().stream()
                    .filter(name -> !topics.containsKey(name))
                    .map(name -> cluster.prefix() + name)
                    .toList();
            if (!missing.isEmpty()) {
                throw new BackupException(
                        Obstacle.Refused,
                        "there is no whole fleet to back up: topics are missing: " + String.join(", ", missing)
                                + "; see --topic-prefix");
            }
            return copy(admin, consumer, partitions(topics), file, kafka);
        } catch (FileAlreadyExistsException e) {
            throw exists(Path.of(e.getFile()));
        } catch (IOException e) {
            throw new BackupException(Obstacle.File, file + " cannot be written: " + e);
        } catch (KafkaException e) {
            throw cluster.failure(e);
        }
    }

    private static BackupException exists(Path file) {
        return new BackupException(
                Obstacle.File, file + " is there already, and is not overwritten; name another file");
    }

    private Summary copy(
            Admin admin,
            Consumer<byte[], byte[]> consumer,
            Map<TopicPartition, String> partitions,
            Path file,
            String kafka)
            throws BackupException, IOException, InterruptedException {
        consumer.assign(partitions.keySet());
        consumer.seekToBeginning(partitions.keySet());
        BackupFile.Head head = new BackupFile.Head(BackupFile.FORMAT, BackupFile.VERSION, kafka, cluster.prefix());
        try (BackupFile.Writer writer = new BackupFile.Writer(file, head)) {
            Moment moment = readUpToAMoment(admin, consumer, partitions, writer);
            boolean serviceRan = cluster.asked(() -> cluster.serviceRuns(admin));
            BackupFile.End end = writer.end(clock.instant().truncatedTo(ChronoUnit.SECONDS), serviceRan, moment.read());
            return new Summary(end.takenAt(), end.records(), serviceRan, moment.unread());
        }
    }

    private Moment readUpToAMoment(
            Admin admin,
            Consumer<byte[], byte[]> consumer,
            Map<TopicPartition, String> partitions,
            BackupFile.Writer writer)
            throws BackupException, IOException, InterruptedException {
        Instant giveUp = null;
        while (true) {
            var polled = consumer.poll(POLL);
            for (ConsumerRecord<byte[], byte[]> record : polled) {
                String topic =
                        Objects.requireNonNull(partitions.get(new TopicPartition(record.topic(), record.partition())));
                writer.write(saved(topic, record));
            }
            if (!polled.isEmpty()) {
                continue;
            }
            Optional<Moment> found = cluster.asked(() -> moment(admin, consumer, partitions));
            if (found.isPresent() && found.equals(cluster.asked(() -> moment(admin, consumer, partitions)))) {
                return found.get();
            }
            Instant now = clock.instant();
            giveUp = giveUp == null ? now.plus(PATIENCE) : giveUp;
            if (now.isAfter(giveUp)) {
                throw new BackupException(
                        Obstacle.Kafka,
                        "there was no moment in " + Count.of((int) PATIENCE.toMinutes(), "minute")
                                + " in which the controller wrote nothing; try again when less rolls out, or stop the"
                                + " service first");
            }
        }
    }

    /** The moment that is now; empty where something is being written, or has not been read. */
    private Optional<Moment> moment(
            Admin admin, Consumer<byte[], byte[]> consumer, Map<TopicPartition, String> partitions)
            throws ExecutionException, InterruptedException {
        Map<TopicPartition, Long> written =
                Cluster.offsets(admin, partitions.keySet(), OffsetSpec.latest(), IsolationLevel.READ_UNCOMMITTED);
        Map<TopicPartition, Long> committed =
                Cluster.offsets(admin, partitions.keySet(), OffsetSpec.latest(), IsolationLevel.READ_COMMITTED);
        boolean quiet = written.equals(committed)
                && committed.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) == end.getValue());
        if (!quiet) {
            return Optional.empty();
        }
        Map<TopicPartition, Long> inputs = Cluster.offsets(
                admin,
                READ_BY_CONTROLLER.stream().map(this::only).toList(),
                OffsetSpec.latest(),
                IsolationLevel.READ_COMMITTED);
        Map<TopicPartition, OffsetAndMetadata> offsets = admin.listConsumerGroupOffsets(
                        cluster.group(), new ListConsumerGroupOffsetsOptions().requireStable(true))
                .partitionsToOffsetAndMetadata()
                .get();
        Map<String, Long> read = new TreeMap<>();
        Set<String> unread = new TreeSet<>();
        for (Topic topic : READ_BY_CONTROLLER) {
            OffsetAndMetadata offset = offsets.get(only(topic));
            long upTo = offset == null ? 0 : offset.offset();
            read.put(topic.suffix(), upTo);
            if (Objects.requireNonNull(inputs.get(only(topic))) > upTo) {
                unread.add(topic.suffix());
            }
        }
        return Optional.of(new Moment(committed, read, unread));
    }

    /** The partition of a topic that has one. */
    private TopicPartition only(Topic topic) {
        return new TopicPartition(cluster.name(topic), 0);
    }

    /** Of each partition the topic's name without prefix. */
    private static Map<TopicPartition, String> partitions(Map<String, TopicDescription> topics) {
        Map<TopicPartition, String> partitions = new HashMap<>();
        topics.forEach((name, topic) -> topic.partitions()
                .forEach(partition -> partitions.put(new TopicPartition(topic.name(), partition.partition()), name)));
        return partitions;
    }

    private static BackupFile.Saved saved(String topic, ConsumerRecord<byte[], byte[]> record) {
        List<BackupFile.SavedHeader> headers = new ArrayList<>();
        for (Header header : record.headers()) {
            headers.add(new BackupFile.SavedHeader(header.key(), header.value()));
        }
        return new BackupFile.Saved(topic, record.offset(), record.timestamp(), record.key(), record.value(), headers);
    }

    private Consumer<byte[], byte[]> consumer() {
        return new KafkaConsumer<>(
                cluster.with(Map.of(
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed",
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false",
                        ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false",
                        ConsumerConfig.CLIENT_ID_CONFIG, cluster.prefix() + "backup")),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }
}
