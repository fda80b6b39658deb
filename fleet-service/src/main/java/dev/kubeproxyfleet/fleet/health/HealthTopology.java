package dev.kubeproxyfleet.fleet.health;

import dev.kubeproxyfleet.fleet.identity.Believed;
import dev.kubeproxyfleet.fleet.identity.TokenJudge;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.Stores;

/**
 * {@code node-stats} and {@code clusters} in, {@code cluster-health} out. Meant for at-least-once processing in an application
 * of its own: a snapshot that is read twice changes nothing.
 *
 * <p>All nodes of a cluster are in one partition ({@code Partitioning.nodeStats}), so one task sees the whole cluster.
 */
public final class HealthTopology {

    static final String NODES_STORE = "nodes";
    static final String SIGNALS_STORE = "signals";
    static final String INVENTORY_STORE = "inventory";

    static final Duration MIN_BUCKET = Duration.ofSeconds(1);
    static final Duration MAX_BUCKET = Duration.ofMinutes(10);

    private HealthTopology() {}

    /**
     * @param names full name of each topic
     * @param emitInterval shortest time between two health records of one cluster; at least a millisecond
     * @param bucket length of a bucket of signals, from {@link #MIN_BUCKET} to {@link #MAX_BUCKET}
     * @param believed whose snapshots count, by what {@code judge} says of them
     */
    public static Topology build(
            Function<Topic, String> names,
            InstantSource clock,
            Duration emitInterval,
            Duration bucket,
            HealthCounters counters,
            TokenJudge judge,
            Believed believed) {
        if (emitInterval.toMillis() < 1) {
            throw new IllegalArgumentException("kpfleet.health.emit-interval must be positive, not " + emitInterval);
        }
        if (bucket.compareTo(MIN_BUCKET) < 0
                || bucket.compareTo(MAX_BUCKET) > 0
                || !bucket.equals(Duration.ofMillis(bucket.toMillis()))) {
            throw new IllegalArgumentException(
                    "kpfleet.health.bucket must be from a second to ten minutes in whole milliseconds, not " + bucket);
        }
        Topology topology = new Topology();
        topology.addGlobalStore(
                Stores.keyValueStoreBuilder(
                                Stores.inMemoryKeyValueStore(INVENTORY_STORE), Serdes.String(), Serdes.ByteArray())
                        .withLoggingDisabled(),
                "clusters-source",
                new StringDeserializer(),
                new ByteArrayDeserializer(),
                names.apply(Topic.CLUSTERS),
                "inventory-keeper",
                InventoryKeeper::new);
        topology.addSource(
                AutoOffsetReset.latest(),
                "node-stats-source",
                HealthTopology::appendedAt,
                new StringDeserializer(),
                new ByteArrayDeserializer(),
                names.apply(Topic.NODE_STATS));
        topology.addProcessor(
                "health",
                () -> new HealthProcessor(clock, emitInterval, bucket, counters, judge, believed),
                "node-stats-source");
        topology.addStateStore(
                Stores.keyValueStoreBuilder(
                                Stores.persistentKeyValueStore(NODES_STORE), Serdes.String(), new NodeStateSerde())
                        .withCachingEnabled(),
                "health");
        topology.addStateStore(
                Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore(SIGNALS_STORE), Serdes.String(), new SignalHistorySerde(bucket)),
                "health");
        topology.addSink(
                "cluster-health-sink",
                names.apply(Topic.CLUSTER_HEALTH),
                new StringSerializer(),
                new ByteArraySerializer(),
                "health");
        return topology;
    }

    /** A record without a time is one from 1970, so too old, instead of the end of the application. */
    private static long appendedAt(ConsumerRecord<Object, Object> record, long partitionTime) {
        return Math.max(0, record.timestamp());
    }
}
