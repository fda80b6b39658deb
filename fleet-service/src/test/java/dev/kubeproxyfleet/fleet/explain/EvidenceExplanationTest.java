package dev.kubeproxyfleet.fleet.explain;

import static dev.kubeproxyfleet.fleet.view.Fleet.LEAST_CONNECTION;
import static dev.kubeproxyfleet.fleet.view.Fleet.NOON;
import static dev.kubeproxyfleet.fleet.view.Fleet.cluster;
import static dev.kubeproxyfleet.fleet.view.Fleet.health;
import static dev.kubeproxyfleet.fleet.view.Fleet.id;
import static dev.kubeproxyfleet.fleet.view.Fleet.rollout;
import static dev.kubeproxyfleet.fleet.view.Fleet.status;
import static dev.kubeproxyfleet.fleet.view.Fleet.tell;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.fleet.kubernetes.KubernetesRecords;
import dev.kubeproxyfleet.fleet.view.Change;
import dev.kubeproxyfleet.fleet.view.Fleet;
import dev.kubeproxyfleet.fleet.view.FleetView;
import dev.kubeproxyfleet.schemas.avro.KubeProxyFlags;
import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.Gate;
import dev.kubeproxyfleet.schemas.config.Gate.Source;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus.State;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.reason.KubernetesReason;
import dev.kubeproxyfleet.schemas.view.ClusterExplanation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of a cluster depends on whose word counts in its rollout. */
class EvidenceExplanationTest {

    private static final Instant NOW = NOON.plusSeconds(90);

    private final FleetView view = new FleetView(_ -> {}, _ -> {}, 10, 10);
    private final Explainer explainer = new Explainer(view);

    private static FleetConfig.Spec asking(Source source) {
        FleetConfig.Spec spec = Fleet.spec(LEAST_CONNECTION);
        Strategy strategy = spec.strategy();
        Gate gate = new Gate(
                0.9,
                source,
                Gate.Proof.Require,
                Gate.SignalMode.Off,
                Gate.DEFAULT_TOLERANCE,
                null,
                null,
                Gate.OnInconclusive.Pause,
                Map.of(),
                List.of());
        return new FleetConfig.Spec(
                spec.kubeProxy(),
                spec.agents(),
                spec.selector(),
                spec.priority(),
                new Strategy(strategy.stages(), strategy.onFailure(), strategy.deadline(), gate),
                spec.drift(),
                spec.newClusters(),
                spec.strategyRef());
    }

    private void in(State state, Source source, String code) {
        view.apply(cluster("weu-03", LEAST_CONNECTION));
        tell(view, Fleet.with(rollout("prod", 2, RolloutStatus.State.Running), asking(source), false));
        tell(view, status("prod.2", "weu-03", state, code.isEmpty() ? null : code, ""));
    }

    private void agentsReport() {
        view.apply(health("weu-03", NOON, "ipvs", "lc", 3));
    }

    private void kubernetesShows(String mode) {
        view.apply(new Change.Kubernetes(
                id("weu-03"),
                KubernetesRecords.rolledOut(
                        id("weu-03"), NOON, 3, new KubeProxyFlags(true, mode, "lc", 900, 120, 300))));
    }

    private ClusterExplanation explain() {
        return explainer.cluster(id("weu-03"), NOW).orElseThrow();
    }

    @Test
    void theKubernetesApiAloneIsAwaitedWhereItAloneIsAsked() {
        in(State.Verifying, Source.Kubernetes, "");
        kubernetesShows("ipvs");

        assertThat(explain().sentence()).endsWith(" and waits until its Kubernetes API shows it; nothing to do.");
        assertThat(explain().command()).isNull();
    }

    @Test
    void anApiThatNobodyLooksAtOrThatHidesIsNamed() {
        in(State.Verifying, Source.Kubernetes, "");
        agentsReport();
        assertThat(explain().sentence())
                .endsWith("its Kubernetes API shows it, but nobody looks at its Kubernetes API; see what keeps the"
                        + " service from seeing its Kubernetes API.");
        assertThat(explain().command()).isEqualTo("kpfleet get cluster weu-03");

        view.apply(new Change.Kubernetes(
                id("weu-03"),
                KubernetesRecords.unseen(id("weu-03"), NOON, KubernetesReason.LocalAccountsOnly, "no Entra")));
        assertThat(explain().sentence()).contains("but its Kubernetes API cannot be seen (LocalAccountsOnly); ");
    }

    @Test
    void whatWasSeenLongAgoTellsNothing() {
        in(State.Verifying, Source.Kubernetes, "");
        kubernetesShows("ipvs");

        ClusterExplanation later =
                explainer.cluster(id("weu-03"), NOON.plus(Duration.ofHours(2))).orElseThrow();

        assertThat(later.sentence()).contains("but its Kubernetes API was not looked at lately; ");
    }

    @Test
    void oneOfTwoSourcesIsEnoughWhereEitherCounts() {
        in(State.Verifying, Source.Either, "");
        assertThat(explain().sentence())
                .endsWith("its nodes or its Kubernetes API show it, but none of its nodes reports, and nobody looks at"
                        + " its Kubernetes API; see whether the agent runs on its nodes, or what keeps the service from"
                        + " seeing its Kubernetes API.");

        kubernetesShows("ipvs");
        assertThat(explain().sentence()).endsWith("its nodes or its Kubernetes API show it; nothing to do.");
    }

    @Test
    void bothSourcesAreNeededWhereBothCount() {
        in(State.Verifying, Source.Both, "");
        agentsReport();
        assertThat(explain().sentence())
                .endsWith("its nodes and its Kubernetes API show it (3 of 3 report, 3 run ipvs lc), but nobody looks at"
                        + " its Kubernetes API; see what keeps the service from seeing its Kubernetes API.");

        kubernetesShows("ipvs");
        assertThat(explain().sentence()).endsWith("(3 of 3 report, 3 run ipvs lc); nothing to do.");
    }

    @Test
    void aConvergedClusterIsKnownByWhoIsAsked() {
        in(State.Converged, Source.Kubernetes, "");
        assertThat(explain().sentence())
                .contains(", and nobody looks at its Kubernetes API now, so what its nodes run is unknown; ");
        kubernetesShows("ipvs");
        assertThat(explain().sentence()).endsWith(" (by its Kubernetes API alone); nothing to do.");
    }

    @Test
    void aConvergedClusterWhoseSourcesDisagreeIsToBeLookedAt() {
        in(State.Converged, Source.Agents, "");
        agentsReport();
        kubernetesShows("iptables");

        assertThat(explain().sentence())
                .contains("; but not all agree (FlagsDiffer): ")
                .endsWith("; look at it.");
        assertThat(explain().command()).isEqualTo("kpfleet get cluster weu-03");
    }

    @ParameterizedTest
    @CsvSource({
        "FlagsDiffer, find out who changes its DaemonSet",
        "DaemonSetNotRolledOut, see what keeps its DaemonSet",
        "PodsCrashLooping, see in the log of kube-proxy why it ends",
        "KubernetesUnseen, let the service see its Kubernetes API"
    })
    void whatHelpsAFailedClusterIsSaidOfEachReason(String code, String advice) {
        in(State.Failed, Source.Kubernetes, code);

        assertThat(explain().sentence()).contains("(" + code + ")", advice).endsWith(" and try it again.");
        assertThat(explain().command()).isEqualTo("kpfleet retry prod --cluster weu-03");
    }
}
