package dev.kubeproxyfleet.fleet.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Does something about the records of a compacted topic, where the consumer group gives their partitions to this replica.
 *
 * <p>Offsets are never committed: each partition is read from its start on. All hooks are called by the thread that runs {@link
 * #run}.
 */
public abstract class TopicFollower {

    private static final Logger LOG = Logger.getLogger(TopicFollower.class);

    private static final Duration RECOVERY_PAUSE = Duration.ofSeconds(5);

    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final String topic;
    private final Duration poll;
    private final Set<TopicPartition> collecting = new HashSet<>();
    private final CountDownLatch stop = new CountDownLatch(1);
    private volatile @Nullable Consumer<byte[], byte[]> consumer;

    /**
     * @param consumers that commit nothing by themselves
     * @param poll longest time between two calls of {@link #polled}
     */
    protected TopicFollower(Supplier<Consumer<byte[], byte[]>> consumers, String topic, Duration poll) {
        this.consumers = consumers;
        this.topic = topic;
        this.poll = poll;
    }

    /** Whether it can begin; asked again after a pause where it cannot. */
    protected boolean isReady() {
        return true;
    }

    /** A record, whatever is in it; one that throws begins everything anew. */
    protected abstract void accept(ConsumerRecord<byte[], byte[]> record);

    /** @param isWhole whether the partitions have been read up to where they ended when they were given */
    protected abstract void polled(boolean isWhole);

    /** Another replica has them from now on. */
    protected abstract void revoked(Collection<TopicPartition> partitions);

    /** Everything begins anew, or ends. */
    protected abstract void left();

    /** Runs until {@link #close}; whatever ends it in between costs a pause, and begins everything anew. */
    public void run() {
        while (stop.getCount() > 0) {
            try {
                if (isReady()) {
                    start();
                    while (stop.getCount() > 0) {
                        pollOnce();
                    }
                }
            } catch (WakeupException e) {
                LOG.debug("woken up to close");
            } catch (RuntimeException | Error e) {
                LOG.errorf(e, "following a topic failed; trying again topic=%s pause=%s", topic, RECOVERY_PAUSE);
            } finally {
                leave();
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
    public void close() {
        stop.countDown();
        var current = consumer;
        if (current != null) {
            current.wakeup();
        }
    }

    /** One step of {@link #run}, as is {@link #pollOnce}. */
    public void start() {
        var fresh = consumers.get();
        consumer = fresh;
        fresh.subscribe(List.of(topic), new Rebalance(fresh));
    }

    public void pollOnce() {
        var current = Objects.requireNonNull(consumer);
        current.poll(poll).forEach(this::accept);
        if (!collecting.isEmpty()) {
            current.endOffsets(Set.copyOf(collecting)).forEach((partition, end) -> {
                if (current.position(partition) >= end) {
                    collecting.remove(partition);
                }
            });
        }
        polled(collecting.isEmpty());
    }

    private void leave() {
        left();
        collecting.clear();
        var current = consumer;
        consumer = null;
        if (current != null) {
            try {
                current.close();
            } catch (RuntimeException e) {
                LOG.warnf(
                        "leaving the consumer group failed; its session times out topic=%s cause=%s",
                        topic, e.getMessage());
            }
        }
    }

    private final class Rebalance implements ConsumerRebalanceListener {
        private final Consumer<byte[], byte[]> consumer;

        Rebalance(Consumer<byte[], byte[]> consumer) {
            this.consumer = consumer;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            consumer.seekToBeginning(partitions);
            collecting.addAll(partitions);
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            collecting.removeAll(partitions);
            revoked(partitions);
        }
    }
}
