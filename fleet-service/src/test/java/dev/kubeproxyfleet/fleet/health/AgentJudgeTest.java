package dev.kubeproxyfleet.fleet.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.fleet.kubernetes.KubernetesRecords;
import dev.kubeproxyfleet.fleet.rollout.ClusterRecords;
import dev.kubeproxyfleet.schemas.avro.ClusterHealth;
import dev.kubeproxyfleet.schemas.avro.ClusterKubernetes;
import dev.kubeproxyfleet.schemas.avro.NodeSummary;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.reason.KubernetesReason;
import dev.kubeproxyfleet.schemas.view.AgentsView;
import dev.kubeproxyfleet.schemas.view.Finding;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AgentJudgeTest {

    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final String ID = "/subscriptions/s/resourcegroups/rg/providers/x/managedclusters/prod-1";
    private static final ClusterRecord CLUSTER =
            ClusterRecords.running(ID, "prod-1", "s", "rg").nodeCount(3).build();
    private static final ClusterKubernetes SEEN = KubernetesRecords.rolledOut(ID, NOON, 3, "ipvs", "lc");

    private static ClusterHealth health(String cluster, Map<String, Integer> versions, int more, String... nodes) {
        return ClusterHealth.newBuilder()
                .setCluster(cluster)
                .setAt(NOON)
                .setNodesExpected(3)
                .setNodesReporting(nodes.length + more)
                .setObserved(List.of())
                .setActiveConnections(0)
                .setInactiveConnections(0)
                .setAgentVersions(versions)
                .setNodes(Stream.of(nodes).map(AgentJudgeTest::node).toList())
                .build();
    }

    private static NodeSummary node(String name) {
        return NodeSummary.newBuilder()
                .setNode(name)
                .setTakenAt(NOON)
                .setKubeProxyStartedAt(
                        NOON.plusSeconds(name.startsWith("new") ? 5 : -60).toEpochMilli())
                .setServices(0)
                .setBackends(0)
                .setActiveConnections(0)
                .setInactiveConnections(0)
                .build();
    }

    private static AgentsView.Cluster judged(
            ClusterRecord cluster, @Nullable ClusterHealth health, @Nullable ClusterKubernetes kubernetes) {
        return AgentJudge.judge(
                        Map.of(ID, cluster),
                        health == null ? Map.of() : Map.of(health.getCluster(), health),
                        kubernetes == null ? Map.of() : Map.of(ID, kubernetes))
                .clusters()
                .getFirst();
    }

    private static List<String> codes(AgentsView.Cluster cluster) {
        return cluster.findings().stream().map(Finding::code).toList();
    }

    @Test
    void nothingIsFoundWhereEachNodeReports() {
        AgentsView.Cluster judged = judged(
                CLUSTER,
                health(ID, Map.of("1.4", 3), 0, "aks-system-00000", "aks-system-00001", "aks-system-00002"),
                SEEN);

        assertThat(judged.findings()).isEmpty();
        assertThat(judged.silentNodes()).isEmpty();
        assertThat(judged.countedBy()).isEqualTo(AgentsView.CountedBy.Kubernetes);
        assertThat(judged.versions()).isEqualTo(Map.of("1.4", 3));
    }

    @Test
    void nodesWithoutAnAgentAreNamedWhereBothListsAreWhole() {
        AgentsView.Cluster judged =
                judged(CLUSTER, health(ID, Map.of(), 0, "aks-system-00000", "aks-system-00002"), SEEN);

        assertThat(judged.silentNodes()).containsExactly("aks-system-00001");
        assertThat(judged.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.code()).isEqualTo("NodesWithoutAgent");
            assertThat(finding.message()).isEqualTo("no agent reports from 1 of its 3 nodes: aks-system-00001");
            assertThat(finding.helps()).contains("kubectl");
        });
    }

    @Test
    void nodesWithoutAnAgentAreCountedWhereNobodyListsThemAll() {
        AgentsView.Cluster byAzure = judged(CLUSTER, health(ID, Map.of(), 0, "aks-system-00000"), null);
        assertThat(byAzure.countedBy()).isEqualTo(AgentsView.CountedBy.Azure);
        assertThat(byAzure.silentNodes()).isNull();
        assertThat(byAzure.findings())
                .extracting(Finding::message)
                .containsExactly("no agent reports from 2 of its 3 nodes");

        AgentsView.Cluster cut = judged(CLUSTER, health(ID, Map.of(), 1, "aks-system-00000"), SEEN);
        assertThat(cut.silentNodes()).as("one that reports is not listed").isNull();
        assertThat(cut.findings())
                .extracting(Finding::message)
                .containsExactly("no agent reports from 1 of its 3 nodes");
    }

    @Test
    void aClusterWithoutAnAgentIsToldFromOneThatIsStopped() {
        assertThat(codes(judged(CLUSTER, null, SEEN))).containsExactly("NoAgents");
        assertThat(codes(judged(CLUSTER, null, null))).containsExactly("NoAgents");
        ClusterRecord stopped = ClusterRecords.of(CLUSTER).powerState("Stopped").build();
        assertThat(codes(judged(stopped, null, null))).isEmpty();
    }

    @Test
    void agentsOfNodesThatTheClusterDoesNotHaveAreOfAnotherCluster() {
        ClusterHealth health =
                health(ID, Map.of(), 0, "aks-system-00000", "aks-system-00001", "aks-system-00002", "other-0", "new-0");

        AgentsView.Cluster judged = judged(CLUSTER, health, SEEN);

        assertThat(judged.foreignNodes())
                .as("a node that has joined since is none")
                .containsExactly("other-0");
        assertThat(codes(judged)).containsExactly("NodesOfOtherCluster");
        assertThat(judged.findings().getFirst().message()).endsWith(": other-0");
    }

    @Test
    void nobodyIsCalledAStrangerByAListThatMayMissNodes() {
        ClusterHealth health = health(ID, Map.of(), 0, "other-0", "other-1", "other-2");
        ClusterKubernetes hindered =
                KubernetesRecords.hindered(SEEN, NOON, KubernetesReason.AccessForbidden, "no nodes");
        AgentsView.Cluster unseen = judged(CLUSTER, health, hindered);
        assertThat(unseen.foreignNodes()).isEmpty();
        assertThat(unseen.silentNodes()).as("of what was seen once").isNull();
        assertThat(unseen.countedBy()).isEqualTo(AgentsView.CountedBy.Azure);

        ClusterKubernetes cut = KubernetesRecords.listing(SEEN, "aks-system-00000", "aks-system-00001");
        assertThat(judged(CLUSTER, health, cut).foreignNodes()).isEmpty();

        ClusterKubernetes former = KubernetesRecords.of("created:1", SEEN);
        ClusterRecord again = ClusterRecords.of(CLUSTER).uid("created:2").build();
        assertThat(judged(again, health, former).countedBy())
                .as("of the cluster that had the id before")
                .isEqualTo(AgentsView.CountedBy.Azure);
    }

    @Test
    void agentsOfAClusterThatTheInventoryDoesNotHaveAreTold() {
        AgentsView agents = AgentJudge.judge(
                Map.of(),
                Map.of(
                        "/typo", health("/typo", Map.of("1.3", 2), 0, "a", "b"),
                        "/gone", health("/gone", Map.of(), 0)),
                Map.of());

        assertThat(agents.clusters()).singleElement().satisfies(cluster -> {
            assertThat(cluster.id()).isEqualTo("/typo");
            assertThat(cluster.nodes()).isNull();
            assertThat(codes(cluster)).containsExactly("AgentsOfUnknownCluster");
            assertThat(cluster.findings().getFirst().message()).endsWith("no such cluster: a, b");
        });
    }

    @Test
    void versionsThatDifferAreToldOfTheClusterAndOfTheFleet() {
        String other = ID + "0";
        AgentsView agents = AgentJudge.judge(
                Map.of(),
                Map.of(
                        ID, health(ID, Map.of("1.3", 1, "1.4", 2), 3),
                        other, health(other, Map.of("1.4", 3), 3)),
                Map.of());

        assertThat(agents.versions()).isEqualTo(Map.of("1.3", 1, "1.4", 5));
        assertThat(agents.findings())
                .extracting(Finding::message)
                .containsExactly("version 1.4 runs on 5 nodes, version 1.3 runs on 1 node");
        assertThat(agents.clusters())
                .extracting(cluster -> codes(cluster).contains("AgentVersionsDiffer"))
                .containsExactly(true, false);
    }
}
