package dev.kubeproxyfleet.fleet.health;

import dev.kubeproxyfleet.schemas.avro.ClusterHealth;
import dev.kubeproxyfleet.schemas.avro.ClusterKubernetes;
import dev.kubeproxyfleet.schemas.avro.KubernetesSeen;
import dev.kubeproxyfleet.schemas.avro.NodeSummary;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.reason.AgentReason;
import dev.kubeproxyfleet.schemas.reason.Reason;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.text.Count;
import dev.kubeproxyfleet.schemas.view.AgentsView;
import dev.kubeproxyfleet.schemas.view.Finding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Says which agents run, where they are missing, and which of them speak for a cluster that is not theirs. */
public final class AgentJudge {

    /** Names in a message; the lists have all. */
    private static final int EXAMPLES = 5;

    private static final String RUNNING = "Running";

    private AgentJudge() {}

    /**
     * @param clusters of the inventory by id
     * @param healths by cluster id, whether or not the inventory has it
     * @param kubernetes by cluster id
     */
    public static AgentsView judge(
            Map<String, ClusterRecord> clusters,
            Map<String, ClusterHealth> healths,
            Map<String, ClusterKubernetes> kubernetes) {
        List<AgentsView.Cluster> judged = Stream.concat(
                        clusters.values().stream()
                                .map(cluster ->
                                        known(cluster, healths.get(cluster.id()), kubernetes.get(cluster.id()))),
                        healths.values().stream()
                                .filter(health ->
                                        health.getNodesReporting() > 0 && !clusters.containsKey(health.getCluster()))
                                .map(AgentJudge::unknown))
                .sorted(Comparator.comparing(AgentsView.Cluster::name).thenComparing(AgentsView.Cluster::id))
                .toList();
        Map<String, Integer> versions = new TreeMap<>();
        judged.forEach(cluster ->
                cluster.versions().forEach((version, nodes) -> versions.merge(version, nodes, Integer::sum)));
        return new AgentsView(versions, differing(versions).stream().toList(), judged);
    }

    private static AgentsView.Cluster known(
            ClusterRecord cluster, @Nullable ClusterHealth health, @Nullable ClusterKubernetes record) {
        ClusterKubernetes kubernetes = record == null || cluster.isOtherThan(record.getUid()) ? null : record;
        KubernetesSeen seen = kubernetes == null || kubernetes.getTrouble() != null ? null : kubernetes.getSeen();
        int nodes = seen == null ? cluster.nodeCount() : seen.getLinuxNodes();
        int reporting = health == null ? 0 : health.getNodesReporting();
        Map<String, Integer> versions = health == null ? Map.of() : health.getAgentVersions();
        Roster roster = Roster.of(health, kubernetes);
        List<Finding> findings = new ArrayList<>();
        if (cluster.powerState().equals(RUNNING)) {
            findings.addAll(missing(nodes, reporting, roster.silent()));
        }
        if (!roster.foreign().isEmpty()) {
            findings.add(Finding.of(
                    AgentReason.NodesOfOtherCluster,
                    Count.of(
                                    roster.foreign().size(),
                                    "node that it does not have reports",
                                    "nodes that it does not have report")
                            + ": " + names(roster.foreign())));
        }
        findings.addAll(leftOut(health));
        findings.addAll(differing(versions));
        return new AgentsView.Cluster(
                cluster.id(),
                cluster.name(),
                reporting,
                health == null ? 0 : health.getNodesProven(),
                nodes,
                seen == null ? AgentsView.CountedBy.Azure : AgentsView.CountedBy.Kubernetes,
                versions,
                roster.silent(),
                roster.foreign(),
                findings);
    }

    /** @param silent null where the nodes cannot be told one by one */
    private static List<Finding> missing(int nodes, int reporting, @Nullable List<String> silent) {
        int missing = silent == null ? nodes - reporting : silent.size();
        if (missing <= 0) {
            return List.of();
        }
        return List.of(
                reporting == 0
                        ? Finding.of(
                                AgentReason.NoAgents, "no agent reports from any of its " + Count.of(nodes, "node"))
                        : Finding.of(
                                AgentReason.NodesWithoutAgent,
                                "no agent reports from " + missing + " of its " + Count.of(nodes, "node")
                                        + (silent == null ? "" : ": " + names(silent))));
    }

    /** What was left out for its token, by reason. */
    private static List<Finding> leftOut(@Nullable ClusterHealth health) {
        if (health == null) {
            return List.of();
        }
        return health.getLeftOut().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> {
                    ReasonCode code = ReasonCode.of(entry.getKey());
                    return Finding.of(
                            code,
                            "what came in the name of " + Count.of(entry.getValue(), "node") + " was left out"
                                    + (code instanceof Reason reason
                                            ? ": " + clause(reason.words().meaning())
                                            : ""));
                })
                .toList();
    }

    private static String clause(String sentence) {
        return sentence.substring(0, 1).toLowerCase(Locale.ROOT) + sentence.substring(1, sentence.length() - 1);
    }

    private static AgentsView.Cluster unknown(ClusterHealth health) {
        String id = health.getCluster();
        List<String> nodes =
                health.getNodes().stream().map(NodeSummary::getNode).toList();
        List<Finding> findings = new ArrayList<>(differing(health.getAgentVersions()));
        findings.addFirst(Finding.of(
                AgentReason.AgentsOfUnknownCluster,
                Count.of(health.getNodesReporting(), "node reports", "nodes report")
                        + " for it, and the inventory has no such cluster: " + names(nodes)));
        return new AgentsView.Cluster(
                id,
                id.substring(id.lastIndexOf('/') + 1),
                health.getNodesReporting(),
                health.getNodesProven(),
                null,
                null,
                health.getAgentVersions(),
                null,
                List.of(),
                findings);
    }

    private static List<Finding> differing(Map<String, Integer> versions) {
        return versions.size() < 2
                ? List.of()
                : List.of(Finding.of(
                        AgentReason.AgentVersionsDiffer,
                        versions.entrySet().stream()
                                .sorted(Map.Entry.<String, Integer>comparingByValue()
                                        .reversed()
                                        .thenComparing(Map.Entry.comparingByKey()))
                                .map(entry ->
                                        "version " + entry.getKey() + " runs on " + Count.of(entry.getValue(), "node"))
                                .collect(Collectors.joining(", "))));
    }

    private static String names(List<String> nodes) {
        return nodes.stream().limit(EXAMPLES).collect(Collectors.joining(", "))
                + (nodes.size() > EXAMPLES ? " and " + (nodes.size() - EXAMPLES) + " more" : "");
    }
}
