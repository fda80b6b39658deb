package dev.kubeproxyfleet.fleet.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.fleet.gate.Baseline;
import dev.kubeproxyfleet.fleet.gate.Comparison;
import dev.kubeproxyfleet.fleet.gate.Deviation;
import dev.kubeproxyfleet.fleet.gate.Past;
import dev.kubeproxyfleet.fleet.gate.Sample;
import dev.kubeproxyfleet.fleet.rollout.ClusterState;
import dev.kubeproxyfleet.fleet.rollout.ConfigState;
import dev.kubeproxyfleet.fleet.rollout.Cost;
import dev.kubeproxyfleet.fleet.rollout.NodesBefore;
import dev.kubeproxyfleet.fleet.rollout.Rollout;
import dev.kubeproxyfleet.fleet.rollout.RolloutCluster;
import dev.kubeproxyfleet.fleet.rollout.RolloutId;
import dev.kubeproxyfleet.fleet.rollout.RolloutState;
import dev.kubeproxyfleet.fleet.rollout.Stage;
import dev.kubeproxyfleet.fleet.rollout.StageCost;
import dev.kubeproxyfleet.fleet.rollout.StageGates;
import dev.kubeproxyfleet.fleet.rollout.StageState;
import dev.kubeproxyfleet.fleet.rollout.StrategyState;
import dev.kubeproxyfleet.fleet.rollout.Watch;
import dev.kubeproxyfleet.schemas.config.AgentConfig;
import dev.kubeproxyfleet.schemas.config.Amount;
import dev.kubeproxyfleet.schemas.config.Desired;
import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.Gate;
import dev.kubeproxyfleet.schemas.config.IpvsConfig;
import dev.kubeproxyfleet.schemas.config.IpvsScheduler;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.schemas.config.Selector;
import dev.kubeproxyfleet.schemas.config.Signal;
import dev.kubeproxyfleet.schemas.config.StageSpec;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.config.Windows;
import dev.kubeproxyfleet.schemas.message.GateVerdict;
import dev.kubeproxyfleet.schemas.message.MaintenanceWindow;
import dev.kubeproxyfleet.schemas.message.Origin;
import dev.kubeproxyfleet.schemas.message.Provenance;
import dev.kubeproxyfleet.schemas.message.RolloutPlan;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.reason.AzureCode;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.GateReason;
import dev.kubeproxyfleet.schemas.reason.PlanWarning;
import dev.kubeproxyfleet.schemas.reason.RolloutReason;
import java.nio.charset.StandardCharsets;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is stored reads back as what it was, every state of every family. */
class StateJsonTest {

    private static final Instant NOW = Instant.parse("2026-03-29T00:59:59.123456789Z");
    private static final Instant LATER = NOW.plusSeconds(1_800);
    private static final Instant STORED_AT = Instant.parse("2026-03-29T01:00:00Z");
    private static final RolloutId ID = new RolloutId("prod-ipvs", 7);
    private static final String CLUSTER = "/subscriptions/s/resourcegroups/g/providers/m/managedclusters/c";

    private static final Cost.Told TOLD = new Cost.Told(
            NOW,
            LATER,
            List.of(
                    new Cost.SignalCost(
                            Signal.REFUSALS,
                            new Deviation(Duration.ofSeconds(40), 37, 0.25, Duration.ofMillis(500), true)),
                    new Cost.SignalCost(Signal.PROBE_FAILURES, null)));

    static Stream<RolloutState> rolloutStates() {
        return Stream.of(
                new RolloutState.Planned(NOW, RolloutReason.InventoryPending, "not listed"),
                new RolloutState.Running(NOW, null, null),
                new RolloutState.Running(NOW, RolloutReason.OutsideWindow, "opens at two"),
                new RolloutState.Planned(NOW, RolloutReason.ScheduledStart, "at two")
                        .pause(RolloutReason.PausedByOperator, "paused", LATER),
                new RolloutState.Running(NOW, null, null).pause(RolloutReason.MaxFailuresExceeded, "two", LATER),
                new RolloutState.RollingBack(NOW, RolloutReason.RollbackByOperator, "rolled back", null)
                        .pause(RolloutReason.RollbackPaused, "paused", LATER),
                new RolloutState.RollingBack(
                        NOW,
                        RolloutReason.MaxFailuresExceeded,
                        "too many",
                        new RolloutState.RollingBack.Stuck(LATER, "weu-01: the cluster is stopped")),
                new RolloutState.Succeeded(NOW),
                new RolloutState.Failed(NOW, RolloutReason.ClustersNotConverged, "one failed"),
                new RolloutState.Aborted(NOW, RolloutReason.Rejected, "no"),
                new RolloutState.Superseded(NOW, new RolloutId("prod-ipvs", 8)),
                new RolloutState.RolledBack(NOW, RolloutReason.RollbackByOperator, "all of them"));
    }

