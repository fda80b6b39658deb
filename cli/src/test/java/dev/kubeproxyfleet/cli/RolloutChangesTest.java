package dev.kubeproxyfleet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import org.junit.jupiter.api.Test;

class RolloutChangesTest {

    @Test
    void theFirstLookTellsAllButTheClustersThatWaitTheirTurn() {
        assertThat(Fixtures.text(RolloutChanges.between(null, Fixtures.running()), Look.plain(true)))
                .isEqualTo("""
                        2026-03-01T10:00:00Z prod-ipvs.2 rollout Running: Stage early is updating 2 clusters.
                        2026-03-01T10:01:00Z prod-ipvs.2 stage canary Done 1/1
                        2026-03-01T10:01:00Z prod-ipvs.2 stage early Updating 1/3
                        2026-03-01T10:00:33Z prod-ipvs.2 canary aks-weu-01 Converged
                        2026-03-01T10:00:58Z prod-ipvs.2 early aks-neu-01 Verifying CoverageTooLow: 3 of 5 nodes report the configuration.
                        2026-03-01T10:01:43Z prod-ipvs.2 early aks-neu-02 Failed KubeProxyConfigFeatureNotRegistered: Register Microsoft.ContainerService/KubeProxyConfigurationPreview.
                        2026-03-01T10:02:01Z prod-ipvs.2 early aks-weu-02 Updating ArmUpdating: Azure is changing the cluster.
                        2026-03-01T10:00:00Z prod-ipvs.2 rest aks-eus-02 Skipped ClusterStopped: The cluster is stopped.""");
    }

    @Test
    void nothingNewIsNothingTold() {
        assertThat(RolloutChanges.between(Fixtures.running(), Fixtures.running()))
                .isEmpty();
    }

    @Test
    void aClusterThatMovesOnIsOneLine() {
        RolloutModel after = Fixtures.running()
                .with(Fixtures.cluster("early", "aks-weu-02", RolloutClusterStatus.State.Converged, null, "", 0));

        assertThat(Fixtures.text(RolloutChanges.between(Fixtures.running(), after), Look.plain(true)))
                .isEqualTo("2026-03-01T10:02:13Z prod-ipvs.2 early aks-weu-02 Converged");
    }

    @Test
    void theEndComesLast() {
        assertThat(Fixtures.text(RolloutChanges.between(Fixtures.running(), Fixtures.succeeded()), Look.plain(true)))
                .endsWith("rollout Succeeded: Every selected cluster has converged.");
    }

    @Test
    void anOlderStatusAndThatOfAnotherRolloutChangeNothing() {
        RolloutModel model = Fixtures.running();
        RolloutClusterStatus older =
                Fixtures.cluster("early", "aks-weu-02", RolloutClusterStatus.State.Waiting, null, "", 60);
        RolloutClusterStatus foreign = new RolloutClusterStatus(
                "other.1",
                Fixtures.id("aks-weu-02"),
                null,
                "early",
                null,
                RolloutClusterStatus.State.Failed,
                null,
                "",
                Fixtures.NOW,
                1,
                null,
                null,
                null,
                null,
                null);

        assertThat(model.with(older)).isEqualTo(model);
        assertThat(model.with(foreign)).isEqualTo(model);
    }
}
