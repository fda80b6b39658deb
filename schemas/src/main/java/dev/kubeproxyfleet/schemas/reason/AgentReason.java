package dev.kubeproxyfleet.schemas.reason;

/** What is not as it should be with the agents of the fleet. It stops nothing; what nodes do not report, gates miss. */
public enum AgentReason implements Reason {
    NoAgents(
            "No agent reports from any node of the cluster.",
            "Install the agent there (`kpfleet agent install`, or deliver what `kpfleet agent manifest` writes), or look at its pods: `kubectl -n kubeproxy-fleet get pods`."),
    NodesWithoutAgent(
            "From some Linux nodes of the cluster no agent reports.",
            "See which pods of the agent do not run: `kubectl -n kubeproxy-fleet get pods -o wide`."),
    NodesOfOtherCluster(
            "Agents speak for the cluster from nodes that it does not have: they run in another one, with a wrong cluster id.",
            "Find the cluster that has these nodes, and set `KPFLEET_AGENT_CLUSTER_ID` right there."),
    AgentsOfUnknownCluster(
            "Agents speak for a cluster that the inventory does not have.",
            "Set their `KPFLEET_AGENT_CLUSTER_ID` right, or add the cluster's subscription to `kpfleet.azure.subscriptions`."),
    AgentVersionsDiffer(
            "Agents of more than one version run.",
            "Bring them all to one version; `kpfleet get agents` shows where which runs.");

    private final Words words;

    AgentReason(String meaning, String helps) {
        words = new Words(meaning, helps);
    }

    @Override
    public Words words() {
        return words;
    }
}
