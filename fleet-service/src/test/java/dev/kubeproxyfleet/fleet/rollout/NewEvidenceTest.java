package dev.kubeproxyfleet.fleet.rollout;

import static dev.kubeproxyfleet.fleet.rollout.Fleets.IPVS_LC;
import static dev.kubeproxyfleet.fleet.rollout.Fleets.IPVS_RR;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** One cluster of three nodes that run what was asked for, and show that something does not fit together. */
class NewEvidenceTest {

    private static final Map<String, Integer> ALL = Map.of("timeouts-differ", Fleets.NODES);

    private final Driver driver = new Driver(Fleets.of(1));

    private RolloutId publish() {
        return driver.publish("prod", Fleets.spec(IPVS_LC, Fleets.strategy(Fleets.stage("all", null, 1, 0))));
    }

    private void show(KubeProxyConfig runs, Map<String, Integer> codes) {
        Evidence shown = Fleets.evidence(runs.effective(), Fleets.NODES, driver.now());
        driver.fleet.evidence.put(
                Fleets.id(0),
                new Evidence(
                        shown.nodesReporting(),
                        shown.activeConnections(),
                        shown.observed(),
                        null,
                        codes,
                        0,
                        List.of(),
                        List.of(),
                        Duration.ZERO,
                        Map.of()));
    }

    private ClusterState write(RolloutId id, Map<String, Integer> codes) {
        driver.applied(driver.operations().getFirst());
        driver.tick();
        show(IPVS_LC, codes);
        driver.tick();
        return driver.cluster(id, 0).state();
    }

    @Test
    void aClusterDoesNotConvergeWhileItShowsACodeThatItDidNotShowBefore() {
        show(IPVS_RR, Map.of());
        RolloutId id = publish();

        assertThat(write(id, ALL)).isInstanceOf(ClusterState.Verifying.class);
        driver.tick(Duration.ofMinutes(31));
        assertThat(driver.cluster(id, 0).state())
                .isInstanceOfSatisfying(
                        ClusterState.Failed.class,
                        failed -> assertThat(failed)
                                .returns(ClusterReason.NewEvidence, ClusterState.Failed::code)
                                .satisfies(each -> assertThat(each.message())
                                        .endsWith("; 3 nodes have come to show timeouts-differ")));
    }

    @Test
    void itConvergesOnceTheCodeIsGone() {
        show(IPVS_RR, Map.of());
        RolloutId id = publish();
        write(id, ALL);

        show(IPVS_LC, Map.of());
        driver.tick();
        assertThat(driver.cluster(id, 0).state()).isInstanceOf(ClusterState.Converged.class);
    }

    @Test
    void whatItShowedBeforeIsNotTheChangesDoing() {
        show(IPVS_RR, ALL);
        RolloutId id = publish();

        assertThat(write(id, ALL)).isInstanceOf(ClusterState.Converged.class);
    }

    @Test
    void aRetryDoesNotTakeWhatTheFirstWriteLeftBehindForWhatWasThereBefore() {
        show(IPVS_RR, Map.of());
        RolloutId id = publish();
        write(id, ALL);
        driver.tick(Duration.ofMinutes(31));
        driver.command(id, Command.Action.Retry);
        driver.command(id, Command.Action.Resume);

        assertThat(write(id, ALL)).isInstanceOf(ClusterState.Verifying.class);
    }
}
