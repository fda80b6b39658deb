package dev.kubeproxyfleet.fleet.view;

import dev.kubeproxyfleet.fleet.access.KafkaWriters;
import dev.kubeproxyfleet.fleet.access.Vouchers;
import dev.kubeproxyfleet.fleet.intake.IntakeSettings;
import dev.kubeproxyfleet.fleet.kafka.KafkaClients;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.limit.Limits;
import dev.kubeproxyfleet.schemas.topic.Topic;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Feeds the read model: one thread reads every partition of its topics from the start, in no group and without commits, so each
 * replica has the whole picture and a restart rebuilds it.
 */
@ApplicationScoped
public class ReadModelConsumer {

    private static final Logger LOG = Logger.getLogger(ReadModelConsumer.class);

    static final Set<Topic> TOPICS = Set.of(
            Topic.DESIRED,
            Topic.CONFIGS,
            Topic.ROLLOUTS,
            Topic.ROLLOUT_CLUSTERS,
            Topic.CLUSTERS,
            Topic.CLUSTER_HEALTH,
            Topic.CLUSTER_KUBERNETES,
            Topic.AUDIT);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration KAFKA_PATIENCE = Duration.ofSeconds(10);
    private static final Duration PARTITIONS_CHECKED_EVERY = Duration.ofMinutes(1);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);

    /** Records of a topic that are named in the log as left out. */
    private static final int MAX_COMPLAINTS = 100;

    private static final int MAX_SHOWN = 300;

    /** Transaction markers and other configs' records use up offsets, so more is read than is kept. */
    private static final int AUDIT_OFFSETS_PER_RECORD = 3;

    private final FleetView view;
    private final RecordDecoder decoder;
    private final int auditRecords;
    private final InstantSource clock;
    private final ToLongFunction<Set<String>> logs;
    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final Map<Topic, Counter> records = new EnumMap<>(Topic.class);
    private final Map<Topic, Counter> unreadable = new EnumMap<>(Topic.class);
    private final Map<String, Topic> topics = new HashMap<>();
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Map<Topic, Integer> complaints = new EnumMap<>(Topic.class);
    private final Counter restarts;
    private volatile @Nullable Thread thread;
    private volatile @Nullable String failure;
    private volatile @Nullable Consumer<byte[], byte[]> consumer;

    @Inject
    ReadModelConsumer(
            FleetView view,
            KafkaClients clients,
            ViewSettings settings,
            IntakeSettings intake,
            Vouchers vouchers,
            KafkaWriters writers,
            MeterRegistry metrics,
            InstantSource clock) {
        this(
                view,
                new RecordDecoder(Strategy.defaultWithBake(intake.defaultBake()), vouchers, writers),
                clients::name,
                settings.auditRecords(),
                metrics,
                clock,
                clients::identity,
                () -> new KafkaConsumer<>(
                        properties(clients), new ByteArrayDeserializer(), new ByteArrayDeserializer()));
    }

    /** @param logs a number that stays as long as the topics of these names are the same ones */
    ReadModelConsumer(
            FleetView view,
            RecordDecoder decoder,
            Function<Topic, String> names,
            int auditRecords,
            MeterRegistry metrics,
            InstantSource clock,
            ToLongFunction<Set<String>> logs,
            Supplier<Consumer<byte[], byte[]>> consumers) {
        this.view = view;
        this.decoder = decoder;
        this.auditRecords = auditRecords;
        this.clock = clock;
        this.logs = logs;
        this.consumers = consumers;
        this.restarts = Counter.builder("kpfleet.read.model.restarts")
                .description("Starts of the read model from the beginning, after a fault that was not Kafka's")
                .register(metrics);
        for (Topic topic : TOPICS) {
            topics.put(names.apply(topic), topic);
            records.put(
                    topic,
                    Counter.builder("kpfleet.read.model.records")
                            .description("Records that the read model has read")
                            .tag("topic", topic.suffix())
                            .register(metrics));
            unreadable.put(
                    topic,
                    Counter.builder("kpfleet.read.model.unreadable")
                            .description("Records that the read model could not read and left out")
                            .tag("topic", topic.suffix())
                            .register(metrics));
        }
    }

    void start(@Observes StartupEvent event) {
        thread = Thread.ofPlatform().name("read-model").daemon().start(this::run);
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        stop.countDown();
        Consumer<byte[], byte[]> running = consumer;
        if (running != null) {
            running.wakeup();
        }
        Thread ending = thread;
        if (ending != null) {
            ending.join(CLOSE_PATIENCE);
        }
    }

    /** Why it does not read now, for a fault that is not Kafka's; empty while it reads. */
    public Optional<String> failure() {
        Thread running = thread;
        return running != null && !running.isAlive() && stop.getCount() > 0
                ? Optional.of("its thread has ended")
                : Optional.ofNullable(failure);
    }

    /** Whatever ends it, it starts again, from the start of every topic; until it reads again it counts as failed. */
    private void run() {
        while (stop.getCount() > 0) {
            try (Consumer<byte[], byte[]> created = consumers.get()) {
                consumer = created;
                follow(created);
            } catch (WakeupException | InterruptException e) {
                LOG.debug("read model stops", e);
                return;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException | Error e) {
                failure = e.toString();
                restarts.increment();
                LOG.errorf(e, "read model failed and starts again in %d s", RETRY.toSeconds());
                view.forgetAudit();
                try {
                    pause();
                } catch (WakeupException | InterruptedException stopping) {
                    return;
                }
            }
        }
    }

    private void follow(Consumer<byte[], byte[]> reader) throws InterruptedException {
        Map<TopicPartition, Long> awaited = null;
        boolean reachable = true;
        long checkedAt = 0;
        long log = 0;
        while (stop.getCount() > 0) {
            try {
                boolean due = System.nanoTime() - checkedAt > PARTITIONS_CHECKED_EVERY.toNanos();
                if (awaited == null || due) {
                    boolean complete = assign(reader);
                    checkedAt = System.nanoTime();
                    if (!complete) {
                        awaited = null;
                        pause();
                        continue;
                    }
                    if (awaited == null) {
                        awaited = reader.endOffsets(reader.assignment());
                        log = logs.applyAsLong(topics.keySet());
                    } else if (log != logs.applyAsLong(topics.keySet())) {
                        throw new IllegalStateException("the topics are others than before, made anew or restored");
                    }
                }
                reader.poll(POLL).forEach(this::fold);
                view.reached(position(reader, log));
                if (!view.caughtUp() && reached(reader, awaited)) {
                    view.markCaughtUp();
                    LOG.infof(
                            "read model is complete: %d clusters, %d rollouts",
                            view.clusters().size(), view.rollouts().size());
                }
                reachable = true;
                failure = null;
            } catch (WakeupException | InterruptException e) {
                throw e;
            } catch (KafkaException e) {
                if (reachable) {
                    LOG.warnf(
                            "read model cannot read from Kafka and tries again every %d s: %s;"
                                    + " check kpfleet.kafka.bootstrap-servers and the rights on topics %s",
                            RETRY.toSeconds(), e.getMessage(), topics.keySet());
                }
                reachable = false;
                pause();
            }
        }
    }

    private Position position(Consumer<byte[], byte[]> reader, long log) {
        SortedMap<Partition, Long> next = new TreeMap<>();
        for (TopicPartition partition : reader.assignment()) {
            Topic topic = Objects.requireNonNull(topics.get(partition.topic()));
            next.put(new Partition(topic, partition.partition()), reader.position(partition, KAFKA_PATIENCE));
        }
        return new Position(log, clock.instant(), next);
    }

    private void pause() throws InterruptedException {
        if (stop.await(RETRY.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new WakeupException();
        }
    }

    /** Takes on every partition there is; false as long as a topic is missing. */
    private boolean assign(Consumer<byte[], byte[]> reader) {
        List<TopicPartition> all = new ArrayList<>();
        for (String topic : topics.keySet()) {
            List<PartitionInfo> partitions = reader.partitionsFor(topic, KAFKA_PATIENCE);
            if (partitions == null || partitions.isEmpty()) {
                LOG.debugf("read model waits for topic %s", topic);
                return false;
            }
            partitions.forEach(each -> all.add(new TopicPartition(topic, each.partition())));
        }
        List<TopicPartition> added = all.stream()
                .filter(partition -> !reader.assignment().contains(partition))
                .toList();
        if (!added.isEmpty()) {
            reader.assign(all);
            reader.seekToBeginning(added);
            skipOldAudit(reader, added);
        }
        return true;
    }

    private void skipOldAudit(Consumer<byte[], byte[]> reader, List<TopicPartition> added) {
        List<TopicPartition> audit = added.stream()
                .filter(partition -> topics.get(partition.topic()) == Topic.AUDIT)
                .toList();
        Map<TopicPartition, Long> beginnings = reader.beginningOffsets(audit);
        reader.endOffsets(audit).forEach((partition, end) -> {
            long from = end - (long) auditRecords * AUDIT_OFFSETS_PER_RECORD;
            if (from > beginnings.getOrDefault(partition, 0L)) {
                reader.seek(partition, from);
            }
        });
    }

    private static boolean reached(Consumer<byte[], byte[]> reader, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream()
                .allMatch(end -> reader.position(end.getKey(), KAFKA_PATIENCE) >= end.getValue());
    }

    private void fold(ConsumerRecord<byte[], byte[]> record) {
        Topic topic = topics.get(record.topic());
        if (topic == null) {
            return;
        }
        count(records, topic);
        String key = record.key() == null ? null : new String(record.key(), StandardCharsets.UTF_8);
        try {
            switch (decoder.decode(topic, key, record.value(), record.headers())) {
                case RecordDecoder.Decoded.Understood(Change change) -> apply(change, topic, record);
                case RecordDecoder.Decoded.Ignored() -> LOG.trace("ignored a record");
                case RecordDecoder.Decoded.Unreadable(String reason) -> {
                    leaveOut(topic, record, key, reason);
                    forget(topic, record, key);
                }
            }
        } catch (RuntimeException e) {
            // Read, and yet nothing that the view can hold: a fault of this program, which must not cost the records
            // after it.
            leaveOut(topic, record, key, e.toString());
        }
    }

    /** What was known under the key no longer holds, and a read model that starts after this record would not know it either. */
    private void forget(Topic topic, ConsumerRecord<byte[], byte[]> record, @Nullable String key) {
        if (decoder.decode(topic, key, null, record.headers())
                instanceof RecordDecoder.Decoded.Understood(Change nothing)) {
            apply(nothing, topic, record);
        }
    }

    private void apply(Change change, Topic topic, ConsumerRecord<byte[], byte[]> record) {
        view.apply(change, new Partition(topic, record.partition()), record.offset());
    }

    private void leaveOut(Topic topic, ConsumerRecord<byte[], byte[]> record, @Nullable String key, String reason) {
        count(unreadable, topic);
        // A publisher of bad records must not fill the log; the metric counts the rest.
        int told = complaints.merge(topic, 1, Integer::sum);
        if (told <= MAX_COMPLAINTS) {
            LOG.warnf(
                    "read model left out a record topic=%s partition=%d offset=%d key=%s: %s%s",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    key == null ? "" : Limits.cut(key, MAX_SHOWN),
                    Limits.cut(reason, MAX_SHOWN),
                    told < MAX_COMPLAINTS
                            ? ""
                            : "; further ones of this topic are only counted in kpfleet_read_model_unreadable_total");
        }
    }

    private static void count(Map<Topic, Counter> counters, Topic topic) {
        Counter counter = counters.get(topic);
        if (counter != null) {
            counter.increment();
        }
    }

    private static Map<String, Object> properties(KafkaClients clients) {
        Map<String, Object> properties = clients.properties();
        properties.put(ConsumerConfig.CLIENT_ID_CONFIG, clients.group("read-model"));
        // Only what a committed transaction of the controller has decided is shown.
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        // A topic that the broker made up would have the wrong clean-up policy.
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return properties;
    }
}
