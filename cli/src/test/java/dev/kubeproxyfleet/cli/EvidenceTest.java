package dev.kubeproxyfleet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.view.AgentsView;
import dev.kubeproxyfleet.schemas.view.ClusterDetail;
import dev.kubeproxyfleet.schemas.view.ClusterView;
import dev.kubeproxyfleet.schemas.view.Finding;
import dev.kubeproxyfleet.schemas.view.KubernetesSummary;
import dev.kubeproxyfleet.schemas.view.ObservedKubeProxy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is printed of what agents and the Kubernetes API say. */
class EvidenceTest {

    private static final KubernetesSummary.Flags IPVS = new KubernetesSummary.Flags("ipvs", "lc", 900, null, null);
    private static final KubernetesSummary.Flags UNKNOWN = new KubernetesSummary.Flags(null, null, null, null, null);

    private final FakeFleet fleet = new FakeFleet();
    private final Console console = new Console().server(fleet.address());

    @AfterEach
    void stop() {
        fleet.close();
    }

    private static ClusterView cluster(String name, String env, @Nullable KubernetesSummary kubernetes) {
        return new ClusterView(
                Fixtures.id("rg-prod", name),
                name,
                "sub-1",
                "rg-prod",
                "westeurope",
                Map.of("env", env),
                "1.33.2",
                "Succeeded",
                "Running",
                3,
                0,
                false,
                null,
                "IPVS",
                "LeastConnection",
                "IPVS LeastConnection",
                null,
                kubernetes,
                null,
                null,
                null);
    }

    private static KubernetesSummary.Seen seen(Instant at, boolean observed, int updated) {
        return new KubernetesSummary.Seen(
                at,
                at.plus(Duration.ofMinutes(30)),
                new KubernetesSummary.DaemonSet(observed, 3, updated, 2, IPVS),
                List.of(
                        new KubernetesSummary.Pods(IPVS, true, true, 2, at),
                        new KubernetesSummary.Pods(UNKNOWN, false, false, 1, null)),
                1,
                3,
                2,
                4,
                1,
                Map.of("amd64", 3),
                Map.of("IPVSDeprecation", 2),
                null);
    }

    private void showing(
            @Nullable KubernetesSummary kubernetes,
            List<ClusterDetail.Node> nodes,
            List<ClusterDetail.KubernetesNode> silent) {
        ClusterView cluster = cluster("aks-weu-01", "prod", kubernetes);
        fleet.on("GET /api/v1/clusters", 200, List.of(cluster))
                .on(
                        "GET /api/v1/clusters/sub-1/rg-prod/aks-weu-01",
                        200,
                        new ClusterDetail(cluster, nodes, silent, List.of(), null));
    }

    private String sheet() {
        assertThat(console.run("get", "cluster", "aks-weu-01")).isZero();
        return console.out();
    }

    private String wide() {
        assertThat(console.run("get", "clusters", "-o", "wide")).isZero();
        return console.out().lines().toList().get(1);
    }

    @Test
    void whatNobodyLooksAtIsSaid() {
        showing(null, List.of(), List.of());

        assertThat(wide()).endsWith("not looked at");
        assertThat(sheet()).contains("kubernetes  not looked at");
    }

    @Test
    void whatTheKubernetesApiShowsStandsBesideTheAgents() {
        showing(
                new KubernetesSummary(null, null, seen(Fixtures.NOW.minusSeconds(7), false, 2), null),
                List.of(),
                List.of());

        assertThat(sheet())
                .contains("kubernetes  seen 7s ago; DaemonSet ipvs lc tcp=900 tcpfin=- udp=-; of 3 nodes 2 updated,"
                        + " 2 available; its newest specification is not being rolled out yet\n")
                .contains("pods        2 ipvs lc tcp=900 tcpfin=- udp=-; 1 with unknown flags, not ready, to be"
                        + " replaced; 1 restarts again and again\n")
                .contains("machines    3 Linux (2 ready; 3 amd64), 4 Windows, where no agent runs, 1 virtual\n")
                .contains("events      IPVSDeprecation on 2 nodes\n");
    }

    @Test
    void anOldViewIsCalledOldFromTheTimeThatTheServiceNames() {
        KubernetesSummary.Seen seen = seen(Fixtures.NOW.minus(Duration.ofMinutes(30)), true, 3);
        showing(new KubernetesSummary(null, null, seen, null), List.of(), List.of());

        assertThat(wide()).endsWith("3/3 ipvs lc, old");
        assertThat(sheet()).contains("kubernetes  old: seen 30m00s ago; ");
    }

    @Test
    void troubleAndDisagreementHaveTheirCodeAndWhatHelps() {
        showing(
                new KubernetesSummary(
                        new Finding("AccessForbidden", "it may not list pods", "Grant the role."),
                        Fixtures.NOW.minusSeconds(90),
                        seen(Fixtures.NOW.minusSeconds(100), true, 3),
                        new Finding("FlagsDiffer", "the DaemonSet has other flags", null)),
                List.of(),
                List.of());

        assertThat(wide()).endsWith("3/3 ipvs lc  AccessForbidden  FlagsDiffer");
        assertThat(sheet())
                .contains("trouble     AccessForbidden: it may not list pods (for 1m30s). Grant the role.\n")
                .contains("disagree    FlagsDiffer: the DaemonSet has other flags\n");
    }

