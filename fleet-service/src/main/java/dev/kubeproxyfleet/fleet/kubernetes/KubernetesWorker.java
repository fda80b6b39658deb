package dev.kubeproxyfleet.fleet.kubernetes;

import dev.kubeproxyfleet.fleet.kafka.TopicFollower;
import dev.kubeproxyfleet.schemas.json.Contract;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Looks at the clusters of the partitions of {@code clusters} that the consumer group gives to this replica.
 *
 * <p>Offsets are never committed: the compacted topic is read from its start on, and nothing is watched before its end. All state is
 * of the thread that runs {@link #run}.
 */
final class KubernetesWorker extends TopicFollower {

    private static final Logger LOG = Logger.getLogger(KubernetesWorker.class);

    static final Duration POLL = Duration.ofMillis(500);
    private static final String CLUSTER = "/managedclusters/";

    private final Predicate<ClusterRecord> selected;
    private final BooleanSupplier fleetIsKnown;
    private final WatchedClusters watched;
    private final Map<String, TopicPartition> owned = new HashMap<>();

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
        super(consumers, topic, POLL);
        this.selected = selected;
        this.fleetIsKnown = fleetIsKnown;
        this.watched = watched;
    }

    @Override
    protected boolean isReady() {
        return fleetIsKnown.getAsBoolean();
    }

    @Override
    protected void polled(boolean isWhole) {
        if (isWhole) {
            watched.advance();
        }
    }

    @Override
    protected void left() {
        owned.keySet().forEach(watched::release);
        owned.clear();
    }

    @Override
    protected void revoked(Collection<TopicPartition> partitions) {
        owned.entrySet().removeIf(cluster -> {
            boolean isGiven = partitions.contains(cluster.getValue());
            if (isGiven) {
                watched.release(cluster.getKey());
            }
            return isGiven;
        });
    }

    @Override
    protected void accept(ConsumerRecord<byte[], byte[]> record) {
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
}
