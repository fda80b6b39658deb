package dev.kubeproxyfleet.fleet.controller;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.fleet.rollout.ClusterRecords;
import dev.kubeproxyfleet.fleet.tracing.Tracing;
import dev.kubeproxyfleet.schemas.config.EffectiveKubeProxy;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.EventHeaders;
import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.message.Outcome;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/** The controller's topology on a clock that tests turn, with RocksDB stores; it remembers what was sent. */
final class ControllerDriver implements AutoCloseable {

    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    static final String SUBSCRIPTION = "11111111-1111-1111-1111-111111111111";
    static final int NODES = 2;
    static final Duration JOIN_INTERVAL = Duration.ofSeconds(10);

    private static final String APPLICATION = "test";
    private static final Duration TICK = Duration.ofSeconds(1);
    /** More than one that is kept has published. */
    private static final int KEPT_EVENTS = 1_000;

    private final Path stateDir;
    private final Map<String, ClusterRecord> inventory = new TreeMap<>();
    private final Map<String, EffectiveKubeProxy> shown = new LinkedHashMap<>();
    private final Map<String, byte[]> health = new TreeMap<>();
    private final Map<Topic, List<TestRecord<String, byte[]>>> sent = new LinkedHashMap<>();
    private final Map<String, Map<String, byte[]>> changelogs = new TreeMap<>();
    private final ControllerCounters counters = new ControllerCounters();
    private final Map<String, Integer> largest = new TreeMap<>();
    private Instant now = START;
    private int ids;
    private int events;
    private int lives;
    private TopologyTestDriver driver;

    ControllerDriver(Path stateDir) {
        this.stateDir = stateDir;
        this.driver = open();
    }

    /** One that goes on from what another, which may be of another version, has left in Kafka. */
    ControllerDriver(Path stateDir, KeptFleet kept) {
        this.stateDir = stateDir;
        this.now = kept.at();
        this.events = KEPT_EVENTS;
        changelogs.putAll(kept.stores());
        health.putAll(kept.topic(Topic.CLUSTER_HEALTH));
        kept.topic(Topic.CLUSTERS)
                .forEach((id, json) ->
                        inventory.put(id, read(new String(json, StandardCharsets.UTF_8), ClusterRecord.class)));
        KeptFleet.TOLD.forEach(topic -> sent.put(topic, kept.records(topic)));
        this.driver = open();
        restore();
    }

    /** What Kafka has now. */
    KeptFleet kept() {
        collect();
        Map<Topic, Map<String, byte[]>> topics = new EnumMap<>(Topic.class);
        topics.put(Topic.CLUSTERS, KeptFleet.values(inventory, ControllerDriver::json));
        topics.put(Topic.CLUSTER_HEALTH, health);
        for (Topic topic : KeptFleet.TOLD) {
            topics.put(topic, KeptFleet.values(compacted(topic), text -> text.getBytes(StandardCharsets.UTF_8)));
        }
        return new KeptFleet(now, changelogs, topics);
    }

    static String id(String name) {
        return "/subscriptions/" + SUBSCRIPTION
                + "/resourcegroups/rg/providers/microsoft.containerservice/managedclusters/" + name;
    }

    static ClusterRecord cluster(String name) {
        return ClusterRecords.running(id(name), name, SUBSCRIPTION, "rg")
                .tags(Map.of("env", "prod"))
                .nodeCount(NODES)
                .build();
    }

    static ClusterRecord running(ClusterRecord c, KubeProxyConfig kubeProxy) {
        return ClusterRecords.of(c).kubeProxy(kubeProxy).build();
    }