    @Test
    void aClusterThatWasNeverSeenSaysWhy() {
        showing(
                new KubernetesSummary(
                        new Finding("LocalAccountsOnly", "it has no Entra integration", "Rely on agents."),
                        Fixtures.START,
                        null,
                        null),
                List.of(),
                List.of());

        assertThat(wide()).endsWith(" LocalAccountsOnly");
        assertThat(sheet()).contains("kubernetes  never seen\n");
    }

    @Test
    void aNodeHasOneRowWithBothSources() {
        ClusterDetail.KubernetesNode both =
                node("node-0", new ClusterDetail.Pod("p", "ipvs", true, true, 0, null, null));
        ClusterDetail.KubernetesNode silent =
                node("node-1", new ClusterDetail.Pod("q", "ipvs", false, false, 5, null, "CrashLoopBackOff"));
        showing(
                new KubernetesSummary(null, null, seen(Fixtures.NOW, true, 3), null),
                List.of(agent("node-0", both, false), agent("node-9", null, true)),
                List.of(silent, node("node-2", null)));

        assertThat(sheet())
                .containsPattern("node-0 .*ipvs lc .* ipvs, ready +v1\\.34\\.1 +5\\.15 +arm64\n")
                .containsPattern("node-9 .* not a node of this cluster +- +- +-\n")
                .containsPattern("node-1 +no agent +- .* ipvs, CrashLoopBackOff, to be replaced, restarts: 5 ")
                .containsPattern("node-2 +no agent +- .* no kube-proxy ");
    }

    private static ClusterDetail.KubernetesNode node(String name, ClusterDetail.@Nullable Pod pod) {
        return new ClusterDetail.KubernetesNode(name, true, "arm64", "5.15", "v1.34.1", pod);
    }

    private static ClusterDetail.Node agent(
            String name, ClusterDetail.@Nullable KubernetesNode kubernetes, boolean foreign) {
        return new ClusterDetail.Node(
                name,
                Fixtures.START,
                new ObservedKubeProxy("ipvs", "lc", 900, 120, 300, "Proven", "proven", true),
                null,
                null,
                null,
                3,
                9,
                42,
                0,
                null,
                null,
                List.of(),
                null,
                kubernetes,
                foreign);
    }

    private void agents() {
        Finding missing = new Finding("NodesWithoutAgent", "no agent reports from 1 of its 3 nodes", "Look at pods.");
        fleet.on(
                        "GET /api/v1/agents",
                        200,
                        new AgentsView(
                                Map.of("1.4", 5, "1.3", 1),
                                List.of(new Finding(
                                        "AgentVersionsDiffer", "version 1.4 runs on 5 nodes", "Bring them.")),
                                List.of(
                                        new AgentsView.Cluster(
                                                Fixtures.id("rg-prod", "prod-1"),
                                                "prod-1",
                                                2,
                                                1,
                                                3,
                                                AgentsView.CountedBy.Kubernetes,
                                                Map.of("1.4", 2),
                                                List.of("node-7"),
                                                List.of("node-8"),
                                                List.of(missing)),
                                        new AgentsView.Cluster(
                                                "/typo", "typo", 4, 0, null, null, Map.of(), null, List.of(),
                                                List.of()))))
                .on(
                        "GET /api/v1/clusters",
                        200,
                        List.of(cluster("prod-1", "prod", null), cluster("dev-1", "dev", null)));
    }

    @Test
    void agentsAreListedByClusterWithWhatIsWrong() {
        agents();

        assertThat(console.run("get", "agents")).isZero();
        assertThat(console.out())
                .containsPattern("prod-1 +2/3 +1 +Kubernetes +1\\.4 on 2 +NodesWithoutAgent\n")
                .containsPattern("typo +4/\\? +0 +nobody +- +-\n")
                .contains("AgentVersionsDiffer: version 1.4 runs on 5 nodes. Bring them.\n")
                .contains("prod-1  NodesWithoutAgent: no agent reports from 1 of its 3 nodes\n")
                .endsWith("\n\nNodesWithoutAgent: Look at pods.\n")
                .doesNotContain("node-7");
    }

    @Test
    void agentsNameTheirNodesWhereTheyAreAskedTo() {
        agents();

        assertThat(console.run("get", "agents", "-o", "wide")).isZero();
        assertThat(console.out()).contains("no agent on node-7\n", "not a node of it: node-8\n");
    }

    @Test
    void agentsOfSelectedClustersAreShownAlone() {
        agents();

        assertThat(console.run("get", "agents", "--select", "env=dev", "-o", "json"))
                .isZero();
        assertThat(console.out()).contains("\"AgentVersionsDiffer\"").doesNotContain("prod-1", "typo");
    }
}
