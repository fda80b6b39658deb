package dev.kubeproxyfleet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.message.ChangeCost;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutPlan;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.view.RolloutDetail;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CostLinesTest {

    private final FakeFleet fleet = new FakeFleet();
    private final Console console = new Console().server(fleet.address());

    @AfterEach
    void stop() {
        fleet.close();
    }

    private static RolloutDetail rollout(RolloutStatus.@Nullable StageCost cost, @Nullable ChangeCost ofFirst) {
        RolloutStatus.Stage canary =
                Fixtures.stage("canary", RolloutStatus.StageState.Done, new RolloutStatus.Counts(0, 0, 0, 2, 0, 0, 0));
        RolloutClusterStatus first =
                Fixtures.cluster("canary", "aks-weu-01", RolloutClusterStatus.State.Converged, null, "", 1);
        return new RolloutDetail(
                Fixtures.rollout(
                        RolloutStatus.State.Succeeded,
                        null,
                        "",
                        new RolloutStatus.Stage(
                                canary.name(),
                                canary.state(),
                                canary.since(),
                                canary.until(),
                                canary.maxConcurrent(),
                                canary.maxFailures(),
                                canary.clusters(),
                                canary.gates(),
                                cost,
                                null)),
                List.of(
                        new RolloutClusterStatus(
                                first.rollout(),
                                first.cluster(),
                                first.uid(),
                                first.stage(),
                                first.group(),
                                first.state(),
                                first.code(),
                                first.message(),
                                first.since(),
                                first.attempt(),
                                first.before(),
                                first.agentsBefore(),
                                first.plan(),
                                first.actions(),
                                ofFirst),
                        Fixtures.cluster("canary", "aks-weu-02", RolloutClusterStatus.State.Converged, null, "", 1)));
    }

    private static RolloutDetail costly() {
        return rollout(
                new RolloutStatus.StageCost(1, "refused connections on 1 of 1 cluster for at most 20 s", List.of()),
                new ChangeCost(Fixtures.NOW, Fixtures.NOW, "refused connections for at most 20 s", List.of()));
    }

    @Test
    void wideShowsWhatChangesCost() {
        fleet.on("GET /api/v1/rollouts/prod-ipvs.2", 200, costly());

        assertThat(console.run("get", "rollout", "prod-ipvs.2", "-o", "wide")).isZero();
        assertThat(console.out()).endsWith("""

                        COST OF THE CHANGE
                        canary: refused connections on 1 of 1 cluster for at most 20 s
                          aks-weu-01  refused connections for at most 20 s
                        """);
    }

    @Test
    void aTableIsAsBefore() {
        fleet.on("GET /api/v1/rollouts/prod-ipvs.2", 200, costly());

        assertThat(console.run("get", "rollout", "prod-ipvs.2")).isZero();
        assertThat(console.out()).doesNotContainIgnoringCase("cost");
    }

    @Test
    void asLongAsNobodyHasToldThereIsNothingToShow() {
        fleet.on("GET /api/v1/rollouts/prod-ipvs.2", 200, rollout(null, null));

        assertThat(console.run("get", "rollout", "prod-ipvs.2", "-o", "wide")).isZero();
        assertThat(console.out()).contains("aks-weu-01").doesNotContainIgnoringCase("cost");
    }

    @Test
    void aPlanSaysWhatTheLastRolloutCost() {
        List<Line> lines = PlanView.plan(
                Fixtures.plan()
                        .after(new RolloutPlan.EarlierCost(
                                "prod-ipvs.1", "canary", "no interruption was seen on 1 cluster")),
                Look.plain(false),
                Fixtures.NOW);

        assertThat(lines)
                .extracting(line -> line.render(Look.plain(false)))
                .contains("last time, stage canary of prod-ipvs.1: no interruption was seen on 1 cluster");
    }
}