    private TopologyTestDriver open() {
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, APPLICATION);
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
        properties.put(
                StreamsConfig.STATE_DIR_CONFIG,
                stateDir.resolve("life-" + lives++).toString());
        return new TopologyTestDriver(
                ControllerTopology.build(
                        ControllerDriver::name,
                        new ControllerTopology.Timing(TICK, JOIN_INTERVAL),
                        Strategy.DEFAULT,
                        Entrance.OPEN,
                        () -> "id-" + ids++,
                        counters,
                        Tracing.OFF),
                properties,
                now);
    }

    /**
     * Ends the controller and starts another one with nothing but what Kafka has: changelogs as they are compacted, and the
     * topics of the global stores. What the local disk had is not there.
     */
    void restart() {
        collect();
        driver.close();
        driver = open();
        restore();
    }

    private void restore() {
        changelogs.forEach((store, entries) -> {
            KeyValueStore<String, byte[]> restored = driver.getKeyValueStore(store);
            entries.forEach(restored::put);
        });
        inventory.values().forEach(cluster -> pipe(Topic.CLUSTERS, cluster.id(), json(cluster)));
        health.forEach((cluster, value) -> pipe(Topic.CLUSTER_HEALTH, cluster, value));
        listSubscription();
    }

    /** Like {@link #restart}, from what an earlier version left, which did not have the topic, nor the field in the store. */
    void restartWithout(Topic topic, String store, String field) {
        collect();
        sent.remove(topic);
        Objects.requireNonNull(changelogs.get(store)).replaceAll((_, value) -> {
            try {
                ObjectNode state = (ObjectNode) Json.MAPPER.readTree(value);
                state.remove(field);
                return Json.MAPPER.writeValueAsBytes(state);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        restart();
    }

    ControllerCounters counters() {
        return counters;
    }

    Instant now() {
        return now;
    }

    /** Lets time pass at once; the controller looks at the end of it, as after a standstill. */
    void advance(Duration passed) {
        now = now.plus(passed);
        driver.advanceWallClockTime(passed);
    }

    void list(ClusterRecord... clusters) {
        for (ClusterRecord cluster : clusters) {
            inventory.put(cluster.id(), cluster);
            pipe(Topic.CLUSTERS, cluster.id(), json(cluster));
        }
        listSubscription();
    }

    private void listSubscription() {
        SubscriptionRecord subscription =
                new SubscriptionRecord(SUBSCRIPTION, inventory.size(), "Registered", List.of(SUBSCRIPTION));
        pipe(Topic.CLUSTERS, subscription.key(), json(subscription));
    }

    /** @param document null deletes it */
    void publish(String key, @Nullable String document) {
        RecordHeaders headers = new RecordHeaders();
        EventHeaders.write(
                headers, Objects.requireNonNull(Topic.DESIRED.eventType()), "event-" + events++, "/test", now);
        pipe(Topic.DESIRED, key, document == null ? null : document.getBytes(StandardCharsets.UTF_8), headers);
    }

    private void pipe(Topic topic, String key, byte @Nullable [] value) {
        pipe(topic, key, value, new RecordHeaders());
    }

    private void pipe(Topic topic, String key, byte @Nullable [] value, RecordHeaders headers) {
        pipe(topic, key.getBytes(StandardCharsets.UTF_8), value, headers);
    }

    /** Any record at all, as any producer may write it. */
    void pipe(Topic topic, byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        TestInputTopic<byte[], byte[]> input =
                driver.createInputTopic(name(topic), new ByteArraySerializer(), new ByteArraySerializer());
        input.pipeInput(new TestRecord<>(key, value, headers, now));
    }

    AuditRecord command(String config, Command.Action action) {
        String request = "request-" + ids++;
        pipe(Topic.COMMANDS, config, json(new Command(request, config, null, action, "bob", "because", now)));
        return audits(config).stream()
                .filter(audit -> request.equals(audit.requestId()))
                .findFirst()
                .orElseThrow();
    }

    void outcome(Operation operation, Outcome.Result result) {
        pipe(
                Topic.OUTCOMES,
                operation.config(),
                json(new Outcome(
                        operation.config(),
                        operation.rollout(),
                        operation.generation(),
                        operation.cluster(),
                        operation.attempt(),
                        result,
                        now)));
    }

    /** Azure has changed it, the inventory shows it, and all of its nodes do. */
    void converge(Operation operation) {
        ClusterRecord before = Objects.requireNonNull(inventory.get(operation.cluster()));
        KubeProxyConfig had = before.kubeProxy() == null ? KubeProxyConfig.UNSET : before.kubeProxy();
        list(running(before, requireNonNull(operation.kubeProxy())));
        outcome(operation, new Outcome.Applied(had, true));
        show(operation.cluster(), requireNonNull(operation.kubeProxy()).effective());
        advance(TICK);
    }

    /** All nodes that have shown anything show the same again. */
    void showAgain() {
        Map.copyOf(shown).forEach(this::show);
    }

    /** All nodes of the cluster show it now. */
    void show(String cluster, EffectiveKubeProxy effective) {
        shown.put(cluster, effective);
        byte[] bytes = ShownHealth.of(cluster, effective, NODES, now);
        health.put(cluster, bytes);
        pipe(Topic.CLUSTER_HEALTH, cluster, bytes);
    }

    // ---- what was sent ----

    /** Everything sent so far, oldest first. */
    List<TestRecord<String, byte[]>> sent(Topic topic) {
        collect();
        return sent.getOrDefault(topic, List.of());
    }

    /** The topic as compaction leaves it: values by key. */
    Map<String, String> compacted(Topic topic) {
        Map<String, String> latest = new TreeMap<>();
        for (TestRecord<String, byte[]> record : sent(topic)) {
            if (record.value() == null) {
                latest.remove(record.key());
            } else {
                latest.put(record.key(), new String(record.value(), StandardCharsets.UTF_8));
            }
        }
        return latest;
    }

    /** Operations that are still to be carried out, by cluster. */
    List<Operation> operations() {
        return compacted(Topic.OPERATIONS).values().stream()
                .map(value -> read(value, Operation.class))
                .toList();
    }

    Operation operation(String cluster) {
        return operations().stream()
                .filter(operation -> operation.cluster().equals(id(cluster)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no operation for " + cluster));
    }

    RolloutStatus rollout(String id) {
        return read(
                Optional.ofNullable(compacted(Topic.ROLLOUTS).get(id))
                        .orElseThrow(() -> new AssertionError("no rollout " + id)),
                RolloutStatus.class);
    }

    RolloutClusterStatus cluster(String rollout, String cluster) {
        return read(
                Optional.ofNullable(compacted(Topic.ROLLOUT_CLUSTERS).get(rollout + id(cluster)))
                        .orElseThrow(() -> new AssertionError("rollout " + rollout + " has no " + cluster)),
                RolloutClusterStatus.class);
    }

    List<AuditRecord> audits(String config) {
        List<AuditRecord> audits = new ArrayList<>();
        for (TestRecord<String, byte[]> record : sent(Topic.AUDIT)) {
            if (record.key().equals(config)) {
                audits.add(read(new String(record.value(), StandardCharsets.UTF_8), AuditRecord.class));
            }
        }
        return audits;
    }

    /** Bytes of the largest record sent so far, by topic, changelogs among them. */
    Map<String, Integer> largest() {
        collect();
        return largest;
    }

    private static int size(TestRecord<String, byte[]> record) {
        int size = record.value() == null ? 0 : record.value().length;
        size += record.key() == null ? 0 : record.key().getBytes(StandardCharsets.UTF_8).length;
        for (Header header : record.headers()) {
            size += header.key().length() + (header.value() == null ? 0 : header.value().length);
        }
        return size;
    }

    private void collect() {
        driver.producedTopicNames().forEach(topic -> {
            List<TestRecord<String, byte[]>> records = driver.createOutputTopic(
                            topic, new StringDeserializer(), new ByteArrayDeserializer())
                    .readRecordsToList();
            records.forEach(record -> largest.merge(topic, size(record), Math::max));
            for (Topic known : Topic.values()) {
                if (name(known).equals(topic)) {
                    sent.computeIfAbsent(known, _ -> new ArrayList<>()).addAll(records);
                }
            }
            for (String store : Stores.ALL) {
                if (topic.equals(APPLICATION + "-" + store + "-changelog")) {
                    Map<String, byte[]> compacted = changelogs.computeIfAbsent(store, _ -> new TreeMap<>());
                    records.forEach(record -> {
                        if (record.value() == null) {
                            compacted.remove(record.key());
                        } else {
                            compacted.put(record.key(), record.value());
                        }
                    });
                }
            }
        });
    }

    private static String name(Topic topic) {
        return topic.name(Topic.DEFAULT_PREFIX);
    }

    private static byte[] json(Object message) {
        try {
            return Json.MAPPER.writeValueAsBytes(message);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static <T> T read(String json, Class<T> type) {
        try {
            return Json.MAPPER.readValue(json, type);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        driver.close();
    }
}
