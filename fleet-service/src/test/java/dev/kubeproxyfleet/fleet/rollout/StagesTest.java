package dev.kubeproxyfleet.fleet.rollout;

import static dev.kubeproxyfleet.fleet.rollout.Fleets.IPVS_LC;
import static dev.kubeproxyfleet.fleet.rollout.Fleets.stage;
import static dev.kubeproxyfleet.fleet.rollout.RolloutAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.config.Amount;
import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.Gate;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.schemas.config.StageSpec;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.config.Windows;
import dev.kubeproxyfleet.schemas.message.MaintenanceWindow;
import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.message.Outcome;
import dev.kubeproxyfleet.schemas.message.RolloutPlan;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.PlanWarning;
import dev.kubeproxyfleet.schemas.reason.RolloutReason;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which clusters a stage takes, and when it may start them. The driver's clock begins on Thursday 2026-01-01 00:00 UTC. */
class StagesTest {

    private final Driver driver = new Driver(Fleets.of(6));

    private static Strategy strategy(Windows windows, @Nullable Instant startAt, StageSpec... stages) {
        return new Strategy(
                List.of(stages), Strategy.OnFailure.Pause, Duration.ofMinutes(30), Gate.DEFAULT, windows, startAt);
    }

    private static StageSpec.Group group(String name, String glob, int concurrent) {
        return new StageSpec.Group(name, Fleets.names(glob), Amount.of(concurrent));
    }

    @Test
    void aStageTakesWhatItsSelectorMatchesAndWhatNoStageTakesIsNotChanged() {
        StageSpec one = new StageSpec(
                "one", null, Amount.of(5), Amount.of(0), Duration.ZERO, null, Fleets.names("*1"), List.of());
        RolloutId id = driver.publish("prod", Fleets.spec(IPVS_LC, Fleets.strategy(one)));

        assertThat(driver.operations()).extracting(Operation::cluster).containsExactly(Fleets.id(1));
        assertThat(driver.cluster(id, 2)).isSkipped().becauseOf(ClusterReason.NoStage);
        driver.converge(driver.operations().getFirst());
        assertThat(driver.rollout(id)).hasSucceeded();
        driver.tick(Duration.ofHours(1));
        assertThat(driver.latest("prod")).as("and is not caught later").isEqualTo(id);
    }

    @Test
    void groupsChangeSideBySideEachWithinItsOwnCap() {
        driver.fleet.inventory.put(Fleets.id(10), Fleets.cluster(10));
        driver.fleet.inventory.put(Fleets.id(11), Fleets.cluster(11));
        Fleets.listed(driver.fleet, 8);
        StageSpec grouped = new StageSpec(
                "all",
                null,
                Amount.of(3),
                Amount.of(0),
                Duration.ZERO,
                null,
                null,
                List.of(group("low", "prod-000?", 2), group("high", "prod-001?", 2)));
        driver.publish("prod", Fleets.spec(IPVS_LC, Fleets.strategy(grouped)));

        assertThat(driver.operations())
                .as("in turn, two of the first group at most, three in all")
                .extracting(Operation::cluster)
                .containsExactlyInAnyOrder(Fleets.id(0), Fleets.id(10), Fleets.id(1));
        driver.converge(driver.operations().getFirst());
        assertThat(driver.operations()).hasSize(3);
    }

    @Test
    void nothingStartsBeforeItsTime() {
        Instant start = driver.now().plus(Duration.ofHours(2));
        RolloutId id = driver.publish(
                "prod", Fleets.spec(IPVS_LC, strategy(Windows.ANY_TIME, start, stage("all", null, 6, 0))));
        driver.tick(Duration.ofMinutes(119));

        assertThat(driver.rollout(id))
                .isPlanned()
                .becauseOf(RolloutReason.ScheduledStart)
                .message()
                .contains(start.toString());
        driver.tick(Duration.ofMinutes(1));
        assertThat(driver.operations()).hasSize(6);
    }