    static Stream<StageState> stageStates() {
        return Stream.of(
                new StageState.Waiting(NOW),
                new StageState.AwaitingApproval(NOW, StageSpec.Approval.before),
                new StageState.AwaitingApproval(NOW, StageSpec.Approval.after),
                new StageState.Updating(NOW),
                new StageState.Baking(NOW, LATER),
                new StageState.Done(NOW));
    }

    static Stream<ClusterState> clusterStates() {
        return Stream.of(
                new ClusterState.Waiting(NOW, null, null),
                new ClusterState.Waiting(NOW, ClusterReason.ClusterBusy, "an upgrade runs"),
                new ClusterState.Updating(NOW, 2, LATER, null, null),
                new ClusterState.Updating(NOW, 2, LATER, new AzureCode("Conflict"), "another operation"),
                new ClusterState.Verifying(NOW, NOW, LATER, "1 of 3 nodes"),
                new ClusterState.Converged(NOW, null, "3 of 3", false, null),
                new ClusterState.Converged(NOW, ClusterReason.Drifted, "someone else", true, NOW),
                new ClusterState.Failed(NOW, ClusterReason.NodesSilent, "0 of 3"),
                new ClusterState.Skipped(NOW, ClusterReason.ClusterStopped, "stopped", true),
                new ClusterState.RolledBack(NOW, "3 of 3"));
    }

    /** As text codes were stored before they had a type. */
    @Test
    void whatAnEarlierVersionStoredReadsAsTheSameReason() {
        assertThat(StateJson.read(stored("Skipped", "ClusterStopped", ",\"planned\":true"), ClusterState.class))
                .isEqualTo(new ClusterState.Skipped(STORED_AT, ClusterReason.ClusterStopped, "told", true));
        assertThat(StateJson.read(stored("Failed", "UnreadableKubeProxyConfig", ""), ClusterState.class))
                .isEqualTo(new ClusterState.Failed(STORED_AT, ClusterReason.KubeProxyConfigUnreadable, "told"));
        assertThat(StateJson.read(stored("Failed", "AuthorizationFailed", ""), ClusterState.class))
                .isEqualTo(new ClusterState.Failed(STORED_AT, new AzureCode("AuthorizationFailed"), "told"));
        assertThat(StateJson.read(stored("Planned", "InventoryPending", ""), RolloutState.class))
                .isEqualTo(new RolloutState.Planned(STORED_AT, RolloutReason.InventoryPending, "told"));
    }

