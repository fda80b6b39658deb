package dev.kubeproxyfleet.schemas.reason;

import org.jspecify.annotations.Nullable;

/** What keeps the service from installing a cluster's agents, or removing them, beside reasons of Azure and of the Kubernetes API. */
public enum InstallReason implements Reason {
    InstallationOff(
            "The service is not set to install agents.",
            "Set `kpfleet.kubernetes.enabled` and `kpfleet.kubernetes.install-agents`, and grant the role for it."),
    AgentsNotOurs(
            "Objects of agents that the service has not installed are there, so that it leaves the cluster alone; the message names one.",
            "Go on with whatever manages them, or remove them; an empty namespace is given over by the label `app.kubernetes.io/managed-by: kubeproxy-fleet`."),
    FieldConflict(
            "Somebody else has taken over a field of the agents' objects, and nothing is taken by force; the message has Kubernetes' words.",
            "Let that manager give the field up, or change it no more."),
    ObjectRefused(
            "The cluster's API or a policy of the cluster refuses an object of the agents; the message has its words.",
            "Where Deployment Safeguards refuse host network, exclude the namespace: `az aks safeguards update -g <group> -n <cluster> --excluded-ns kubeproxy-fleet`."),
    StillChanging(
            "Objects of the agents are being deleted, or changed by somebody else at the same time; they are read and tried again.");

    private final Words words;

    InstallReason(String meaning) {
        this(meaning, null);
    }

    InstallReason(String meaning, @Nullable String helps) {
        words = new Words(meaning, helps);
    }

    @Override
    public Words words() {
        return words;
    }
}
