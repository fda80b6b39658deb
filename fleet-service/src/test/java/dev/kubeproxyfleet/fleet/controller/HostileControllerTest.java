package dev.kubeproxyfleet.fleet.controller;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.fleet.hostile.HostileRecords;
import dev.kubeproxyfleet.fleet.hostile.HostileRecords.Hostile;
import dev.kubeproxyfleet.fleet.hostile.HostileRecords.Valid;
import dev.kubeproxyfleet.fleet.hostile.MemoryFolder;
import dev.kubeproxyfleet.fleet.kubernetes.KubernetesRecords;
import dev.kubeproxyfleet.fleet.rollout.ClusterRecords;
import dev.kubeproxyfleet.schemas.avro.ClusterHealth;
import dev.kubeproxyfleet.schemas.avro.ObservedConfiguration;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.MaintenanceWindow;
import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.message.Outcome;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import dev.kubeproxyfleet.schemas.reason.WorkerReason;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Thousands of bad records on each of the controller's topics, in the middle of a rollout. */
class HostileControllerTest {

    private static final int COUNT = 2_000;
    private static final long SEED = 19;

    /** Of the records, so many before time goes on: gates, upkeep and joins then look at what the records left behind. */
    private static final int RECORDS_PER_TICK = 50;

    private static final String CONFIG = config("prod");

    @TempDir(factory = MemoryFolder.class)
    Path stateDir;

    private ControllerDriver controller;

    @BeforeEach
    void start() {
        controller = new ControllerDriver(stateDir);
        controller.list(ControllerDriver.cluster("prod-1"), ControllerDriver.cluster("prod-2"));
        controller.publish("prod-ipvs", CONFIG);
        controller.converge(controller.operation("prod-1"));
    }

    @AfterEach
    void close() {
        controller.close();
    }

    @Test
    void eachRecordOnDesiredIsAnsweredOrRejectedAndARolloutUnderWayEndsAsItShould() {
        List<Hostile> records = HostileRecords.json(
                SEED,
                COUNT,
                new Valid("hostile-1", bytes(config("hostile"))),
                new Valid("hostile-2", bytes(config("hostile"))),
                new Valid("strategy/hostile", bytes("""
                        {"kind":"FleetStrategy","apiVersion":"kubeproxyfleet.dev/v1",
                         "spec":{"stages":[{"name":"a","size":1,"bake":"PT1S"},{"name":"b"}],
                                 "windows":{"schedule":[{"days":["Monday"],"start":"22:00","duration":"PT6H"}]}}}""")));

        answeredEach(Topic.DESIRED, records);
        theRolloutEnds();
        controller.restart();
        itStands();
    }

    @Test
    void eachCommandIsAnsweredOrRejected() throws IOException {
        controller.publish("hostile-1", config("hostile"));
        List<Hostile> records = HostileRecords.json(
                SEED,
                COUNT,
                new Valid(
                        "hostile-1",
                        json(new Command(
                                "id-1",
                                "hostile-1",
                                "hostile-1.1",
                                Command.Action.Retry,
                                ControllerDriver.id("prod-9"),
                                "bob",
                                "because",
                                ControllerDriver.START))),
                new Valid(
                        "hostile-1",
                        json(new Command(
                                "id-2",
                                "hostile-1",
                                null,
                                Command.Action.Rerun,
                                "bob",
                                null,
                                ControllerDriver.START))));

        answeredEach(Topic.COMMANDS, records);
        theRolloutEnds();
        controller.restart();
        itStands();
    }

    @Test
    void anOutcomeThatIsNoneChangesNothing() throws IOException {
        Operation operation = controller.operation("prod-2");
        List<Hostile> records = HostileRecords.json(
                SEED,
                COUNT,
                new Valid(
                        "prod-ipvs",
                        json(new Outcome(
                                "prod-ipvs",
                                "prod-ipvs.1",
                                1,
                                operation.cluster(),
                                9,
                                new Outcome.Waiting(WorkerReason.Updating, "ARM applies the change"),
                                controller.now()))),
                new Valid(
                        "hostile",
                        json(new Outcome(
                                "hostile",
                                "hostile.1",
                                1,
                                operation.cluster(),
                                1,
                                new Outcome.Applied(KubeProxyConfig.UNSET, true),
                                controller.now()))));

        feed(Topic.OUTCOMES, records);

        assertThat(controller.sent(Topic.REJECTED).size()).isBetween(records.size() / 2, records.size() - 1);
        assertThat(controller.cluster("prod-ipvs.1", "prod-2").state().name()).isEqualTo("Updating");
        theRolloutEnds();
        controller.restart();
        itStands();
    }

