package dev.kubeproxyfleet.fleet.kubernetes;

import dev.kubeproxyfleet.schemas.json.Contract;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the clusters of the partitions of {@code clusters} that the consumer group gives to this replica.
 *
 * <p>Offsets are never committed: the compacted topic is read from its start on, and nothing is watched before its end. All state is
 * of the thread that runs {@link #run}.
 */
final class KubernetesWorker {

    private static final Logger LOG = Logger.getLogger(KubernetesWorker.class);

    static final Duration POLL = Duration.ofMillis(500);
    private static final Duration RECOVERY_PAUSE = Duration.ofSeconds(5);
    private static final String CLUSTER = "/managedclusters/";

    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final String topic;
    private final Predicate<ClusterRecord> selected;
    private final BooleanSupplier fleetIsKnown;
    private final WatchedClusters watched;
    private final Map<String, TopicPartition> owned = new HashMap<>();
    private final Set<TopicPartition> collecting = new HashSet<>();
    private final CountDownLatch stop = new CountDownLatch(1);
    private volatile @Nullable Consumer<byte[], byte[]> consumer;

    /**
     * @param topic of the clusters
     * @param fleetIsKnown whether it is known by now what was told of the clusters before
     */
    KubernetesWorker(
            Supplier<Consumer<byte[], byte[]>> consumers,
            String topic,
            Predicate<ClusterRecord> selected,
            BooleanSupplier fleetIsKnown,
            WatchedClusters watched) {
        this.consumers = consumers;
        this.topic = topic;
        this.selected = selected;
        this.fleetIsKnown = fleetIsKnown;
        this.watched = watched;
    }

    /** Runs until {@link #close}; whatever ends it in between costs a pause, and begins all watches anew. */
    void run() {
        while (stop.getCount() > 0) {
            try {
                if (fleetIsKnown.getAsBoolean()) {
                    start();
                    while (stop.getCount() > 0) {
                        pollOnce();
                    }
                }
            } catch (WakeupException e) {
                LOG.debug("woken up to close");
            } catch (RuntimeException | Error e) {
                LOG.errorf(e, "watching clusters failed; trying again topic=%s pause=%s", topic, RECOVERY_PAUSE);
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
    void close() {
        stop.countDown();
        var current = consumer;
        if (current != null) {
            current.wakeup();
        }
    }

    void start() {
        var fresh = consumers.get();
        consumer = fresh;
        fresh.subscribe(List.of(topic), new Rebalance(fresh));
    }

    void pollOnce() {
        var current = Objects.requireNonNull(consumer);
        for (ConsumerRecord<byte[], byte[]> record : current.poll(POLL)) {
            accept(record);
        }
        if (!collecting.isEmpty()) {
            current.endOffsets(Set.copyOf(collecting)).forEach((partition, end) -> {
                if (current.position(partition) >= end) {
                    collecting.remove(partition);
                }
            });
        }
        if (collecting.isEmpty()) {
            watched.advance();
        }
    }

    private void leave() {
        owned.keySet().forEach(watched::release);
        owned.clear();
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

    private void accept(ConsumerRecord<byte[], byte[]> record) {
        String key = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
        if (!key.contains(CLUSTER)) {
            return;
        }
        if (isSelected(key, record)) {
            owned.put(key, new TopicPartition(record.topic(), record.partition()));
            watched.add(key);
        } else {
            owned.remove(key);
            watched.withdraw(key);
        }
    }

    /** What cannot be read is not looked at. The read model counts it. */
    private boolean isSelected(String key, ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            return false;
        }
        try {
            ClusterRecord cluster = Contract.read(record.value(), ClusterRecord.class);
            return cluster.id().equals(key) && selected.test(cluster);
        } catch (IOException | RuntimeException e) {
            LOG.debugf("no cluster topic=%s offset=%d: %s", record.topic(), record.offset(), e.getMessage());
            return false;
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
            owned.entrySet().removeIf(cluster -> {
                boolean isGiven = partitions.contains(cluster.getValue());
                if (isGiven) {
                    watched.release(cluster.getKey());
                }
                return isGiven;
            });
        }
    }
}