    @Test
    void clustersStartOnlyInsideAWindowAndTheRolloutSaysWhenItOpens() {
        Windows nights = new Windows(
                false,
                List.of(new Windows.Window(
                        List.of(Windows.Day.Friday),
                        LocalTime.of(22, 0),
                        Duration.ofHours(4),
                        ZoneId.of("Europe/Amsterdam"))));
        RolloutId id = driver.publish("prod", Fleets.spec(IPVS_LC, strategy(nights, null, stage("all", null, 1, 0))));

        assertThat(driver.operations()).isEmpty();
        assertThat(driver.rollout(id))
                .isRunning()
                .becauseOf(RolloutReason.OutsideWindow)
                .message()
                .contains("2026-01-02T21:00:00Z");
        driver.tick(Duration.ofHours(45));
        assertThat(driver.operations()).hasSize(1);
        driver.tick(Duration.ofHours(3).plusMinutes(59));
        driver.outcome(driver.operations().getFirst(), new Outcome.Skipped(ClusterReason.ScopeLocked, "locked"));
        assertThat(driver.operations()).as("still open").hasSize(1);
        driver.tick(Duration.ofMinutes(1));
        driver.converge(driver.operations().getFirst());
        assertThat(driver.operations()).as("closed again").isEmpty();
    }

    @Test
    void aClustersMaintenanceWindowIsHonouredWhereAsked() {
        MaintenanceWindow friday = new MaintenanceWindow(
                "default",
                new MaintenanceWindow.Weekly(1, DayOfWeek.FRIDAY),
                LocalTime.of(1, 0),
                4,
                ZoneOffset.UTC,
                null,
                List.of());
        driver.fleet.inventory.replaceAll((_, cluster) -> cluster.withMaintenanceWindows(List.of()));
        driver.fleet.inventory.computeIfPresent(
                Fleets.id(0), (_, cluster) -> cluster.withMaintenanceWindows(List.of(friday)));
        driver.fleet.inventory.computeIfPresent(Fleets.id(1), (_, cluster) -> cluster.withMaintenanceWindows(null));
        RolloutId id = driver.publish(
                "prod", Fleets.spec(IPVS_LC, strategy(new Windows(true, List.of()), null, stage("all", null, 6, 0))));

        assertThat(driver.operations()).hasSize(4);
        assertThat(driver.cluster(id, 0))
                .isWaiting()
                .becauseOf(ClusterReason.OutsideMaintenanceWindow)
                .message()
                .contains("2026-01-02T01:00:00Z");
        assertThat(driver.cluster(id, 1)).isWaiting().becauseOf(ClusterReason.MaintenanceWindowsUnknown);
        driver.tick(Duration.ofHours(25));
        assertThat(driver.operations()).extracting(Operation::cluster).contains(Fleets.id(0));
    }

    @Test
    void whatRunsItAlreadyIsNoCanary() {
        driver.fleet.inventory.put(Fleets.id(0), Fleets.running(Fleets.cluster(0), IPVS_LC));
        RolloutId id = driver.publish(
                "prod",
                Fleets.spec(IPVS_LC, Fleets.strategy(stage("canary", Amount.of(1), 1, 0), stage("rest", null, 9, 0))));

        assertThat(driver.operations()).extracting(Operation::cluster).containsExactly(Fleets.id(1));
        assertThat(driver.rollout(id)).hasFoundConverged(1);
        driver.converge(driver.operations().getFirst());
        driver.operations().forEach(driver::converge);
        assertThat(driver.cluster(id, 0)).as("its nodes are asked all the same").hasConverged();
    }

