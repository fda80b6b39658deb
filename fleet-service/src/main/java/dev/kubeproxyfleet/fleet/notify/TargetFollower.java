package dev.kubeproxyfleet.fleet.notify;

import dev.kubeproxyfleet.schemas.json.Contract;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Tells one target what the audit trail says, where the target's consumer group gives the topic to this replica.
 *
 * <p>One thread reads and sends. A position is committed once all before it was taken or given up, so that nothing is left out, and what
 * was sent by a replica that died then is sent again. While a message waits the topic is paused, and polling goes on. A group that is new
 * begins at the end: nobody is told of what happened before there was a target.
 */
final class TargetFollower {

    private static final Logger LOG = Logger.getLogger(TargetFollower.class);

    static final Duration POLL = Duration.ofMillis(250);

    /** Messages between two polls. Even a target that takes as long as it may for each stays far below what Kafka lets pass between them. */
    private static final int MAX_IN_A_ROW = 10;

    private static final Duration RECOVERY_PAUSE = Duration.ofSeconds(5);

    private final Target target;
    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final String topic;
    private final Reporter reporter;
    private final Outbox outbox;
    private final InstantSource clock;
    private final Gathering gathering = new Gathering();
    private final Map<TopicPartition, Long> committed = new HashMap<>();
    private final CountDownLatch stop = new CountDownLatch(1);
    private volatile @Nullable Consumer<byte[], byte[]> consumer;

    /**
     * @param consumers of the target's group, that commit nothing by themselves
     * @param topic of the audit trail
     */
    TargetFollower(
            Target target,
            Supplier<Consumer<byte[], byte[]>> consumers,
            String topic,
            Reporter reporter,
            Outbox outbox,
            InstantSource clock) {
        this.target = target;
        this.consumers = consumers;
        this.topic = topic;
        this.reporter = reporter;
        this.outbox = outbox;
        this.clock = clock;
    }

    /** Runs until {@link #close}; whatever ends it in between costs a pause, and begins anew with what is committed. */
    void run() {
        while (stop.getCount() > 0) {
            try (Consumer<byte[], byte[]> created = start()) {
                while (stop.getCount() > 0) {
                    step(created);
                }
            } catch (WakeupException e) {
                LOG.debug("woken up to close");
            } catch (RuntimeException | Error e) {
                LOG.errorf(
                        e,
                        "telling a target failed; trying again target=%s topic=%s pause=%s",
                        target.name(),
                        topic,
                        RECOVERY_PAUSE);
            } finally {
                forget();
            }
            try {
                boolean _ = stop.await(RECOVERY_PAUSE.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Lets {@link #run} return. */
    void close() {
        stop.countDown();
        Consumer<byte[], byte[]> running = consumer;
        if (running != null) {
            running.wakeup();
        }
    }

    Consumer<byte[], byte[]> start() {
        Consumer<byte[], byte[]> created = consumers.get();
        consumer = created;
        created.subscribe(List.of(topic), new Rebalance(created));
        return created;
    }

    void step(Consumer<byte[], byte[]> reader) {
        reader.poll(POLL).forEach(this::read);
        if (outbox.isEmpty() && gathering.isDue(clock.instant())) {
            reader.pause(reader.assignment());
            outbox.put(gathering.take());
        }
        int told = 0;
        while (told < MAX_IN_A_ROW && outbox.attempt()) {
            told++;
        }
        if (outbox.isEmpty() && gathering.isEmpty()) {
            commit(reader);
            reader.resume(reader.assignment());
        }
    }

    private void read(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            return;
        }
        try {
            AuditRecord audited = Contract.read(record.value(), AuditRecord.class);
            String id = "audit-" + record.partition() + "-" + record.offset() + "-" + record.timestamp();
            reporter.report(audited, id)
                    .filter(target::takes)
                    .ifPresent(notification -> gathering.add(notification, clock.instant()));
        } catch (IOException e) {
            LOG.warnf(
                    "an audit record was not read, and nobody is told of it target=%s topic=%s partition=%d offset=%d",
                    target.name(), topic, record.partition(), record.offset());
        }
    }

    private void commit(Consumer<byte[], byte[]> reader) {
        Map<TopicPartition, OffsetAndMetadata> moved = new HashMap<>();
        for (TopicPartition partition : reader.assignment()) {
            long position = reader.position(partition);
            if (!Long.valueOf(position).equals(committed.get(partition))) {
                moved.put(
                        partition,
                        new OffsetAndMetadata(position, outbox.threads().text()));
            }
        }
        if (!moved.isEmpty()) {
            reader.commitSync(moved);
            moved.forEach((partition, offset) -> committed.put(partition, offset.offset()));
        }
    }

    private void forget() {
        gathering.clear();
        outbox.clear();
        committed.clear();
    }

    private final class Rebalance implements ConsumerRebalanceListener {
        private final Consumer<byte[], byte[]> reader;

        Rebalance(Consumer<byte[], byte[]> reader) {
            this.reader = reader;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            Set<TopicPartition> given = new HashSet<>(partitions);
            reader.committed(given).forEach((partition, offset) -> {
                if (offset != null) {
                    given.remove(partition);
                    outbox.threads().read(offset.metadata());
                    committed.put(partition, offset.offset());
                }
            });
            // Kafka takes no partitions for all of them, those among them whose position is kept.
            if (!given.isEmpty()) {
                reader.seekToEnd(given);
                given.forEach(reader::position);
                // At once, or a replica that dies before the first message would let the next one begin later.
                commit(reader);
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            if (!partitions.isEmpty()) {
                forget();
            }
        }
    }
}
