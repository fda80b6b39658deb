package dev.kubeproxyfleet.fleet.view;

import static dev.kubeproxyfleet.fleet.view.Fleet.LEAST_CONNECTION;
import static dev.kubeproxyfleet.fleet.view.Fleet.NOON;
import static dev.kubeproxyfleet.fleet.view.Fleet.audit;
import static dev.kubeproxyfleet.fleet.view.Fleet.change;
import static dev.kubeproxyfleet.fleet.view.Fleet.cluster;
import static dev.kubeproxyfleet.fleet.view.Fleet.health;
import static dev.kubeproxyfleet.fleet.view.Fleet.id;
import static dev.kubeproxyfleet.fleet.view.Fleet.rollout;
import static dev.kubeproxyfleet.fleet.view.Fleet.status;
import static dev.kubeproxyfleet.fleet.view.Fleet.tell;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.fleet.controller.ControllersWord;
import dev.kubeproxyfleet.fleet.explain.Explainer;
import dev.kubeproxyfleet.fleet.rollout.Claim;
import dev.kubeproxyfleet.fleet.rollout.ClusterRecords;
import dev.kubeproxyfleet.fleet.rollout.Evidence;
import dev.kubeproxyfleet.fleet.rollout.Inventory;
import dev.kubeproxyfleet.schemas.config.Desired;
import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.FleetStrategy;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.Signal;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.ConfigStatus;
import dev.kubeproxyfleet.schemas.message.GateVerdict;
import dev.kubeproxyfleet.schemas.message.Origin;
import dev.kubeproxyfleet.schemas.message.Provenance;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutPlan;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.GateReason;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.reason.RolloutReason;
import dev.kubeproxyfleet.schemas.view.ClusterDetail;
import dev.kubeproxyfleet.schemas.view.ClusterView;
import dev.kubeproxyfleet.schemas.view.FleetOverview;
import dev.kubeproxyfleet.schemas.view.HistoryPoint;
import dev.kubeproxyfleet.schemas.view.OriginView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FleetViewTest {

    private static final int HISTORY_POINTS = 4;
    private static final int AUDIT_RECORDS = 3;

    private final List<Notice> told = new ArrayList<>();
    private final FleetView view = new FleetView(told::add, _ -> {}, HISTORY_POINTS, AUDIT_RECORDS);

    @Test
    void aModeThatKubeProxyChoosesIsNotTakenForIptables() {
        ClusterRecord cluster = Objects.requireNonNull(
                Fleet.cluster("weu-01", KubeProxyConfig.UNSET).cluster());
        for (String version : List.of("1.39.4", "1.40.0")) {
            view.apply(new Change.Cluster(
                    cluster.id(),
                    ClusterRecords.of(cluster).kubernetesVersion(version).build()));
            view.apply(Fleet.health("weu-01", Fleet.NOON, "nftables", null, 0));

            ClusterView shown = view.clusters().getFirst();
            boolean isDefault = version.startsWith("1.39");
            assertThat(shown.mode()).isEqualTo(isDefault ? "IPTABLES" : "UNKNOWN");
            assertThat(shown.effective()).startsWith(isDefault ? "IPTABLES" : "unknown: Azure shows no mode");
            assertThat(Objects.requireNonNull(shown.health()).differing()).isEqualTo(isDefault ? 3 : null);
        }
    }

    @Test
    void countsClustersByWhatTheyEffectivelyRun() {
        view.apply(cluster("a", LEAST_CONNECTION));
        view.apply(cluster("b", LEAST_CONNECTION));
        view.apply(cluster("c", KubeProxyConfig.UNSET));
        view.apply(cluster("d", KubeProxyConfig.DISABLED, "Updating", "Stopped"));
        view.apply(cluster("e", null));
        view.apply(health("a", NOON, "ipvs", "lc", 300));
        view.apply(new Change.Subscription("s", new SubscriptionRecord("s", 5, "Registered", List.of("s"))));

        FleetOverview overview = view.overview();

        assertThat(overview.clusters()).isEqualTo(5);
        assertThat(overview.byConfiguration())
                .containsExactly(
                        new FleetOverview.Configuration("IPVS", "LeastConnection", 2),
                        new FleetOverview.Configuration("DISABLED", null, 1),
                        new FleetOverview.Configuration("IPTABLES", null, 1),
                        new FleetOverview.Configuration("UNKNOWN", null, 1));
        assertThat(overview.byProvisioningState()).isEqualTo(Map.of("Succeeded", 4, "Updating", 1));
        assertThat(overview.byPowerState()).isEqualTo(Map.of("Running", 4, "Stopped", 1));
        assertThat(overview.nodes()).isEqualTo(new FleetOverview.Nodes(15, 3, 1));
        assertThat(overview.observed()).containsExactly(new FleetOverview.ObservedNodes("ipvs", "lc", 3));
        assertThat(overview.connections()).isEqualTo(new FleetOverview.Connections(300, 15, 4.5));
        assertThat(overview.subscriptions())
                .containsExactly(new FleetOverview.SubscriptionSummary("s", 5, "Registered"));
    }

    @Test
    void whatIsInForceIsTheLatestRolloutOfEachConfigThatIsNotDeleted() {
        tell(view, rollout("prod", 1, RolloutStatus.State.Superseded));
        tell(view, rollout("prod", 2, RolloutStatus.State.Running));
        tell(view, Fleet.with(rollout("gone", 1, RolloutStatus.State.Succeeded), Fleet.spec(LEAST_CONNECTION), true));

        assertThat(view.configs()).singleElement().satisfies(config -> {
            assertThat(config.name()).isEqualTo("prod");
            assertThat(config.generation()).isEqualTo(2);
            assertThat(config.rollout().id()).isEqualTo("prod.2");
        });
        assertThat(view.inventory().claims()).extracting(Claim::config).containsExactly("prod");
    }

    /** A config that somebody has deleted is among them, since Git says something else. */
    @Test
    void whatGitHasSaidLastIsShownOfConfigsAndStrategies() {
        Origin origin = new Origin("git.example/fleet", "main", "fleet/prod.yaml", "a".repeat(40), "b".repeat(40));
        tell(view, rollout("prod", 2, RolloutStatus.State.Running));
        view.apply(new Change.Config(
                "prod", configStatus("prod", Fleet.spec(LEAST_CONNECTION), new Provenance(origin, "ada"))));
        view.apply(new Change.Config("gone", configStatus("gone", null, new Provenance(origin, "bob"))));
        view.apply(new Change.Config("own", configStatus("own", null, null)));
        view.apply(new Change.Strategy("careful", FleetStrategy.of("careful", Strategy.DEFAULT), origin));

        assertThat(view.origins())
                .containsExactly(
                        new OriginView("FleetConfig", "gone", false, new Provenance(origin, "bob")),
                        new OriginView("FleetConfig", "prod", true, new Provenance(origin, "ada")),
                        new OriginView("FleetStrategy", "careful", true, new Provenance(origin, null)));
        assertThat(view.configs())
                .singleElement()
                .satisfies(config -> assertThat(config.provenance()).isEqualTo(new Provenance(origin, "ada")));

        view.apply(new Change.Strategy("careful", FleetStrategy.of("careful", Strategy.DEFAULT), null));
        assertThat(view.origins()).extracting(OriginView::name).containsExactly("gone", "prod");
    }

    private static ConfigStatus configStatus(
            String name, FleetConfig.@Nullable Spec spec, @Nullable Provenance provenance) {
        return new ConfigStatus(name, spec, 2, name + ".2", null, name + ".2", 2, 0, null, null, provenance);
    }

    @Test
    void aStrategyIsThereUntilItsTombstone() {
        view.apply(new Change.Strategy("careful", FleetStrategy.of("careful", Strategy.DEFAULT), null));
        assertThat(view.strategy("careful")).isPresent();

        view.apply(new Change.Strategy("careful", null, null));

        assertThat(view.strategies()).isEmpty();
    }

    @Test
    void whatAPlanLooksAtDoesNotChangeUnderIt() {
        view.apply(cluster("a", LEAST_CONNECTION));
        view.apply(health("a", NOON, "ipvs", "lc", 300));
        view.apply(new Change.Subscription("s", new SubscriptionRecord("s", 5, "Registered", List.of("s"))));
        Inventory inventory = view.inventory();

        view.apply(new Change.Cluster(id("a"), null));

        assertThat(inventory.clusters()).hasSize(1);
        assertThat(inventory.cluster(id("a"))).isPresent();
        assertThat(inventory.subscription("s")).isPresent();
        assertThat(inventory.subscriptions()).hasSize(1);
        assertThat(inventory.evidence(id("a")).nodesReporting()).isEqualTo(3);
        assertThat(inventory.evidence(id("b"))).isEqualTo(Evidence.NONE);
        assertThat(view.inventory().clusters()).isEmpty();
    }

    @Test
    void aStoredPlanIsWhatWasPlannedWhateverBecameOfIt() {
        RolloutStatus rollout = rollout(
                "prod",
                1,
                RolloutStatus.State.Running,
                Fleet.stage("early", RolloutStatus.StageState.Updating, new RolloutStatus.Counts(1, 0, 0, 2, 0, 1, 0)),
                Fleet.stage("rest", RolloutStatus.StageState.Waiting, new RolloutStatus.Counts(0, 0, 0, 0, 0, 0, 0)));
        RolloutPlan.Reason stopped = new RolloutPlan.Reason(ClusterReason.ClusterStopped, "it is stopped");
        tell(view, rollout);
        tell(view, planned("a", RolloutClusterStatus.State.Converged, null, KubeProxyConfig.UNSET, null));
        tell(view, planned("b", RolloutClusterStatus.State.Waiting, null, KubeProxyConfig.UNSET, null));
        tell(view, planned("c", RolloutClusterStatus.State.Waiting, null, KubeProxyConfig.UNSET, stopped));
        tell(view, planned("d", RolloutClusterStatus.State.Converged, null, LEAST_CONNECTION, null));
        tell(view, planned("e", RolloutClusterStatus.State.Skipped, "SkippedByOperator", KubeProxyConfig.UNSET, null));
        tell(
                view,
                new RolloutClusterStatus(
                        "prod.1",
                        id("f"),
                        null,
                        "rest",
                        null,
                        RolloutClusterStatus.State.Waiting,
                        null,
                        "joined",
                        NOON,
                        0,
                        null,
                        null,
                        null,
                        null,
                        null));

        RolloutPlan plan = StoredPlan.of(view.rolloutDetail("prod").orElseThrow());

        assertThat(plan.stages().getFirst().clusters())
                .extracting(RolloutPlan.Change::cluster)
                .containsExactly(id("a"), id("b"), id("e"));
        assertThat(plan.stages().getLast().clusters()).isEmpty();
        assertThat(plan.stages().getFirst().clusters().getFirst().from()).isEqualTo("IPTABLES");
        assertThat(plan.skipped()).singleElement().satisfies(change -> {
            assertThat(change.cluster()).isEqualTo(id("c"));
            assertThat(change.reason()).isEqualTo(stopped);
        });
        assertThat(plan.converged()).extracting(RolloutPlan.Change::cluster).containsExactly(id("d"));
        assertThat(plan.warnings()).hasSize(1);
        assertThat(plan.waitsFor()).isNull();
    }

    /** Planned in stage early, and in stage rest by now. */
    private static RolloutClusterStatus planned(
            String cluster,
            RolloutClusterStatus.State state,
            @Nullable String code,
            KubeProxyConfig from,
            RolloutPlan.@Nullable Reason skipped) {
        return new RolloutClusterStatus(
                "prod.1",
                id(cluster),
                null,
                "rest",
                null,
                state,
                code == null ? null : ReasonCode.of(code),
                "m",
                NOON,
                1,
                KubeProxyConfig.UNSET,
                null,
                new RolloutClusterStatus.Plan("early", null, from, null, skipped),
                null,
                null);
    }

    @Test
    void whoHoldsAClusterIsShownRatherThanWhoLeftItLater() {
        view.apply(cluster("a", LEAST_CONNECTION));
        tell(view, rollout("prod", 1, RolloutStatus.State.Succeeded));
        tell(view, status("prod.1", "a", RolloutClusterStatus.State.Converged, null, ""));
        tell(view, rollout("zoo", 7, RolloutStatus.State.Succeeded));
        tell(view, status("zoo.7", "a", RolloutClusterStatus.State.Skipped, "LowerPriority", "prod has it"));
        assertThat(view.clusters().getFirst().rollout())
                .extracting(ClusterView.InRollout::id)
                .isEqualTo("prod.1");
    }

    @Test
    void theNameOfAConfigMeansItsRolloutUnderWayElseTheLatest() {
        tell(view, rollout("prod", 1, RolloutStatus.State.RollingBack));
        tell(view, rollout("prod", 2, RolloutStatus.State.Succeeded));
        assertThat(view.rollout("prod")).map(RolloutStatus::id).contains("prod.1");

        tell(view, rollout("prod", 1, RolloutStatus.State.RolledBack));
        assertThat(view.rollout("prod")).map(RolloutStatus::id).contains("prod.2");
    }

    @Test
    void aDeletedConfigHoldsNoClusterThatAnEarlierRolloutOfItChanged() {
        view.apply(cluster("a", LEAST_CONNECTION));
        tell(view, rollout("prod", 1, RolloutStatus.State.Succeeded));
        tell(view, status("prod.1", "a", RolloutClusterStatus.State.Converged, null, ""));
        tell(view, Fleet.with(rollout("prod", 2, RolloutStatus.State.Aborted), Fleet.spec(LEAST_CONNECTION), true));

        assertThat(new Explainer(view).cluster(id("a"), NOON).orElseThrow().sentence())
                .contains("deleted");
    }

    @Test
    void aConfigIsUnknownUntilTheControllersWordOfItHasArrivedAndItsRolloutIsNot() {
        view.apply(change(rollout("prod", 1, RolloutStatus.State.Succeeded)));
        assertThat(view.configs()).isEmpty();
        assertThat(view.rollout("prod")).map(RolloutStatus::id).contains("prod.1");

        RolloutStatus next = rollout("prod", 2, RolloutStatus.State.Running);
        view.apply(new Change.Config("prod", new ControllersWord(List.of(next), false).config()));
        assertThat(view.rollout("prod"))
                .as("the one under way has not arrived")
                .map(RolloutStatus::id)
                .contains("prod.1");

        view.apply(change(next));
        assertThat(view.configs()).extracting(config -> config.rollout().id()).containsExactly("prod.2");
        assertThat(view.rollout("prod")).map(RolloutStatus::id).contains("prod.2");
    }

    @Test
    void countsAnewAfterEachChange() {
        view.apply(cluster("a", null));
        assertThat(view.overview().clusters()).isEqualTo(1);

        view.apply(cluster("b", null));

        assertThat(view.overview().clusters()).isEqualTo(2);
    }

    @Test
    void aTombstoneTakesAwayWhatItNames() {
        view.apply(cluster("a", null));
        view.apply(health("a", NOON, "ipvs", "lc", 3));
        tell(view, rollout("prod", 1, RolloutStatus.State.Running));
        tell(view, status("prod.1", "a", RolloutClusterStatus.State.Waiting, null, ""));

        view.apply(new Change.RolloutCluster("prod.1", id("a"), null));
        assertThat(view.clusters().getFirst().rollout()).isNull();
        view.apply(new Change.Health(id("a"), null));
        assertThat(view.cluster(id("a")).orElseThrow().history()).isEmpty();
        view.apply(new Change.Cluster(id("a"), null));
        assertThat(view.clusters()).isEmpty();
        view.apply(new Change.Rollout("prod.1", null));
        assertThat(view.rollouts()).isEmpty();
    }

    @Test
    void keepsTheNewestPointsOfHistoryOnly() {
        view.apply(cluster("a", null));
        for (int i = 0; i < HISTORY_POINTS + 3; i++) {
            view.apply(health("a", NOON.plusSeconds(i), "ipvs", "lc", i));
        }

        assertThat(view.cluster(id("a")).orElseThrow().history())
                .extracting(HistoryPoint::activeConnections)
                .containsExactly(3L, 4L, 5L, 6L);
    }

    @Test
    void readingTheSameRecordsAgainChangesNothing() {
        view.apply(cluster("a", null));
        view.apply(health("a", NOON, "ipvs", "lc", 1));
        view.apply(health("a", NOON.plusSeconds(10), "ipvs", "lc", 2));
        ClusterDetail before = view.cluster(id("a")).orElseThrow();

        view.apply(health("a", NOON, "ipvs", "lc", 1));
        view.apply(health("a", NOON.plusSeconds(10), "ipvs", "lc", 2));

        assertThat(view.cluster(id("a"))).contains(before);
    }

    @Test
    void showsTheLatestRolloutThatHasACluster() {
        view.apply(cluster("a", null));
        tell(view, rollout("prod", 2, RolloutStatus.State.Running));
        tell(view, rollout("prod", 1, RolloutStatus.State.Superseded));
        tell(view, status("prod.2", "a", RolloutClusterStatus.State.Updating, null, ""));
        tell(view, status("prod.1", "a", RolloutClusterStatus.State.Converged, null, ""));

        assertThat(view.clusters().getFirst().rollout())
                .extracting(ClusterView.InRollout::id)
                .isEqualTo("prod.2");
    }

    @Test
    void findsARolloutByItsIdOrTheLatestByItsConfig() {
        tell(view, rollout("prod", 2, RolloutStatus.State.Running));
        tell(view, rollout("prod", 10, RolloutStatus.State.Planned));

        assertThat(view.rollout("prod.2")).map(RolloutStatus::generation).contains(2L);
        assertThat(view.rollout("prod")).map(RolloutStatus::generation).contains(10L);
        assertThat(view.rollout("dev")).isEmpty();
        assertThat(view.rollouts()).extracting(RolloutStatus::id).containsExactly("prod.10", "prod.2");
    }

    @Test
    void nodesThatRunSomethingElseThanAzureShowsAreCounted() {
        view.apply(cluster("a", LEAST_CONNECTION));
        view.apply(health("a", NOON, "ipvs", "lc", 1));
        assertThat(differing()).isZero();

        view.apply(health("a", NOON.plusSeconds(1), "ipvs", "rr", 1));
        assertThat(differing()).isEqualTo(3);

        view.apply(health("a", NOON.plusSeconds(2), "ipvs", null, 1));
        assertThat(differing()).as("what a node does not tell is no difference").isZero();

        view.apply(cluster("a", null));
        assertThat(differing()).as("nobody knows what Azure shows").isNull();
    }

    private @Nullable Integer differing() {
        ClusterView.HealthSummary health = view.clusters().getFirst().health();
        return health == null ? null : health.differing();
    }

    @Test
    void driftIsWhatTheControllerSays() {
        tell(view, rollout("prod", 1, RolloutStatus.State.Succeeded));
        tell(view, status("prod.1", "a", RolloutClusterStatus.State.Converged, null, ""));
        view.apply(cluster("a", KubeProxyConfig.UNSET));
        assertThat(view.clusters().getFirst().drift())
                .as("nobody has judged it yet")
                .isNull();

        tell(view, status("prod.1", "a", RolloutClusterStatus.State.Converged, "Drifted", "someone else"));
        assertThat(view.clusters().getFirst().drift())
                .isEqualTo(new ClusterView.Drift("Drifted", "someone else", "prod.1", Desired.Kind.KubeProxy));
        assertThat(view.overview().drifted()).isEqualTo(1);

        tell(view, rollout("prod", 2, RolloutStatus.State.Running));
        tell(view, status("prod.2", "a", RolloutClusterStatus.State.Waiting, null, ""));
        assertThat(view.overview().drifted()).as("it waits for its correction").isEqualTo(1);

        tell(view, status("prod.1", "a", RolloutClusterStatus.State.Converged, null, "prod.2 has it now"));
        assertThat(view.overview().drifted()).isZero();
    }

    @Test
    void anotherClusterUnderTheSameIdIsInNoRolloutOfTheOneBefore() {
        tell(view, rollout("prod", 1, RolloutStatus.State.Succeeded));
        RolloutClusterStatus before = status("prod.1", "a", RolloutClusterStatus.State.Converged, null, "");
        tell(view, Fleet.withUid(before, "resourceUID:1"));
        view.apply(cluster("a", LEAST_CONNECTION));
        assertThat(new Explainer(view).cluster(id("a"), NOON).orElseThrow().state())
                .isEqualTo("Converged");

        view.apply(Fleet.withUid(cluster("a", KubeProxyConfig.UNSET), "resourceUID:2"));

        assertThat(new Explainer(view).cluster(id("a"), NOON).orElseThrow().state())
                .isEqualTo("NotInRollout");
    }

    @Test
    void keepsTheNewestAuditRecordsOnly() {
        for (int i = 0; i < AUDIT_RECORDS + 2; i++) {
            view.apply(new Change.Audit(
                    audit(null, i % 2 == 0 ? "prod" : "dev", AuditRecord.Verdict.Done, NOON.plusSeconds(i))));
        }

        assertThat(view.audit(null))
                .extracting(AuditRecord::at)
                .containsExactly(NOON.plusSeconds(4), NOON.plusSeconds(3), NOON.plusSeconds(2));
        assertThat(view.audit("dev")).hasSize(1);
    }

    @Test
    void tellsManyChangesOfOneThingUnderOneKeyWithWhatItIsThen() {
        view.apply(cluster("a", null));
        view.apply(health("a", NOON, "ipvs", "lc", 1));
        view.apply(health("a", NOON.plusSeconds(1), "ipvs", "lc", 77));

        assertThat(told).extracting(Notice::event).containsOnly("cluster", "fleet");
        assertThat(told).extracting(Notice::id).containsOnly(id("a"), "fleet");
        Notice first = told.getFirst();
        assertThat(first.data().orElseThrow())
                .isInstanceOf(ClusterView.class)
                .extracting("health.activeConnections")
                .isEqualTo(77L);
    }

    @Test
    void whatIsGoneIsToldWithoutData() {
        view.apply(cluster("a", null));
        told.clear();

        view.apply(new Change.Cluster(id("a"), null));

        assertThat(told).extracting(Notice::event).containsExactly("cluster", "fleet");
        assertThat(told.getFirst().id()).isEqualTo(id("a"));
        assertThat(told.getFirst().json()).isEmpty();
    }

    @Test
    void whatGatesSayIsCountedFromTheMomentOnAtWhichTheTopicsAreRead() {
        tell(view, gated(1, RolloutStatus.State.Succeeded, null, GateVerdict.Fail, 900));
        Fleet.markCaughtUp(view);
        assertThat(view.gateVerdicts("refusals", GateVerdict.Fail))
                .as("of another time")
                .isZero();
        assertThat(view.gateEvidence(Signal.REFUSALS)).as("it has ended").isNaN();

        tell(view, gated(2, RolloutStatus.State.Running, null, null, 3));
        tell(view, gated(3, RolloutStatus.State.Running, null, null, 40));
        assertThat(view.gateEvidence(Signal.REFUSALS)).isEqualTo(40);
        assertThat(view.gateEvidence(Signal.SLOW_SYNCS)).as("compared by none").isNaN();

        tell(view, gated(3, RolloutStatus.State.Paused, "GateFailed", GateVerdict.Fail, 700));
        tell(view, gated(3, RolloutStatus.State.Paused, "GateFailed", GateVerdict.Fail, 700));
        assertThat(view.gateVerdicts("refusals", GateVerdict.Fail))
                .as("told twice, given once")
                .isEqualTo(1);
        assertThat(view.gateVerdicts(GateTally.EXTERNAL, GateVerdict.Pass))
                .as("one of each rollout, whatever it is called")
                .isEqualTo(2);
        assertThat(view.heldByGates(RolloutReason.GateFailed)).isEqualTo(1);
        assertThat(view.heldByGates(RolloutReason.GateAwaited)).isZero();
    }

    private static RolloutStatus gated(
            long generation,
            RolloutStatus.State state,
            @Nullable String code,
            @Nullable GateVerdict verdict,
            double evidence) {
        RolloutStatus.StageGate refusals = new RolloutStatus.StageGate(
                "refusals",
                true,
                verdict,
                verdict == null ? null : GateReason.SignalRose,
                "",
                verdict == null ? null : NOON,
                new RolloutStatus.Figures(1, 3, 9, 30, 4, 12, 5, 120, 1.0, evidence, NOON, null),
                null);
        RolloutStatus.StageGate board =
                new RolloutStatus.StageGate("board", true, GateVerdict.Pass, null, "agreed", NOON, null, null);
        return rollout("prod", generation, state, code, "", Fleet.baking(refusals, board));
    }
}
