package dev.kubeproxyfleet.fleet.controller;

import dev.kubeproxyfleet.fleet.rollout.Retention;
import dev.kubeproxyfleet.fleet.rollout.RolloutEngine;
import dev.kubeproxyfleet.fleet.tracing.Tracing;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.topic.Partitioning;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The controller's topology: three topics of one partition each become one totally ordered stream of events; inventory,
 * health and what Kubernetes APIs say are global stores beside it.
 *
 * <pre>
 * desired ── intake ──┬─▶ rejected
 * commands ── reader ─┼─▶ controller ─▶ operations, configs, rollouts, rollout-clusters, audit
 * outcomes ── reader ─┘
 * </pre>
 */
public final class ControllerTopology {

    private static final String CONTROLLER = "controller";
    private static final String INTAKE = "intake";
    private static final String COMMAND_READER = "command-reader";
    private static final String OUTCOME_READER = "outcome-reader";

    /**
     * @param tick how often what is in flight is looked at again
     * @param join how often a rollout looks for clusters that have appeared
     * @param lag how long the inventory may show what was true before, and the azure worker may be silent beyond a deadline
     * @param retention how long ended rollouts are kept
     */
    public record Timing(Duration tick, Duration join, Duration lag, Retention retention) {

        public Timing(Duration tick, Duration join) {
            this(tick, join, RolloutEngine.DEFAULT_LAG, Retention.byDefault());
        }
    }

    private ControllerTopology() {}

    /** Like the other, without a login, with counters of its own, and without traces. */
    public static Topology build(
            Function<Topic, String> names, Timing timing, Strategy defaults, Supplier<String> ids) {
        return build(names, timing, defaults, Entrance.OPEN, ids, new ControllerCounters(), Tracing.OFF);
    }

    /**
     * @param names full name of a topic
     * @param defaults what a published config's strategy leaves out
     * @param entrance what of it is taken
     * @param ids a new unique id for each event sent
     */
    public static Topology build(
            Function<Topic, String> names,
            Timing timing,
            Strategy defaults,
            Entrance entrance,
            Supplier<String> ids,
            ControllerCounters counters,
            Tracing tracing) {
        Serializer<String> text = Serdes.String().serializer();
        Serializer<byte[]> bytes = Serdes.ByteArray().serializer();
        Deserializer<byte[]> keyBytes = Serdes.ByteArray().deserializer();
        Deserializer<byte[]> valueBytes = Serdes.ByteArray().deserializer();
        DecisionTraces traces = new DecisionTraces(tracing, names.apply(Topic.OPERATIONS));
        EventForwarder.Factory forwarders = context -> new EventForwarder(context, ids, counters, traces);

        Topology topology = new Topology();
        topology.addSource(source(Topic.DESIRED), keyBytes, valueBytes, names.apply(Topic.DESIRED));
        topology.addSource(source(Topic.COMMANDS), keyBytes, valueBytes, names.apply(Topic.COMMANDS));
        topology.addSource(source(Topic.OUTCOMES), keyBytes, valueBytes, names.apply(Topic.OUTCOMES));
        topology.addProcessor(INTAKE, () -> new IntakeProcessor(defaults, entrance.vouchers()), source(Topic.DESIRED));
        topology.addProcessor(
                COMMAND_READER, () -> MessageReader.commands(entrance.vouchers()), source(Topic.COMMANDS));
        topology.addProcessor(OUTCOME_READER, MessageReader::outcomes, source(Topic.OUTCOMES));
        topology.addProcessor(
                CONTROLLER,
                () -> new ControllerProcessor(timing, entrance, forwarders, counters, traces),
                INTAKE,
                COMMAND_READER,
                OUTCOME_READER);
        Stores.ALL.forEach(store -> topology.addStateStore(Stores.builder(store), CONTROLLER));

        for (Topic topic : Set.of(Topic.CONFIGS, Topic.ROLLOUTS, Topic.ROLLOUT_CLUSTERS, Topic.AUDIT)) {
            topology.addSink(sink(topic), names.apply(topic), text, bytes, CONTROLLER);
        }
        topology.addSink(
                sink(Topic.OPERATIONS), names.apply(Topic.OPERATIONS), text, bytes, bySubscription(), CONTROLLER);
        topology.addSink(
                sink(Topic.REJECTED),
                names.apply(Topic.REJECTED),
                bytes,
                bytes,
                INTAKE,
                COMMAND_READER,
                OUTCOME_READER);

        addGlobalStore(topology, Stores.INVENTORY, names.apply(Topic.CLUSTERS));
        addGlobalStore(topology, Stores.HEALTH, names.apply(Topic.CLUSTER_HEALTH));
        addGlobalStore(topology, Stores.KUBERNETES, names.apply(Topic.CLUSTER_KUBERNETES));
        return topology;
    }

    static String sink(Topic topic) {
        return "to-" + topic.suffix();
    }

    private static String source(Topic topic) {
        return "from-" + topic.suffix();
    }

    private static StreamPartitioner<String, byte[]> bySubscription() {
        return (_, cluster, _, partitions) -> Optional.of(Set.of(Partitioning.operation(cluster, partitions)));
    }

    private static void addGlobalStore(Topology topology, String store, String topic) {
        topology.addGlobalStore(
                Stores.builder(store).withLoggingDisabled(),
                "from-" + store,
                Serdes.String().deserializer(),
                Serdes.ByteArray().deserializer(),
                topic,
                "keep-" + store,
                () -> new ContextualProcessor<String, byte[], Void, Void>() {
                    @Override
                    public void process(Record<String, byte[]> record) {
                        KeyValueStore<String, byte[]> kept = context().getStateStore(store);
                        if (record.key() != null) {
                            kept.put(record.key(), record.value());
                        }
                    }
                });
    }
}
