package dev.kubeproxyfleet.fleet.controller;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.fleet.explain.SimulatedReader;
import dev.kubeproxyfleet.fleet.kubernetes.KubernetesRecords;
import dev.kubeproxyfleet.fleet.rollout.ConfigState;
import dev.kubeproxyfleet.fleet.rollout.Evidence;
import dev.kubeproxyfleet.fleet.rollout.FleetEvent;
import dev.kubeproxyfleet.fleet.rollout.FleetState;
import dev.kubeproxyfleet.fleet.rollout.KubernetesView;
import dev.kubeproxyfleet.fleet.rollout.Rollout;
import dev.kubeproxyfleet.fleet.rollout.RolloutCluster;
import dev.kubeproxyfleet.fleet.rollout.RolloutId;
import dev.kubeproxyfleet.fleet.rollout.SimulatedController;
import dev.kubeproxyfleet.fleet.view.DriftsShown;
import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.FleetStrategy;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.EventHeaders;
import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/**
 * Hosts the core as the service does: records in, the real topology with its stores, records out. What it decided is read
 * from its output topics and its stores. A crash starts a new one over what the stores held.
 */
final class TopologyController implements SimulatedController {

    /** Opening the stores takes most of the time of a life. */
    private static final int CRASHES_FOR_A_RESTART = 8;

    private static final int REPLAYS = 3;

    private static final List<String> GLOBAL = List.of(Stores.INVENTORY, Stores.HEALTH, Stores.KUBERNETES);

    private final Path folder;
    private final Consumer<Step> steps;
    private final SimulatedReader reader = new SimulatedReader();
    private final DriftsShown drifts = new DriftsShown();
    private final AtomicInteger ids = new AtomicInteger();
    private final Map<RolloutId, Rollout> rollouts = new LinkedHashMap<>();
    private final Map<String, RolloutCluster> clusters = new LinkedHashMap<>();
    private final Map<String, ConfigState> configs = new LinkedHashMap<>();
    private TopologyTestDriver driver;
    private ProcessingContext context;
    private StoredFleet fleet;
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private int starts;
    private int crashes;

    TopologyController(Path folder, Consumer<Step> steps) {
        this.folder = folder;
        this.steps = steps;
        this.driver = start();
        this.context = context();
        this.fleet = new StoredFleet(context, new ControllerCounters());
    }

