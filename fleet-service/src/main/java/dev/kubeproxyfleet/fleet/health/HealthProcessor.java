package dev.kubeproxyfleet.fleet.health;

import dev.kubeproxyfleet.fleet.health.HealthCounters.Outcome;
import dev.kubeproxyfleet.fleet.identity.Believed;
import dev.kubeproxyfleet.fleet.identity.SignedToken;
import dev.kubeproxyfleet.fleet.identity.TokenJudge;
import dev.kubeproxyfleet.fleet.identity.Verdict;
import dev.kubeproxyfleet.schemas.agent.AgentToken;
import dev.kubeproxyfleet.schemas.avro.ClusterHealth;
import dev.kubeproxyfleet.schemas.avro.NodeStats;
import dev.kubeproxyfleet.schemas.binary.AvroReader;
import dev.kubeproxyfleet.schemas.binary.Unreadable;
import dev.kubeproxyfleet.schemas.limit.Limits;
import dev.kubeproxyfleet.schemas.topic.Partitioning;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Holds the nodes of the clusters of its partition in memory, and in a store so that they survive it; gives a health record
 * for each cluster that changed, at most one in an emit interval, and for one of which only figures moved one in an interval of its nodes.
 */
final class HealthProcessor implements Processor<String, byte[], String, byte[]> {

    /** Twice the most that AKS allows, since nodes that were replaced count until they are silent. */
    static final int MAX_NODES_PER_CLUSTER = 10_000;

    private static final Logger LOG = Logger.getLogger(HealthProcessor.class);

    /** Records that are named in the log as left out. */
    private static final int MAX_COMPLAINTS = 100;

    private static final int MAX_SHOWN = 300;
    private static final int MAX_KEY_AND_HEADERS = 4_096;

    private static final String CLUSTER_KEY = "/managedclusters/";

    private final InstantSource clock;
    private final Duration emitInterval;
    private final Duration bucket;
    private final HealthCounters counters;
    private final TokenJudge judge;
    private final Believed believed;
    private final BrokerClock brokerClock = new BrokerClock();
    private final Map<String, FoldedCluster> clusters = new HashMap<>();
    private @Nullable Stores stores;
    private int complaints;

    private record Stores(
            ProcessorContext<String, byte[]> context,
            KeyValueStore<String, NodeState> nodes,
            KeyValueStore<String, SignalHistory> signals,
            KeyValueStore<String, byte[]> inventory) {}

    HealthProcessor(
            InstantSource clock,
            Duration emitInterval,
            Duration bucket,
            HealthCounters counters,
            TokenJudge judge,
            Believed believed) {
        this.clock = clock;
        this.emitInterval = emitInterval;
        this.bucket = bucket;
        this.counters = counters;
        this.judge = judge;
        this.believed = believed;
    }

    @Override
    public void init(ProcessorContext<String, byte[]> context) {
        KeyValueStore<String, NodeState> nodes = context.getStateStore(HealthTopology.NODES_STORE);
        KeyValueStore<String, SignalHistory> signals = context.getStateStore(HealthTopology.SIGNALS_STORE);
        stores = new Stores(context, nodes, signals, context.getStateStore(HealthTopology.INVENTORY_STORE));
        try (KeyValueIterator<String, NodeState> all = nodes.all()) {
            while (all.hasNext()) {
                KeyValue<String, NodeState> entry = all.next();
                // What was stored while any agent was believed does not count where only proven ones are.
                if (entry.value != null && (entry.value.proven() || believed == Believed.ANY)) {
                    String node = entry.value.node();
                    String cluster = clusterOf(entry.key, node);
                    cluster(cluster).restore(entry.value);
                }
            }
        }
        try (KeyValueIterator<String, SignalHistory> all = signals.all()) {
            while (all.hasNext()) {
                KeyValue<String, SignalHistory> entry = all.next();
                if (entry.value != null) {
                    cluster(entry.key).restore(entry.value);
                }
            }
        }
        context.schedule(emitInterval, PunctuationType.WALL_CLOCK_TIME, unused -> emit());
    }

    @Override
    public void process(Record<String, byte[]> record) {
        Outcome outcome;
        try {
            outcome = take(record);
        } catch (RuntimeException e) {
            // A fault of this program, which must not keep the nodes after this one from being heard.
            leftOut(record, e.toString());
            outcome = Outcome.UNDECODABLE;
        }
        counters.count(outcome);
    }

