package dev.kubeproxyfleet.fleet.view;

import static dev.kubeproxyfleet.fleet.view.Fleet.LEAST_CONNECTION;
import static dev.kubeproxyfleet.fleet.view.Fleet.NOON;
import static dev.kubeproxyfleet.fleet.view.Fleet.cluster;
import static dev.kubeproxyfleet.fleet.view.Fleet.health;
import static dev.kubeproxyfleet.fleet.view.Fleet.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.fleet.kubernetes.KubernetesRecords;
import dev.kubeproxyfleet.schemas.avro.ClusterKubernetes;
import dev.kubeproxyfleet.schemas.avro.KubeProxyFlags;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.reason.KubernetesReason;
import dev.kubeproxyfleet.schemas.view.ClusterDetail;
import dev.kubeproxyfleet.schemas.view.ClusterView;
import dev.kubeproxyfleet.schemas.view.Finding;
import dev.kubeproxyfleet.schemas.view.FleetOverview;
import dev.kubeproxyfleet.schemas.view.KubernetesSummary;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is shown of a cluster from its agents, and from its Kubernetes API. */
class ClusterSourcesTest {

    private final FleetView view = new FleetView(_ -> {}, _ -> {}, 4, 3);

    private static ClusterKubernetes rolledOut(String name, @Nullable String mode, @Nullable String scheduler) {
        return KubernetesRecords.rolledOut(id(name), NOON, 3, mode, scheduler);
    }

    private void tell(String name, ClusterKubernetes record) {
        view.apply(new Change.Kubernetes(id(name), record));
    }

    private ClusterView shown(String name) {
        return view.cluster(id(name)).orElseThrow().cluster();
    }

    private KubernetesSummary kubernetes(String name) {
        return Objects.requireNonNull(shown(name).kubernetes());
    }

    @Test
    void nobodyLooksAtAClusterWithoutARecord() {
        view.apply(cluster("a", LEAST_CONNECTION));

        assertThat(shown("a").kubernetes()).isNull();
    }

    @Test
    void flagsAreShownInTheWordsOfNodes() {
        view.apply(cluster("a", KubeProxyConfig.UNSET));
        view.apply(cluster("b", LEAST_CONNECTION));
        tell("a", rolledOut("a", null, null));
        tell("b", rolledOut("b", "ipvs", null));

        assertThat(Objects.requireNonNull(kubernetes("a").seen()).daemonSet())
                .as("kube-proxy's default of the cluster's version")
                .isEqualTo(new KubernetesSummary.DaemonSet(
                        true, 3, 3, 3, new KubernetesSummary.Flags("iptables", null, null, null, null)));
        assertThat(Objects.requireNonNull(kubernetes("b").seen()).pods())
                .singleElement()
                .satisfies(pods -> {
                    assertThat(pods.flags()).isEqualTo(new KubernetesSummary.Flags("ipvs", "rr", null, null, null));
                    assertThat(pods.count()).isEqualTo(3);
                    assertThat(pods.newest()).isTrue();
                });
    }

    @Test
    void troubleIsShownWithWhatHelpsAndWhatWasSeenBefore() {
        view.apply(cluster("a", LEAST_CONNECTION));
        tell(
                "a",
                KubernetesRecords.hindered(
                        rolledOut("a", "ipvs", "lc"),
                        NOON.plusSeconds(60),
                        KubernetesReason.AccessForbidden,
                        "it may not list pods"));

        KubernetesSummary shown = kubernetes("a");

        assertThat(shown.trouble())
                .isEqualTo(new Finding(
                        "AccessForbidden",
                        "it may not list pods",
                        KubernetesReason.AccessForbidden.words().helps()));
        assertThat(shown.troubleSince()).isEqualTo(NOON.plusSeconds(60));
        assertThat(Objects.requireNonNull(shown.seen()).at()).isEqualTo(NOON);
        assertThat(shown.seen().oldFrom()).isEqualTo(NOON.plus(KubernetesProjector.OLD_AFTER));
    }

    @Test
    void whereTheKubernetesApiContradictsAzureIsSaid() {
        view.apply(cluster("a", LEAST_CONNECTION));
        tell("a", KubernetesRecords.rolledOut(id("a"), NOON, 3, new KubeProxyFlags(true, "ipvs", "lc", 900, 120, 300)));
        assertThat(kubernetes("a").disagreement()).isNull();

        tell("a", rolledOut("a", "iptables", null));

        assertThat(kubernetes("a").disagreement()).extracting(Finding::code).isEqualTo("FlagsDiffer");
    }

    @Test
    void oneRowHasBothSourcesOfANodeAndTheRestIsSilentOrAStranger() {
        view.apply(cluster("a", LEAST_CONNECTION));
        view.apply(health("a", NOON, "ipvs", "lc", 300));
        tell("a", KubernetesRecords.listing(rolledOut("a", "ipvs", "lc"), "aks-pool-0", "aks-pool-1", "aks-pool-9"));

        ClusterDetail detail = view.cluster(id("a")).orElseThrow();

        assertThat(detail.nodes()).extracting(ClusterDetail.Node::foreign).containsExactly(false, false, true);
        assertThat(detail.nodes().getFirst().kubernetes())
                .isEqualTo(new ClusterDetail.KubernetesNode(
                        "aks-pool-0",
                        true,
                        "amd64",
                        "5.15.0-1092-azure",
                        "v1.34.1",
                        new ClusterDetail.Pod("kube-proxy-0", "ipvs", true, true, 0, NOON, null)));
        assertThat(detail.silentNodes())
                .extracting(ClusterDetail.KubernetesNode::node)
                .containsExactly("aks-pool-9");
    }

    @Test
    void whatAClusterOfTheSameNameShowedBeforeIsNotShown() {
        view.apply(Fleet.withUid(cluster("a", LEAST_CONNECTION), "created:2"));
        tell("a", KubernetesRecords.of("created:1", rolledOut("a", "ipvs", "lc")));

        assertThat(shown("a").kubernetes()).isNull();
    }

    @Test
    void clustersAreCountedByWhoSeesThem() {
        for (String name : new String[] {"agents", "kubernetes", "both", "nobody", "hindered", "partly"}) {
            view.apply(cluster(name, LEAST_CONNECTION));
        }
        view.apply(health("agents", NOON, "ipvs", "lc", 1));
        view.apply(health("both", NOON, "ipvs", "lc", 1));
        tell("kubernetes", rolledOut("kubernetes", "ipvs", "lc"));
        tell("both", rolledOut("both", "ipvs", "lc"));
        tell(
                "hindered",
                KubernetesRecords.hindered(
                        rolledOut("hindered", "ipvs", "lc"),
                        NOON.plusSeconds(1),
                        KubernetesReason.ServerUnreachable,
                        "no answer"));
        tell(
                "partly",
                KubernetesRecords.hindered(
                        rolledOut("partly", "ipvs", "lc"), NOON, KubernetesReason.AccessForbidden, "no events"));

        assertThat(view.overview().evidence()).isEqualTo(new FleetOverview.Evidence(1, 2, 1, 2));
    }
}