    @Test
    void whatIsNoClusterOrNoSubscriptionCountsForNothingAndIsCounted() throws IOException {
        ClusterRecord cluster = ControllerDriver.cluster("hostile-1");
        ClusterRecord windowed = ControllerDriver.cluster("hostile-2")
                .withMaintenanceWindows(List.of(new MaintenanceWindow(
                        "default",
                        new MaintenanceWindow.Weekly(1, DayOfWeek.MONDAY),
                        LocalTime.NOON,
                        4,
                        ZoneOffset.UTC,
                        null,
                        List.of())));
        SubscriptionRecord subscription = new SubscriptionRecord("hostile", 0, "Registered", List.of("hostile"));
        List<Hostile> records = HostileRecords.json(
                SEED,
                COUNT,
                new Valid(cluster.id(), json(tagged(cluster))),
                new Valid(windowed.id(), json(tagged(windowed))),
                new Valid(ControllerDriver.id("prod-2"), json(tagged(ControllerDriver.cluster("prod-2")))),
                new Valid(subscription.key(), json(subscription)));

        feed(Topic.CLUSTERS, records);

        assertThat(controller.counters().unreadable(Topic.CLUSTERS)).isPositive();
        // What the inventory writes at its next look: the fleet as it is.
        for (String key : List.of(cluster.id(), windowed.id(), subscription.key())) {
            controller.pipe(
                    Topic.CLUSTERS, bytes(key), null, new org.apache.kafka.common.header.internals.RecordHeaders());
        }
        controller.list(
                ControllerDriver.running(
                        ControllerDriver.cluster("prod-1"),
                        requireNonNull(controller.operation("prod-2").kubeProxy())),
                ControllerDriver.cluster("prod-2"));
        theRolloutEnds();
        restartOn(Topic.CLUSTERS, records);
    }

    @Test
    void whatIsNoHealthProvesNothing() throws IOException {
        String cluster = ControllerDriver.id("prod-2");
        Operation operation = controller.operation("prod-2");
        controller.outcome(operation, new Outcome.Applied(KubeProxyConfig.UNSET, true));
        ClusterHealth other = ClusterHealth.newBuilder()
                .setCluster(ControllerDriver.id("hostile-1"))
                .setAt(controller.now())
                .setNodesReporting(2)
                .setObserved(List.of(ObservedConfiguration.newBuilder()
                        .setMode("ipvs")
                        .setScheduler("lc")
                        .setNodes(2)
                        .setOldestSnapshotAt(controller.now().plusSeconds(60))
                        .build()))
                .setActiveConnections(0)
                .setInactiveConnections(0)
                .setNodes(List.of())
                .build();

        // Under the key of a cluster whose nodes are awaited.
        List<Hostile> records = HostileRecords.binary(SEED, COUNT, new Valid(cluster, avro(other)));
        feed(Topic.CLUSTER_HEALTH, records);

        assertThat(controller.counters().unreadable(Topic.CLUSTER_HEALTH)).isPositive();
        assertThat(controller.cluster("prod-ipvs.1", "prod-2").state().name()).isEqualTo("Verifying");
        controller.show(cluster, requireNonNull(operation.kubeProxy()).effective());
        controller.advance(Duration.ofSeconds(1));
        itStands();
        restartOn(Topic.CLUSTER_HEALTH, records);
    }