    /** A node that sends bad records must not fill the log; the metric counts the rest. */
    private void leftOut(Record<String, byte[]> record, String why) {
        if (complaints++ >= MAX_COMPLAINTS) {
            return;
        }
        Optional<RecordMetadata> position = stores().context.recordMetadata();
        LOG.warnf(
                "left out a record topic=%s partition=%d offset=%d key=%s: %s%s",
                position.map(RecordMetadata::topic).orElse(""),
                position.map(RecordMetadata::partition).orElse(-1),
                position.map(RecordMetadata::offset).orElse(-1L),
                record.key() == null ? "" : Limits.cut(record.key(), MAX_SHOWN),
                why,
                complaints < MAX_COMPLAINTS
                        ? ""
                        : "; further ones are only counted in kpfleet_health_node_stats_total");
    }

    private Outcome take(Record<String, byte[]> record) {
        Optional<NodeStats> decoded = decode(record.value());
        if (decoded.isEmpty()) {
            Unreadable why = AvroReader.NODE_STATS.objection(record.value());
            leftOut(record, why.message());
            return switch (why) {
                case UNKNOWN_VERSION -> Outcome.UNKNOWN_VERSION;
                case NO_RECORD -> Outcome.UNDECODABLE;
            };
        }
        NodeStats stats = decoded.get();
        String key = Partitioning.nodeStatsKey(stats.getCluster(), stats.getNode());
        if (!key.equals(record.key())) {
            return Outcome.WRONG_KEY;
        }
        Instant now = clock.instant();
        Instant appendedAt = Instant.ofEpochMilli(record.timestamp());
        brokerClock.read(appendedAt, now);
        FoldedCluster cluster = clusters.get(stats.getCluster());
        Verdict verdict = judge(record, stats, cluster, appendedAt);
        counters.count(verdict);
        if (verdict instanceof Verdict.Unproven unproven && !believed.counts(verdict)) {
            return leaveOut(record, stats, unproven, now);
        }
        SignedToken token = verdict instanceof Verdict.Proven(SignedToken signed) ? signed : null;
        NodeState previous = cluster == null ? null : cluster.node(stats.getNode());
        if (previous != null && previous.silentAt(now)) {
            // Its clock may have been set back: what it said before it fell silent does not bind it.
            previous = null;
        }
        return switch (HealthFold.fold(previous, stats, token != null, appendedAt, now)) {
            case Folding.NotNewer() -> Outcome.NOT_NEWER;
            case Folding.TextTooLong() -> Outcome.TEXT_TOO_LONG;
            case Folding.TooOld() -> drop(stats, appendedAt, now);
            case Folding.Folded(NodeState state) -> keep(key, stats.getCluster(), previous, state, token);
        };
    }

    private Verdict judge(
            Record<String, byte[]> record, NodeStats stats, @Nullable FoldedCluster cluster, Instant appendedAt) {
        byte[] inventoried = inventoried(stats.getCluster());
        if (cluster != null) {
            cluster.refreshInventory(inventoried);
        }
        Header token = record.headers().lastHeader(AgentToken.HEADER);
        return judge.judge(
                token == null ? null : token.value(),
                cluster == null ? Inventoried.read(inventoried).oidcIssuer() : cluster.oidcIssuer(),
                stats.getNode(),
                appendedAt,
                cluster == null ? null : cluster.token(stats.getNode()));
    }

    /** Told of in the cluster's health; but a cluster that the inventory does not have may be invented, and is only counted. */
    private Outcome leaveOut(Record<String, byte[]> record, NodeStats stats, Verdict.Unproven unproven, Instant now) {
        if (inventoried(stats.getCluster()) != null && SnapshotLimits.hold(stats)) {
            cluster(stats.getCluster()).leaveOut(stats.getNode(), unproven.reason(), now);
        }
        if (unproven.reason().refutes()) {
            leftOut(record, Limits.cut(unproven.reason().code() + ": " + unproven.detail(), MAX_SHOWN));
            return Outcome.DISPROVEN;
        }
        return Outcome.UNPROVEN;
    }

