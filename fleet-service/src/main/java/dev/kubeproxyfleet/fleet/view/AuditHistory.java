package dev.kubeproxyfleet.fleet.view;

import dev.kubeproxyfleet.fleet.kafka.KafkaClients;
import dev.kubeproxyfleet.schemas.json.Contract;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.topic.Topic;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * All that the topic {@code audit} keeps, which is more than {@link FleetView} has in memory. It is read backwards, by pages, when somebody
 * asks. One caller is served at a time. Thread-safe.
 */
@Singleton
public final class AuditHistory implements AutoCloseable {

    /** Offsets that are read at once. */
    static final int STRETCH = 2_000;

    /** Offsets that are looked through for one page, whether or not they hold what was asked for. */
    static final int MAX_LOOKED_THROUGH = 20_000;

    /** Offsets that are read for one entry. */
    private static final int FEW = 50;

    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration KAFKA_PATIENCE = Duration.ofSeconds(10);

    /**
     * How much later than another one that was written after it an entry may say that it was made: two parts of the service write them, and
     * replicas whose clocks differ.
     */
    private static final Duration OUT_OF_ORDER = Duration.ofMinutes(10);

    /**
     * What is asked for.
     *
     * @param config null for all
     * @param from the earliest time; null for all that are kept
     * @param until before which it was; null for now
     */
    public record Wanted(
            @Nullable String config,
            @Nullable Instant from,
            @Nullable Instant until) {

        private boolean has(AuditRecord entry) {
            return (config == null || config.equals(entry.config()))
                    && (from == null || !entry.at().isBefore(from))
                    && (until == null || entry.at().isBefore(until));
        }

        /** Whether nothing that was written before this entry can be wanted. */
        private boolean beginsAfter(AuditRecord entry) {
            return from != null && entry.at().plus(OUT_OF_ORDER).isBefore(from);
        }
    }

    /**
     * A part of the trail.
     *
     * @param entries newest first; there may be few or none although older ones follow
     * @param next the offset before which the next page begins; empty if there is no older one
     */
    public record Page(List<AuditRecord> entries, OptionalLong next) {}

    /** Somebody else is being served, and was so for as long as it was waited. */
    public static final class BusyException extends Exception {
        private static final long serialVersionUID = 1L;

        BusyException() {
            super("the audit trail is being read for others");
        }
    }

    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final TopicPartition partition;
    private final InstantSource clock;
    private final ReentrantLock turn = new ReentrantLock(true);
    private @Nullable Consumer<byte[], byte[]> kept;

    @Inject
    AuditHistory(KafkaClients clients, InstantSource clock) {
        this(
                () -> new KafkaConsumer<>(
                        properties(clients), new ByteArrayDeserializer(), new ByteArrayDeserializer()),
                clients.name(Topic.AUDIT),
                clock);
    }

    AuditHistory(Supplier<Consumer<byte[], byte[]>> consumers, String topic, InstantSource clock) {
        this.consumers = consumers;
        this.partition = new TopicPartition(topic, 0);
        this.clock = clock;
    }

    private static Map<String, Object> properties(KafkaClients clients) {
        Map<String, Object> properties = clients.properties();
        properties.put(ConsumerConfig.CLIENT_ID_CONFIG, clients.group("audit-history"));
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        return properties;
    }