    @Test
    void whatTellsNothingOfAKubernetesApiIsAsIfNobodyLooked() throws IOException {
        String cluster = ControllerDriver.id("prod-2");
        Operation operation = controller.operation("prod-2");
        controller.outcome(operation, new Outcome.Applied(KubeProxyConfig.UNSET, true));
        byte[] other = KubernetesRecords.bytes(KubernetesRecords.rolledOut(
                ControllerDriver.id("hostile-1"), controller.now().plusSeconds(60), 2, "ipvs", "lc"));

        List<Hostile> records = HostileRecords.binary(SEED, COUNT, new Valid(cluster, other));
        feed(Topic.CLUSTER_KUBERNETES, records);

        assertThat(controller.counters().unreadable(Topic.CLUSTER_KUBERNETES)).isPositive();
        controller.show(cluster, requireNonNull(operation.kubeProxy()).effective());
        controller.advance(Duration.ofSeconds(1));
        itStands();
        restartOn(Topic.CLUSTER_KUBERNETES, records);
    }

    /** The controller counts what it finds whenever it looks, so two lives are compared that look at the same moments. */
    private void restartOn(Topic topic, List<Hostile> records) {
        long leftOut = leftOutAfterARestart(topic, records);

        assertThat(leftOut).isPositive();
        assertThat(leftOutAfterARestart(topic, records)).isEqualTo(leftOut);
        itStands();
    }

    /** Another controller reads a topic of the global stores from its start. */
    private long leftOutAfterARestart(Topic topic, List<Hostile> records) {
        long before = controller.counters().unreadable(topic);
        controller.restart();
        feed(topic, records);
        return controller.counters().unreadable(topic) - before;
    }

    /** Each is rejected or on record, and nothing else is. */
    private void answeredEach(Topic topic, List<Hostile> records) {
        for (int i = 0; i < records.size(); i++) {
            Hostile record = records.get(i);
            int rejected = controller.sent(Topic.REJECTED).size();
            int audits = controller.sent(Topic.AUDIT).size();
            feed(topic, record);
            int rejections = controller.sent(Topic.REJECTED).size() - rejected;
            int answers = controller.sent(Topic.AUDIT).size() - audits;
            assertThat(rejections == 1 ? answers == 0 : rejections == 0 && answers > 0)
                    .as("%s: rejected %d times, %d audit records", record, rejections, answers)
                    .isTrue();
            if (i % RECORDS_PER_TICK == 0) {
                controller.advance(Duration.ofSeconds(1));
            }
        }
    }

    private void feed(Topic topic, List<Hostile> records) {
        for (int i = 0; i < records.size(); i++) {
            feed(topic, records.get(i));
            if (i % RECORDS_PER_TICK == 0) {
                controller.advance(Duration.ofSeconds(1));
            }
        }
    }

    private void feed(Topic topic, Hostile record) {
        try {
            controller.pipe(topic, record.key(), record.value(), record.headers());
        } catch (RuntimeException e) {
            throw new AssertionError("it ends the controller: " + record, e);
        }
    }

    private void theRolloutEnds() {
        controller.converge(controller.operation("prod-2"));
        itStands();
    }

    private void itStands() {
        assertThat(controller.rollout("prod-ipvs.1").state()).isEqualTo(RolloutStatus.State.Succeeded);
        assertThat(controller.largest())
                .allSatisfy((topic, bytes) -> assertThat(bytes).as(topic).isLessThan(Topic.REJECTED_MAX_BYTES));
    }

    private static ClusterRecord tagged(ClusterRecord c) {
        return ClusterRecords.of(c).tags(Map.of("env", "hostile")).build();
    }

    private static String config(String env) {
        return """
                {"kind":"FleetConfig","apiVersion":"kubeproxyfleet.dev/v1",
                 "spec":{"kubeProxy":{"mode":"IPVS","ipvsConfig":{"scheduler":"LeastConnection","tcpTimeoutSeconds":900}},
                         "selector":{"tags":{"matchLabels":{"env":"%s"}}},
                         "strategy":{"stages":[{"name":"one","size":1},{"name":"rest","maxConcurrent":2}],"deadline":"PT10H"}}}""".formatted(env);
    }

    private static byte[] json(Object message) throws IOException {
        return Json.MAPPER.writeValueAsBytes(message);
    }

    private static byte[] avro(ClusterHealth health) throws IOException {
        ByteBuffer buffer = health.toByteBuffer();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