    /** One by our clock alone is told of in the cluster's health, since it may be all that is heard of the cluster. */
    private Outcome drop(NodeStats stats, Instant appendedAt, Instant now) {
        Duration interval = HealthFold.interval(stats.getIntervalMillis());
        Optional<Duration> ahead = brokerClock.ahead(now);
        if (ahead.isEmpty() || HealthFold.silent(appendedAt.plus(ahead.get()), interval, now)) {
            return Outcome.TOO_OLD;
        }
        FoldedCluster cluster = cluster(stats.getCluster());
        cluster.dropped(cluster.skew().withServiceAhead(ahead.get()).dropping(stats, appendedAt, interval, now), now);
        return Outcome.CLOCK_SKEW;
    }

    private Outcome keep(
            String key, String clusterId, @Nullable NodeState previous, NodeState state, @Nullable SignedToken token) {
        FoldedCluster cluster = cluster(clusterId);
        if (cluster.size() >= MAX_NODES_PER_CLUSTER && cluster.node(state.node()) == null) {
            return Outcome.TOO_MANY_NODES;
        }
        cluster.put(previous, state, token);
        stores().nodes.put(key, state);
        if (previous != null) {
            Increments increments = Increments.between(previous, state);
            if (!increments.areUnknown()) {
                counters.count(cluster.add(increments, bucket), increments.time());
            }
        }
        return Outcome.FOLDED;
    }

    private void emit() {
        Instant now = clock.instant();
        Duration ahead = brokerClock.ahead(now).orElse(Duration.ZERO);
        counters.clockAhead(ahead);
        Iterator<Map.Entry<String, FoldedCluster>> all = clusters.entrySet().iterator();
        while (all.hasNext()) {
            Map.Entry<String, FoldedCluster> entry = all.next();
            String id = entry.getKey();
            FoldedCluster cluster = entry.getValue();
            cluster.dropSilent(now).forEach(node -> stores().nodes.delete(Partitioning.nodeStatsKey(id, node.node())));
            cluster.refreshInventory(inventoried(id));
            cluster.refreshSkew(ahead, now);
            cluster.refreshLeftOut(now);
            if (cluster.isDue(now)) {
                FoldedCluster.Told told = cluster.tell(now);
                forward(HealthFold.health(
                        id, told.nodes(), told.nodesExpected(), told.skew(), told.signals(), told.leftOut(), now));
            }
            if (cluster.isNeeded(now)) {
                SignalHistory signals = cluster.toWrite(now);
                if (signals != null) {
                    stores().signals.put(id, signals);
                }
            } else {
                if (cluster.signals() != null) {
                    stores().signals.delete(id);
                }
                all.remove();
            }
        }
    }

    private byte @Nullable [] inventoried(String clusterId) {
        return clusterId.contains(CLUSTER_KEY) ? stores().inventory.get(clusterId) : null;
    }

    private void forward(ClusterHealth health) {
        byte[] value;
        try {
            ByteBuffer encoded = health.toByteBuffer();
            value = new byte[encoded.remaining()];
            encoded.get(value);
            if (value.length + MAX_KEY_AND_HEADERS > Topic.WRITTEN_MAX_BYTES) {
                // Nodes that say something else each, which nobody could tell apart: unknown, instead of what no topic
                // takes.
                LOG.errorf(
                        "health without what its nodes run: all of it would be %d bytes cluster=%s",
                        value.length, health.getCluster());
                forward(ClusterHealth.newBuilder(health)
                        .setObserved(List.of())
                        .setNodes(List.of())
                        .setEvidence(Map.of())
                        .build());
                return;
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        stores().context
                .forward(new Record<>(health.getCluster(), value, health.getAt().toEpochMilli()));
        counters.countEmitted();
    }

    private FoldedCluster cluster(String id) {
        return clusters.computeIfAbsent(id, unused -> new FoldedCluster());
    }

    private Stores stores() {
        return Objects.requireNonNull(stores, "not initialised");
    }

    private static String clusterOf(String key, String node) {
        return key.substring(
                0, key.length() - Partitioning.nodeStatsKey("", node).length());
    }

    private static Optional<NodeStats> decode(byte @Nullable [] value) {
        return AvroReader.NODE_STATS
                .read(value)
                .filter(stats ->
                        !stats.getCluster().isEmpty() && !stats.getNode().isEmpty());
    }
}