    @Test
    void aPlanForeseesThatGroupsAndMaintenanceWindowsTakeTheirTime() {
        StageSpec grouped = new StageSpec(
                "all",
                null,
                Amount.percent(100),
                Amount.of(0),
                Duration.ZERO,
                null,
                null,
                List.of(group("first", "*0", 1), group("rest", "*", 2)));
        FleetConfig.Spec spec = Fleets.spec(IPVS_LC, Fleets.strategy(grouped));
        assertThat(Preview.plan(driver.fleet, "prod", spec, driver.now()).earliestEnd())
                .as("five in pairs beside the one")
                .isEqualTo(driver.now().plus(Forecast.TYPICAL_CHANGE.multipliedBy(3)));

        driver.fleet.inventory.replaceAll((_, cluster) -> cluster.withMaintenanceWindows(List.of()));
        maintainedOnFridays(4);
        FleetConfig.Spec honouring =
                Fleets.spec(IPVS_LC, strategy(new Windows(true, List.of()), null, stage("all", null, 6, 0)));
        assertThat(Preview.plan(driver.fleet, "prod", honouring, driver.now()).earliestEnd())
                .isEqualTo(Instant.parse("2026-01-02T01:00:00Z").plus(Forecast.TYPICAL_CHANGE));
    }

    @Test
    void aPlanNamesTheClustersThatCanNeverStartAndForeseesNoEnd() {
        driver.fleet.inventory.replaceAll((_, cluster) -> cluster.withMaintenanceWindows(List.of()));
        maintainedOnFridays(4);

        RolloutPlan never = Preview.plan(driver.fleet, "prod", inWindow(Windows.Day.Saturday), driver.now());
        assertThat(never.earliestEnd()).isNull();
        assertThat(never.latestEnd()).isNull();
        assertThat(never.warnings())
                .filteredOn(warning -> warning.code() == PlanWarning.WindowsNeverMeet)
                .singleElement()
                .satisfies(warning -> assertThat(warning.examples()).containsExactly(Fleets.name(4)));

        RolloutPlan atLast = Preview.plan(driver.fleet, "prod", inWindow(Windows.Day.Friday), driver.now());
        assertThat(atLast.earliestEnd())
                .as("the strategy's window opens inside the cluster's")
                .isEqualTo(Instant.parse("2026-01-02T03:00:00Z").plus(Forecast.TYPICAL_CHANGE));
        assertThat(atLast.warnings())
                .extracting(RolloutPlan.Warning::code)
                .doesNotContain(PlanWarning.WindowsNeverMeet);
    }

    private static FleetConfig.Spec inWindow(Windows.Day day) {
        Windows windows = new Windows(
                true,
                List.of(new Windows.Window(List.of(day), LocalTime.of(3, 0), Duration.ofHours(4), ZoneOffset.UTC)));
        return Fleets.spec(IPVS_LC, strategy(windows, null, stage("all", null, 6, 0)));
    }

    private void maintainedOnFridays(int cluster) {
        driver.fleet.inventory.computeIfPresent(
                Fleets.id(cluster),
                (_, record) -> record.withMaintenanceWindows(List.of(new MaintenanceWindow(
                        "default",
                        new MaintenanceWindow.Weekly(1, DayOfWeek.FRIDAY),
                        LocalTime.of(1, 0),
                        4,
                        ZoneOffset.UTC,
                        null,
                        List.of()))));
    }

    @Test
    void fewConnectionsAreWarnedOfOnlyWhereTheyAreCounted() {
        driver.fleet.evidence.put(Fleets.id(0), evidence("iptables"));
        driver.fleet.evidence.put(Fleets.id(1), evidence("ipvs"));
        FleetConfig.Spec spec = Fleets.spec(IPVS_LC, Fleets.strategy(stage("all", null, 6, 0)));

        assertThat(Preview.plan(driver.fleet, "prod", spec, driver.now()).warnings())
                .filteredOn(warning -> warning.code() == PlanWarning.FewConnections)
                .singleElement()
                .satisfies(warning -> assertThat(warning.examples()).containsExactly(Fleets.name(1)));
    }