    private TopologyTestDriver start() {
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "simulated");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
        properties.put(
                StreamsConfig.STATE_DIR_CONFIG,
                folder.resolve(String.valueOf(starts++)).toString());
        return new TopologyTestDriver(
                ControllerTopology.build(
                        topic -> topic.name(""),
                        new ControllerTopology.Timing(Duration.ofSeconds(1), Duration.ofSeconds(10)),
                        Strategy.DEFAULT,
                        () -> "id-" + ids.getAndIncrement()),
                properties,
                now);
    }

    private ProcessingContext context() {
        MockProcessorContext<Void, Void> mock = new MockProcessorContext<>();
        for (String store : stores()) {
            mock.addStateStore(driver.<String, byte[]>getKeyValueStore(store));
        }
        return mock;
    }

    private static List<String> stores() {
        List<String> all = new ArrayList<>(Stores.ALL);
        all.addAll(GLOBAL);
        return all;
    }

    @Override
    public FleetState state() {
        return fleet;
    }

    @Override
    public List<RolloutId> rollouts() {
        return List.copyOf(rollouts.keySet());
    }

    /** Past its topic, like health: there each record would cost a flush of the store. */
    @Override
    public void listed(String cluster, @Nullable ClusterRecord record) {
        byte[] value = record == null ? null : json(record);
        reader.read(Topic.CLUSTERS, cluster, value);
        drifts.read(Topic.CLUSTERS, cluster, value);
        global(Stores.INVENTORY).put(cluster, value);
    }

    @Override
    public void listed(SubscriptionRecord subscription) {
        global(Stores.INVENTORY).put(subscription.key(), json(subscription));
    }

    private KeyValueStore<String, byte @Nullable []> global(String store) {
        return driver.getKeyValueStore(store);
    }

    @Override
    public void shown(String cluster, Evidence evidence) {
        try {
            ByteBuffer encoded = SimulatedHealth.of(cluster, evidence, now).toByteBuffer();
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            global(Stores.HEALTH).put(cluster, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void shown(String cluster, KubernetesView view) {
        global(Stores.KUBERNETES).put(cluster, KubernetesRecords.bytes(KubernetesRecords.of(cluster, view, now)));
    }

    @Override
    public void until(Instant next) {
        if (next.isAfter(now)) {
            driver.advanceWallClockTime(Duration.between(now, next));
            now = next;
            collect();
        }
    }

    @Override
    public void event(FleetEvent event, Instant at) {
        until(at);
        switch (event) {
            case FleetEvent.ConfigPublished(FleetConfig config, String source, String id, String actor, var _) -> {
                ObjectNode document = Json.MAPPER.valueToTree(config);
                if (config.spec().strategyRef() != null) {
                    ((ObjectNode) document.get("spec")).remove("strategy");
                }
                pipe(Topic.DESIRED, config.name(), json(document), headers(source, id, actor));
            }
            case FleetEvent.ConfigDeleted(String name, String source, String id, String actor, var _) ->
                pipe(Topic.DESIRED, name, null, headers(source, id, actor));
            case FleetEvent.StrategyPublished(FleetStrategy strategy, String source, String id, String actor, var _) ->
                pipe(
                        Topic.DESIRED,
                        FleetStrategy.KEY_PREFIX + strategy.name(),
                        json(strategy),
                        headers(source, id, actor));
            case FleetEvent.StrategyDeleted(String name, String source, String id, String actor, var _) ->
                pipe(Topic.DESIRED, FleetStrategy.KEY_PREFIX + name, null, headers(source, id, actor));
            case FleetEvent.CommandGiven(var command) ->
                pipe(Topic.COMMANDS, command.config(), json(command), new RecordHeaders());
            case FleetEvent.OutcomeReported(var outcome) ->
                pipe(Topic.OUTCOMES, outcome.config(), json(outcome), new RecordHeaders());
        }
        collect();
    }

    private RecordHeaders headers(String source, String id, String actor) {
        RecordHeaders headers = new RecordHeaders();
        EventHeaders.write(headers, Objects.requireNonNull(Topic.DESIRED.eventType()), id, source, now);
        headers.add("ce_kpfleetactor", actor.getBytes(StandardCharsets.UTF_8));
        return headers;
    }

    @Override
    public void tick(Instant at) {
        until(at);
    }

    @Override
    public boolean isTransactional() {
        return false;
    }

    @Override
    public void commit() {}

    @Override
    public void crash(Instant at) {
        if (crashes++ % CRASHES_FOR_A_RESTART != 0) {
            return;
        }
        Map<String, List<KeyValue<String, byte[]>>> kept = new LinkedHashMap<>();
        for (String store : stores()) {
            List<KeyValue<String, byte[]>> entries = new ArrayList<>();
            try (KeyValueIterator<String, byte[]> all =
                    driver.<String, byte[]>getKeyValueStore(store).all()) {
                all.forEachRemaining(entries::add);
            }
            kept.put(store, entries);
        }
        driver.close();
        driver = start();
        kept.forEach((store, entries) -> {
            KeyValueStore<String, byte[]> restored = driver.getKeyValueStore(store);
            entries.forEach(entry -> restored.put(entry.key, entry.value));
        });
        context = context();
        fleet = new StoredFleet(context, new ControllerCounters());
    }

    /** At its end, a life is read once more in other orders. */
    @Override
    public void close() {
        for (long seed = 0; seed < REPLAYS; seed++) {
            drifts.replay(seed);
        }
        driver.close();
    }

    private void pipe(Topic topic, String key, byte @Nullable [] value, RecordHeaders headers) {
        driver.createInputTopic(topic.name(""), new ByteArraySerializer(), new ByteArraySerializer())
                .pipeInput(new TestRecord<>(key.getBytes(StandardCharsets.UTF_8), value, headers, now));
    }

    private static byte[] json(Object message) {
        try {
            return Json.MAPPER.writeValueAsBytes(message);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- what came of it ----

    private void collect() {
        // Reads again what it keeps in memory.
        fleet = new StoredFleet(context, new ControllerCounters());
        List<Change<ConfigState>> changedConfigs = new ArrayList<>();
        for (ConfigState config : fleet.configs()) {
            ConfigState before = configs.put(config.name(), config);
            if (!config.equals(before)) {
                changedConfigs.add(new Change<>(before, config));
            }
        }
        Map<RolloutId, Change<Rollout>> changedRollouts = new LinkedHashMap<>();
        for (TestRecord<String, byte[]> record : output(Topic.ROLLOUTS)) {
            reader.read(Topic.ROLLOUTS, record.key(), record.value());
            drifts.read(Topic.ROLLOUTS, record.key(), record.value());
            RolloutId id = RolloutId.parse(record.key()).orElseThrow();
            Rollout after = fleet.rollout(id).orElseThrow();
            // What can be asked of a rollout may change without it.
            if (!after.equals(rollouts.get(id))) {
                changedRollouts.put(id, new Change<>(rollouts.put(id, after), after));
            }
        }
        for (TestRecord<String, byte[]> record : output(Topic.CONFIGS)) {
            reader.read(Topic.CONFIGS, record.key(), record.value());
            drifts.read(Topic.CONFIGS, record.key(), record.value());
        }
        Map<String, Change<RolloutCluster>> changedClusters = new LinkedHashMap<>();
        for (TestRecord<String, byte[]> record : output(Topic.ROLLOUT_CLUSTERS)) {
            reader.read(Topic.ROLLOUT_CLUSTERS, record.key(), record.value());
            drifts.read(Topic.ROLLOUT_CLUSTERS, record.key(), record.value());
            int slash = record.key().indexOf('/');
            RolloutId id = RolloutId.parse(record.key().substring(0, slash)).orElseThrow();
            RolloutCluster after =
                    fleet.rolloutCluster(id, record.key().substring(slash)).orElseThrow();
            if (!changedClusters.containsKey(record.key())) {
                changedClusters.put(record.key(), new Change<>(clusters.put(record.key(), after), after));
            }
        }
        reader.explain(
                changedClusters.values().stream()
                        .map(change -> change.after().cluster())
                        .toList(),
                changedRollouts.keySet().stream().map(RolloutId::toString).toList(),
                now);
        List<String> withdrawn = new ArrayList<>();
        List<Operation> issued = new ArrayList<>();
        for (TestRecord<String, byte[]> record : output(Topic.OPERATIONS)) {
            Optional.ofNullable(record.value())
                    .ifPresentOrElse(
                            value -> issued.add(read(value, Operation.class)), () -> withdrawn.add(record.key()));
        }
        List<AuditRecord> audits = new ArrayList<>();
        for (TestRecord<String, byte[]> record : output(Topic.AUDIT)) {
            drifts.read(Topic.AUDIT, record.key(), record.value());
            audits.add(read(record.value(), AuditRecord.class));
        }
        drifts.check();
        for (TestRecord<String, byte[]> record : output(Topic.REJECTED)) {
            throw new IllegalStateException("the topology rejects " + new String(record.value(), StandardCharsets.UTF_8)
                    + ": " + record.headers());
        }
        Step step = new Step(
                false,
                changedConfigs,
                List.copyOf(changedRollouts.values()),
                List.copyOf(changedClusters.values()),
                List.of(),
                withdrawn,
                issued,
                audits);
        if (!(changedConfigs.isEmpty()
                && changedRollouts.isEmpty()
                && changedClusters.isEmpty()
                && withdrawn.isEmpty()
                && issued.isEmpty()
                && audits.isEmpty())) {
            steps.accept(step);
        }
    }

    private static <T> T read(byte[] value, Class<T> type) {
        try {
            return Json.MAPPER.readValue(value, type);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<TestRecord<String, byte[]>> output(Topic topic) {
        return driver.createOutputTopic(topic.name(""), new StringDeserializer(), new ByteArrayDeserializer())
                .readRecordsToList();
    }
}