    private static byte[] stored(String state, String code, String more) {
        return ("{\"state\":\"" + state + "\",\"since\":\"2026-03-29T01:00:00Z\",\"code\":\"" + code
                        + "\",\"message\":\"told\"" + more + "}")
                .getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @MethodSource("rolloutStates")
    void aStateOfARolloutReadsBack(RolloutState state) {
        Rollout rollout = rollout(state, new StageState.Updating(NOW));
        assertThat(StateJson.read(StateJson.write(rollout), Rollout.class)).isEqualTo(rollout);
    }

    @ParameterizedTest
    @MethodSource("stageStates")
    void aStateOfAStageReadsBack(StageState state) {
        Rollout rollout = rollout(new RolloutState.Running(NOW, null, null), state);
        assertThat(StateJson.read(StateJson.write(rollout), Rollout.class)).isEqualTo(rollout);
    }

    @ParameterizedTest
    @MethodSource("clusterStates")
    void aStateOfAClusterReadsBack(ClusterState state) {
        for (KubeProxyConfig before : new @Nullable KubeProxyConfig[] {
            KubeProxyConfig.UNSET,
            new KubeProxyConfig(false, null, null),
            new KubeProxyConfig(
                    true, KubeProxyMode.IPVS, new IpvsConfig(IpvsScheduler.RoundRobin, null, 120, Integer.MAX_VALUE)),
            null
        }) {
            RolloutCluster cluster = new RolloutCluster(
                    ID,
                    CLUSTER,
                    "resourceUID:1",
                    new RolloutCluster.Place(3, 1),
                    9_999,
                    2,
                    state,
                    new RolloutCluster.Change.TakenBack(given(before), 17),
                    new NodesBefore(3, Map.of("scheduler-differs", 1), true),
                    List.of(NOW, LATER),
                    TOLD,
                    new RolloutCluster.Plan(
                            new RolloutCluster.Place(2, 0),
                            given(before),
                            ClusterReason.ClusterStopped,
                            "it is stopped"));
            assertThat(StateJson.read(StateJson.write(cluster), RolloutCluster.class))
                    .isEqualTo(cluster);
        }
    }

    static Stream<Cost> costs() {
        return Stream.of(
                new Cost.Running(NOW),
                new Cost.Settling(NOW, LATER, LATER.plusSeconds(20), LATER.plusSeconds(60)),
                TOLD);
    }

    @ParameterizedTest
    @MethodSource("costs")
    void whatAChangeCostReadsBack(Cost cost) {
        RolloutCluster cluster = new RolloutCluster(
                ID,
                CLUSTER,
                null,
                new RolloutCluster.Place(0, 0),
                0,
                1,
                new ClusterState.Converged(NOW, null, "3 of 3", false, null),
                new RolloutCluster.Change.None(null),
                NodesBefore.UNKNOWN,
                List.of(),
                cost,
                null);
        assertThat(StateJson.read(StateJson.write(cluster), RolloutCluster.class))
                .isEqualTo(cluster);
    }

    static Stream<Arguments> changesAsStored() {
        KubeProxyConfig before =
                new KubeProxyConfig(true, KubeProxyMode.IPVS, new IpvsConfig(IpvsScheduler.RoundRobin, null, 120, 300));
        return Stream.of(
                Arguments.of("\"change\":0,\"rollingBack\":false", new RolloutCluster.Change.None(given(before))),
                Arguments.of("\"change\":17,\"rollingBack\":false", new RolloutCluster.Change.Made(given(before), 17)),
                Arguments.of(
                        "\"change\":17,\"rollingBack\":true", new RolloutCluster.Change.TakenBack(given(before), 17)));
    }

    /** The form of the first version: what it stored is read, and it could read what is stored now. */
    @ParameterizedTest
    @MethodSource("changesAsStored")
    void aClusterIsStoredFlat(String flat, RolloutCluster.Change change) {
        String ipvs = """
                {"enabled":true,"mode":"IPVS","ipvsConfig":{"scheduler":"RoundRobin","tcpFinTimeoutSeconds":120,\
                "udpTimeoutSeconds":300}}""";
        String stored = """
                {"rollout":{"config":"prod-ipvs","generation":7},"cluster":"/c","uid":"resourceUID:1","stage":3,"group":1,\
                "ordinal":9,"attempt":2,"state":{"state":"Failed","since":"2026-03-29T01:00:00Z","code":"NodesSilent",\
                "message":"told"},"before":%1$s,%2$s,"corrections":["2026-03-29T01:00:00Z"],"plan":{"place":{"stage":2,\
                "group":0},"from":%1$s,"code":"ClusterStopped","message":"it is stopped"}}""".formatted(ipvs, flat);
        RolloutCluster cluster = new RolloutCluster(
                ID,
                "/c",
                "resourceUID:1",
                new RolloutCluster.Place(3, 1),
                9,
                2,
                new ClusterState.Failed(STORED_AT, ClusterReason.NodesSilent, "told"),
                change,
                NodesBefore.UNKNOWN,
                List.of(STORED_AT),
                null,
                new RolloutCluster.Plan(
                        new RolloutCluster.Place(2, 0),
                        change.before(),
                        ClusterReason.ClusterStopped,
                        "it is stopped"));
        assertThat(StateJson.read(stored.getBytes(StandardCharsets.UTF_8), RolloutCluster.class))
                .isEqualTo(cluster);
        assertThat(new String(StateJson.write(cluster), StandardCharsets.UTF_8)).isEqualTo(stored);
    }

    @Test
    void whatARolloutOfAgentsMakesOfAClusterIsStored() {
        Desired before = new Desired.Agents(new AgentConfig(true, "agent:1", "agent-jvm:1", "broker:9092"));
        RolloutCluster cluster = new RolloutCluster(
                ID,
                CLUSTER,
                null,
                new RolloutCluster.Place(0, 0),
                0,
                1,
                new ClusterState.Failed(STORED_AT, ClusterReason.AgentsSilent, "told"),
                new RolloutCluster.Change.Made(before, 1),
                NodesBefore.UNKNOWN,
                List.of(),
                null,
                new RolloutCluster.Plan(
                        new RolloutCluster.Place(0, 0), new Desired.Agents(AgentConfig.DISABLED), null, null));

        assertThat(StateJson.read(StateJson.write(cluster), RolloutCluster.class))
                .isEqualTo(cluster);
    }

    @Test
    void everyStateThereIsIsAmongThese() {
        assertThat(rolloutStates()).extracting(Object::getClass).containsAll(leaves(RolloutState.class));
        assertThat(stageStates()).extracting(Object::getClass).containsAll(leaves(StageState.class));
        assertThat(clusterStates()).extracting(Object::getClass).containsAll(leaves(ClusterState.class));
    }

    /** The checker does not see that a nested type of a class file may be null. */
    @SuppressWarnings("NullAway")
    @Test
    void aRolloutThatIsNotPlannedYetReadsBack() {
        Rollout rollout = new Rollout(
                ID,
                List.of(),
                new Rollout.Request(RolloutStatus.Cause.Publish, null, spec(), "alice", NOW),
                new RolloutState.Planned(NOW, RolloutReason.ScheduledStart, "later"),
                List.of(),
                null,
                new Rollout.Totals(0, 0, 0),
                false,
                new Rollout.Activity(Duration.ZERO, null));
        assertThat(StateJson.read(StateJson.write(rollout), Rollout.class)).isEqualTo(rollout);
    }

    /** The checker does not see that a nested type of a class file may be null. */
    @SuppressWarnings("NullAway")
    @Test
    void configsAndStrategiesReadBackDeletedOnesToo() {
        ConfigState config = new ConfigState(
                "prod-ipvs",
                spec(),
                7,
                5,
                new ConfigState.Held(5, 3),
                new ConfigState.Removed(3, 2L),
                new ConfigState.Vouched(NOW, null),
                new Provenance(
                        new Origin("git.example/fleet", "main", "prod.yaml", "a".repeat(40), "b".repeat(40)), "ada"),
                List.of("/source id-1", "/source id-2"));
        assertThat(StateJson.read(StateJson.write(config), ConfigState.class)).isEqualTo(config);
        ConfigState deleted = new ConfigState("prod-ipvs", null, 7, 5, null, null, null, null, List.of());
        assertThat(StateJson.read(StateJson.write(deleted), ConfigState.class)).isEqualTo(deleted);
        StrategyState strategy = new StrategyState("careful", spec().strategy(), NOW);
        assertThat(StateJson.read(StateJson.write(strategy), StrategyState.class))
                .isEqualTo(strategy);
        StrategyState gone = new StrategyState("careful", null, null);
        assertThat(StateJson.read(StateJson.write(gone), StrategyState.class)).isEqualTo(gone);
    }

    /** Part of the inventory's records, which the controller reads with the same mapper. */
    @Test
    void maintenanceWindowsOfEveryScheduleReadBack() {
        Stream.of(
                        new MaintenanceWindow.Daily(3),
                        new MaintenanceWindow.Weekly(2, DayOfWeek.SUNDAY),
                        new MaintenanceWindow.AbsoluteMonthly(1, 31),
                        new MaintenanceWindow.RelativeMonthly(6, MaintenanceWindow.WeekIndex.Last, DayOfWeek.FRIDAY))
                .map(schedule -> new MaintenanceWindow(
                        "default",
                        schedule,
                        LocalTime.of(1, 30),
                        4,
                        ZoneOffset.ofHoursMinutes(5, 30),
                        LocalDate.of(2026, 1, 1),
                        List.of(new MaintenanceWindow.DateSpan(LocalDate.of(2026, 12, 24), LocalDate.of(2027, 1, 2)))))
                .forEach(window -> assertThat(StateJson.read(StateJson.write(window), MaintenanceWindow.class))
                        .isEqualTo(window));
    }

    private static List<Class<?>> leaves(Class<?> sealed) {
        return Stream.of(sealed.getPermittedSubclasses())
                .<Class<?>>mapMulti((permitted, leaf) -> {
                    if (permitted.isSealed()) {
                        leaves(permitted).forEach(leaf);
                    } else {
                        leaf.accept(permitted);
                    }
                })
                .toList();
    }

    private static Rollout rollout(RolloutState state, StageState stage) {
        return new Rollout(
                ID,
                List.of(new RolloutId("prod-ipvs", 5), new RolloutId("prod-ipvs", 6)),
                new Rollout.Request(RolloutStatus.Cause.DriftCorrection, CLUSTER, spec(), "alice", NOW),
                state,
                List.of(new Stage(
                        spec().strategy().stages().getFirst(),
                        5,
                        2,
                        stage,
                        new RolloutStatus.Counts(1, 2, 3, 4, 5, 6, 7),
                        List.of(new Stage.Group(3, 2), new Stage.Group(2, 0)),
                        gates(),
                        new StageCost(
                                1,
                                2,
                                List.of(new StageCost.SignalSum(
                                        Signal.REFUSALS, 2, 1, Duration.ZERO, Duration.ofSeconds(40), 1, 37))),
                        new RolloutStatus.Timeline(
                                true,
                                List.of(new RolloutStatus.Phase(RolloutStatus.StageState.Waiting, NOW, LATER)),
                                List.of(new RolloutStatus.Stretch(NOW, LATER)),
                                LATER))),
                new RolloutStatus.Plan(
                        4,
                        NOW,
                        LATER,
                        List.of(new RolloutPlan.Warning(PlanWarning.IpvsDeprecated, "it is", 3, List.of("a", "b")))),
                new Rollout.Totals(17, 1, 2),
                true,
                new Rollout.Activity(Duration.ofSeconds(61, 5), NOW));
    }

    private static StageGates gates() {
        Past past = new Past(60, Collections.nCopies(60, 2), 10_800);
        Comparison comparison =
                Comparison.start(Baseline.of(past, past, true), 2).plus(new Sample(7, 30, 1, 90));
        return new StageGates(
                new Watch(
                        List.of(CLUSTER),
                        Duration.ofSeconds(10),
                        176_000_000,
                        new Watch.Crowd(1, 3),
                        new Watch.Crowd(4, 12),
                        CLUSTER,
                        List.of(
                                new Watch.Watched(
                                        Signal.REFUSALS,
                                        comparison,
                                        true,
                                        new Watch.Judged(GateVerdict.Fail, GateReason.SignalRose, "it rose", NOW)),
                                new Watch.Watched(Signal.SYNC_FAILURES, comparison, false, null))),
                new StageGates.Proof(LATER, null, null, GateReason.ProofAwaited, "not now"),
                List.of(new StageGates.Answered("board", GateVerdict.Pass, "carol", "agreed", NOW)),
                List.of(new StageGates.Overruled("refusals", true, "bob", "known", LATER)));
    }

    private static FleetConfig.Spec spec() {
        Selector selector = new Selector(
                List.of("sub"),
                List.of("rg"),
                List.of("westeurope"),
                List.of("prod-*"),
                List.of(CLUSTER),
                new Selector.Tags(
                        Map.of("env", "prod"),
                        List.of(
                                new Selector.Expression("tier", Selector.Operator.In, List.of("gold")),
                                new Selector.Expression("old", Selector.Operator.DoesNotExist, List.of()))),
                ">=1.27 <1.40");
        StageSpec stage = new StageSpec(
                "canary",
                Amount.percent(10),
                Amount.of(5),
                Amount.percent(2),
                Duration.ofMinutes(10),
                StageSpec.Approval.after,
                selector,
                List.of(
                        new StageSpec.Group("gold", selector, Amount.percent(50)),
                        new StageSpec.Group("rest", selector, Amount.of(2))));
        Windows windows = new Windows(
                true,
                List.of(new Windows.Window(
                        Windows.Window.EVERY_DAY,
                        LocalTime.of(22, 0),
                        Duration.ofHours(8),
                        ZoneId.of("Europe/Amsterdam"))));
        return new FleetConfig.Spec(
                new KubeProxyConfig(
                        true, KubeProxyMode.IPVS, new IpvsConfig(IpvsScheduler.LeastConnection, 900, 120, 300)),
                null,
                selector,
                -3,
                new Strategy(
                        List.of(stage),
                        Strategy.OnFailure.Rollback,
                        Duration.ofMinutes(30),
                        new Gate(0.5),
                        windows,
                        LATER),
                FleetConfig.Drift.Correct,
                FleetConfig.NewClusters.Ignore,
                "careful");
    }

    private static @Nullable Desired given(@Nullable KubeProxyConfig kubeProxy) {
        return kubeProxy == null ? null : new Desired.KubeProxy(kubeProxy);
    }
}