    @Test
    void aPlanWarnsOfAConfigurationThatNamesNoMode() {
        for (KubeProxyConfig config :
                List.of(KubeProxyConfig.UNSET, IPVS_LC, new KubeProxyConfig(true, KubeProxyMode.IPTABLES, null))) {
            driver.fleet.inventory.put(Fleets.id(0), Fleets.running(Fleets.cluster(0), KubeProxyConfig.DISABLED));
            FleetConfig.Spec spec = Fleets.spec(config, Fleets.strategy(stage("all", null, 6, 0)));

            assertThat(Preview.plan(driver.fleet, "prod", spec, driver.now()).warnings())
                    .extracting(RolloutPlan.Warning::code)
                    .as("%s", config)
                    .matches(codes -> codes.contains(PlanWarning.ModeNotPinned) == (config.mode() == null));
        }
    }

    private Evidence evidence(String mode) {
        return new Evidence(
                Fleets.NODES,
                1,
                List.of(new Evidence.Observed(
                        mode, null, null, null, null, Evidence.Proof.PROVEN, false, Fleets.NODES, driver.now())),
                null);
    }

    @Test
    void aPlanSaysWhatWouldHappenAndChangesNothing() {
        driver.fleet.inventory.put(Fleets.id(0), Fleets.running(Fleets.cluster(0), IPVS_LC));
        driver.fleet.inventory.put(Fleets.id(1), Fleets.cilium(Fleets.cluster(1)));
        driver.fleet.inventory.put(Fleets.id(2), Fleets.withProvisioningState(Fleets.cluster(2), "Upgrading"));
        FleetConfig.Spec spec =
                Fleets.spec(IPVS_LC, Fleets.strategy(stage("canary", Amount.of(1), 1, 0), stage("rest", null, 2, 0)));

        RolloutPlan plan = Preview.plan(driver.fleet, "prod", spec, driver.now());

        assertThat(plan.waitsFor()).isNull();
        assertThat(plan.stages()).extracting(RolloutPlan.Stage::name).containsExactly("canary", "rest");
        assertThat(plan.stages().getFirst().clusters()).singleElement().satisfies(change -> {
            assertThat(change.cluster()).isEqualTo(Fleets.id(2));
            assertThat(change.from()).isEqualTo("IPTABLES");
            assertThat(change.to()).isEqualTo("IPVS LeastConnection tcp=900s tcpfin=120s udp=300s");
            assertThat(change.reason()).extracting(RolloutPlan.Reason::code).isEqualTo(ClusterReason.ClusterBusy);
        });
        assertThat(plan.stages().getLast().clusters()).hasSize(3);
        assertThat(plan.converged()).extracting(RolloutPlan.Change::cluster).containsExactly(Fleets.id(0));
        assertThat(plan.skipped()).extracting(RolloutPlan.Change::cluster).containsExactly(Fleets.id(1));
        assertThat(plan.warnings())
                .extracting(RolloutPlan.Warning::code)
                .contains(
                        PlanWarning.Interruption,
                        PlanWarning.StaleRules,
                        PlanWarning.IpvsWillBeRemoved,
                        ClusterReason.NodesSilent);
        assertThat(plan.earliestEnd()).isEqualTo(driver.now().plus(Forecast.TYPICAL_CHANGE.multipliedBy(3)));
        assertThat(plan.latestEnd()).isEqualTo(driver.now().plus(Duration.ofMinutes(90)));
        assertThat(driver.fleet.rollouts).isEmpty();
    }

    @Test
    void aPlanNamesTheClustersThatAreWrittenWithoutTheirSecrets() {
        driver.fleet.inventory.put(Fleets.id(3), Fleets.withServicePrincipal(Fleets.cluster(3)));
        FleetConfig.Spec spec = Fleets.spec(IPVS_LC, Fleets.strategy(stage("all", null, 2, 0)));

        assertThat(Preview.plan(driver.fleet, "prod", spec, driver.now()).warnings())
                .filteredOn(warning -> warning.code() == PlanWarning.SecretsNotReturned)
                .singleElement()
                .satisfies(warning -> assertThat(warning.examples()).containsExactly(Fleets.name(3)));
    }
}