    /**
     * The latest entries before an offset.
     *
     * @param before the {@link Page#next} of the page before; empty for the first one
     * @param limit entries of a page
     * @throws BusyException if others are served for too long
     * @throws org.apache.kafka.common.KafkaException if the topic cannot be read
     */
    public Page read(Wanted wanted, OptionalLong before, int limit) throws BusyException, InterruptedException {
        if (!turn.tryLock(KAFKA_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new BusyException();
        }
        try {
            return page(consumer(), wanted, before, limit);
        } catch (RuntimeException e) {
            forget();
            throw e;
        } finally {
            turn.unlock();
        }
    }

    private Consumer<byte[], byte[]> consumer() {
        Consumer<byte[], byte[]> current = kept;
        if (current == null) {
            current = consumers.get();
            current.assign(List.of(partition));
            kept = current;
        }
        return current;
    }

    private Page page(Consumer<byte[], byte[]> reader, Wanted wanted, OptionalLong before, int limit) {
        long beginning = offset(reader.beginningOffsets(List.of(partition), KAFKA_PATIENCE));
        long end = Math.min(end(reader, wanted, beginning), before.orElse(Long.MAX_VALUE));
        long stop = Math.max(beginning, end - MAX_LOOKED_THROUGH);
        List<AuditRecord> entries = new ArrayList<>();
        while (end > stop) {
            long start = Math.max(stop, end - STRETCH);
            for (ConsumerRecord<byte[], byte[]> record :
                    stretch(reader, start, end).reversed()) {
                AuditRecord entry = entry(record);
                if (entry != null && wanted.beginsAfter(entry)) {
                    return new Page(entries, OptionalLong.empty());
                }
                if (entry != null && wanted.has(entry)) {
                    entries.add(entry);
                    if (entries.size() == limit) {
                        return new Page(entries, goesOn(record.offset(), beginning));
                    }
                }
            }
            end = start;
        }
        return new Page(entries, goesOn(end, beginning));
    }

    private static OptionalLong goesOn(long before, long beginning) {
        return before > beginning ? OptionalLong.of(before) : OptionalLong.empty();
    }

    /**
     * An offset before which all is that was before {@code until}, by halves. Kafka's own times do not tell it: entries have that of what
     * they answer, the marks of transactions and restored entries others.
     */
    private long end(Consumer<byte[], byte[]> reader, Wanted wanted, long beginning) {
        long high = offset(reader.endOffsets(List.of(partition), KAFKA_PATIENCE));
        if (wanted.until() == null) {
            return high;
        }
        Instant time = wanted.until().plus(OUT_OF_ORDER);
        long low = beginning;
        while (high - low > STRETCH) {
            long middle = low + (high - low) / 2;
            Optional<AuditRecord> entry = first(reader, middle, high);
            if (entry.isPresent() && entry.get().at().isBefore(time)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return high;
    }

    /** The first entry from an offset on and before another one. */
    private Optional<AuditRecord> first(Consumer<byte[], byte[]> reader, long start, long end) {
        for (long next = start; next < end; next += FEW) {
            for (ConsumerRecord<byte[], byte[]> record : stretch(reader, next, Math.min(end, next + FEW))) {
                AuditRecord entry = entry(record);
                if (entry != null) {
                    return Optional.of(entry);
                }
            }
        }
        return Optional.empty();
    }

    private long offset(Map<TopicPartition, Long> offsets) {
        return offsets.getOrDefault(partition, 0L);
    }

    private List<ConsumerRecord<byte[], byte[]>> stretch(Consumer<byte[], byte[]> reader, long start, long end) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        reader.seek(partition, start);
        Instant progress = clock.instant();
        while (reader.position(partition, KAFKA_PATIENCE) < end) {
            for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL)) {
                progress = clock.instant();
                if (record.offset() < end) {
                    records.add(record);
                }
            }
            if (clock.instant().isAfter(progress.plus(KAFKA_PATIENCE))) {
                throw new TimeoutException("Kafka gave nothing more of the topic " + partition.topic());
            }
        }
        return records;
    }

    /** Null where it is none; the read model has logged and counted it when it came. */
    private static @Nullable AuditRecord entry(ConsumerRecord<byte[], byte[]> record) {
        try {
            return record.value() == null ? null : Contract.read(record.value(), AuditRecord.class);
        } catch (IOException | RuntimeException e) {
            return null;
        }
    }

    private void forget() {
        if (kept != null) {
            kept.close();
            kept = null;
        }
    }

    @Override
    @PreDestroy
    public void close() {
        turn.lock();
        try {
            forget();
        } finally {
            turn.unlock();
        }
    }
}
