package dev.kubeproxyfleet.fleet.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.fleet.rollout.ClusterRecords;
import dev.kubeproxyfleet.schemas.avro.ClusterHealth;
import dev.kubeproxyfleet.schemas.avro.ObservedConfiguration;
import dev.kubeproxyfleet.schemas.avro.Proof;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.message.Outcome;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControllerTopologyTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final String SUBSCRIPTION = "11111111-1111-1111-1111-111111111111";
    private static final String CLUSTER = "/subscriptions/" + SUBSCRIPTION
            + "/resourcegroups/rg/providers/microsoft.containerservice/managedclusters/prod-1";
    private static final String CONFIG = """
            {"apiVersion":"kubeproxyfleet.dev/v1","kind":"FleetConfig","metadata":{"name":"prod-ipvs"},
             "spec":{"kubeProxy":{"enabled":true,"mode":"IPVS","ipvsConfig":{"scheduler":"LeastConnection",
                      "TCPTimeoutSeconds":900,"TCPFINTimeoutSeconds":120,"UDPTimeoutSeconds":300}},
                     "selector":{"tags":{"matchLabels":{"env":"prod"}}},
                     "strategy":{"stages":[{"name":"all"}]}}}""";

    @TempDir
    Path stateDir;

    private TopologyTestDriver driver;

    @BeforeEach
    void start() throws IOException {
        AtomicInteger ids = new AtomicInteger();
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
        driver = new TopologyTestDriver(
                ControllerTopology.build(
                        topic -> topic.name("kubeproxy."),
                        new ControllerTopology.Timing(Duration.ofSeconds(1), Duration.ofSeconds(10)),
                        Strategy.DEFAULT,
                        () -> "id-" + ids.getAndIncrement()),
                properties,
                START);
        send(
                Topic.CLUSTERS,
                CLUSTER,
                ClusterRecords.running(CLUSTER, "prod-1", SUBSCRIPTION, "rg")
                        .tags(Map.of("env", "prod"))
                        .nodeCount(2)
                        .build());
        SubscriptionRecord subscription = new SubscriptionRecord(SUBSCRIPTION, 1, "Registered", List.of(SUBSCRIPTION));
        send(Topic.CLUSTERS, subscription.key(), subscription);
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    @Test
    void rollsAPublishedConfigFromEventToEvidence() throws IOException {
        publish(CONFIG);
        Operation operation = last(Topic.OPERATIONS, CLUSTER, Operation.class);
        assertThat(operation.rollout()).isEqualTo("prod-ipvs.1");
        assertThat(operation.deadline()).isEqualTo(START.plus(Duration.ofMinutes(30)));

        Instant appliedAt = START.plusSeconds(120);
        send(
                Topic.OUTCOMES,
                "prod-ipvs",
                new Outcome(
                        "prod-ipvs",
                        "prod-ipvs.1",
                        1,
                        CLUSTER,
                        1,
                        new Outcome.Applied(KubeProxyConfig.UNSET, true),
                        appliedAt));
        assertThat(lastValue(Topic.OPERATIONS, CLUSTER))
                .as("nothing is left to do there")
                .isNull();
        health(appliedAt.plusSeconds(5));
        driver.advanceWallClockTime(Duration.ofSeconds(130));

        RolloutStatus rollout = last(Topic.ROLLOUTS, "prod-ipvs.1", RolloutStatus.class);
        assertThat(rollout.state()).isEqualTo(RolloutStatus.State.Succeeded);
        RolloutClusterStatus cluster =
                last(Topic.ROLLOUT_CLUSTERS, "prod-ipvs.1" + CLUSTER, RolloutClusterStatus.class);
        assertThat(cluster.state()).isEqualTo(RolloutClusterStatus.State.Converged);
        assertThat(cluster.before()).isEqualTo(KubeProxyConfig.UNSET);
    }

    @Test
    void namesTheEnvelopeOfAnotherToolAroundAConfigAndAroundACommand() {
        byte[] connect = "{\"schema\":{\"type\":\"string\"},\"payload\":\"x\"}".getBytes(StandardCharsets.UTF_8);
        input(Topic.DESIRED).pipeInput(new TestRecord<>("prod-ipvs".getBytes(StandardCharsets.UTF_8), connect));
        input(Topic.COMMANDS).pipeInput(new TestRecord<>("prod-ipvs".getBytes(StandardCharsets.UTF_8), connect));

        assertThat(output(Topic.REJECTED).readRecordsToList()).hasSize(2).allSatisfy(rejected -> {
            assertThat(rejected.value()).isEqualTo(connect);
            assertThat(header(rejected, "kpfleet-code")).isEqualTo("ConnectEnvelope");
            assertThat(header(rejected, "kpfleet-message")).contains("value.converter.schemas.enable=false");
        });
    }

    @Test
    void rejectsWhatItCannotTakeWithTheOriginalBytesAndGoesOn() {
        byte[] garbage = {(byte) 0xff, 0, 1, 2};
        input(Topic.DESIRED).pipeInput(new TestRecord<>("prod-ipvs".getBytes(StandardCharsets.UTF_8), garbage));
        input(Topic.COMMANDS).pipeInput(new TestRecord<>("x".getBytes(StandardCharsets.UTF_8), garbage));

        List<TestRecord<String, byte[]>> rejected = output(Topic.REJECTED).readRecordsToList();
        assertThat(rejected).hasSize(2);
        assertThat(rejected.getFirst().value()).isEqualTo(garbage);
        assertThat(header(rejected.getFirst(), "kpfleet-code")).isEqualTo("NotJson");
        assertThat(header(rejected.getFirst(), "kpfleet-topic")).isEqualTo("kubeproxy.desired");
        assertThat(header(rejected.getLast(), "kpfleet-code")).isEqualTo("NotReadable");

        publish(CONFIG);
        assertThat(last(Topic.OPERATIONS, CLUSTER, Operation.class).generation())
                .isEqualTo(1);
    }

    @Test
    void answersACommandWithAnAuditRecord() throws IOException {
        publish(CONFIG);
        send(
                Topic.COMMANDS,
                "prod-ipvs",
                new Command("request-1", "prod-ipvs", null, Command.Action.Pause, "bob", "lunch", START));

        AuditRecord answer = last(Topic.AUDIT, "prod-ipvs", AuditRecord.class);
        assertThat(answer.requestId()).isEqualTo("request-1");
        assertThat(answer.verdict()).isEqualTo(AuditRecord.Verdict.Done);
        assertThat(last(Topic.ROLLOUTS, "prod-ipvs.1", RolloutStatus.class).message())
                .isEqualTo("paused by bob: lunch");
    }

    @Test
    void aTombstoneDeletesTheConfigAndTouchesNoCluster() {
        publish(CONFIG);
        input(Topic.DESIRED)
                .pipeInput(new TestRecord<>(
                        "prod-ipvs".getBytes(StandardCharsets.UTF_8), null, new RecordHeaders(), START));

        assertThat(last(Topic.ROLLOUTS, "prod-ipvs.1", RolloutStatus.class).state())
                .isEqualTo(RolloutStatus.State.Aborted);
        assertThat(last(Topic.OPERATIONS, CLUSTER, Operation.class))
                .as("what is in flight ends")
                .isNotNull();
    }

    private void publish(String config) {
        input(Topic.DESIRED)
                .pipeInput("prod-ipvs".getBytes(StandardCharsets.UTF_8), config.getBytes(StandardCharsets.UTF_8));
    }

    private void health(Instant takenAt) throws IOException {
        ByteBuffer encoded = ClusterHealth.newBuilder()
                .setCluster(CLUSTER)
                .setAt(takenAt)
                .setNodesReporting(2)
                .setObserved(List.of(ObservedConfiguration.newBuilder()
                        .setMode("ipvs")
                        .setScheduler("lc")
                        .setTcpTimeoutSeconds(900)
                        .setTcpFinTimeoutSeconds(120)
                        .setUdpTimeoutSeconds(300)
                        .setProof(Proof.Proven)
                        .setTimeoutsByKernel(true)
                        .setNodes(2)
                        .setOldestSnapshotAt(takenAt)
                        .build()))
                .setActiveConnections(0)
                .setInactiveConnections(0)
                .setNodes(List.of())
                .build()
                .toByteBuffer();
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        input(Topic.CLUSTER_HEALTH).pipeInput(CLUSTER.getBytes(StandardCharsets.UTF_8), bytes);
    }

    private void send(Topic topic, String key, Object message) throws IOException {
        input(topic).pipeInput(key.getBytes(StandardCharsets.UTF_8), Json.MAPPER.writeValueAsBytes(message));
    }

    private TestInputTopic<byte[], byte[]> input(Topic topic) {
        return driver.createInputTopic(
                topic.name("kubeproxy."), new ByteArraySerializer(), new ByteArraySerializer(), START, Duration.ZERO);
    }

    private final Map<Topic, Map<String, byte[]>> latest = new HashMap<>();

    private byte @Nullable [] lastValue(Topic topic, String key) {
        Map<String, byte[]> values = latest.computeIfAbsent(topic, _ -> new HashMap<>());
        output(topic).readRecordsToList().forEach(record -> values.put(record.key(), record.value()));
        return values.get(key);
    }

    private <T> T last(Topic topic, String key, Class<T> type) {
        byte[] value = lastValue(topic, key);
        assertThat(value).as("a record of %s with key %s", topic, key).isNotNull();
        try {
            return Json.MAPPER.readValue(value, type);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private TestOutputTopic<String, byte[]> output(Topic topic) {
        return driver.createOutputTopic(
                topic.name("kubeproxy."), new StringDeserializer(), new ByteArrayDeserializer());
    }

    private static String header(TestRecord<String, byte[]> record, String name) {
        return new String(
                Objects.requireNonNull(record.headers().lastHeader(name)).value(), StandardCharsets.UTF_8);
    }
}
