package dev.kubeproxyfleet.schemas.reason;

/** What keeps the service from installing a cluster's agents, or removing them, beside reasons of Azure and of the Kubernetes API. */
public enum InstallReason implements Reason {
    AgentsNotOurs(
            "Objects of agents that the service has not installed are there, so that it leaves the cluster alone; the message names one.",
            "Go on with whatever manages them, or remove them; an empty namespace is given over by the label `app.kubernetes.io/managed-by: kubeproxy-fleet`.");

    private final Words words;

    InstallReason(String meaning, String helps) {
        words = new Words(meaning, helps);
    }

    @Override
    public Words words() {
        return words;
    }
}
