package dev.kubeproxyfleet.schemas.reason;

import org.jspecify.annotations.Nullable;

/** Why nothing, or not all, can be seen through a cluster's Kubernetes API. Agents still tell what they see. */
public enum KubernetesReason implements Reason {
    NotLookedYet("The cluster's turn to be looked at has not come yet."),
    ClusterNotSelected(
            "The cluster is not one that the service may look into.",
            "See `kpfleet.kubernetes.select`, `select-name` and `location`."),
    LocalAccountsOnly(
            "The cluster has no Entra integration, so that a user credential of it would be an administrator's; none is fetched.",
            "Integrate the cluster with Microsoft Entra ID, or rely on agents."),
    ClusterNotRunning("The cluster is stopped, or does not exist in full, so that its API does not answer."),
    CredentialRefused(
            "Azure does not say where the cluster's API is; the message has its answer.",
            "Grant `Microsoft.ContainerService/managedClusters/listClusterUserCredential/action`."),
    CredentialUnusable("What Azure says of the cluster's API names no https server of the cluster, or no authority."),
    TokenUnavailable(
            "Microsoft Entra ID gives the service no token for clusters; the message has its answer.",
            "See the service's identity."),
    TokenRefused(
            "The cluster's API does not accept the service's token.",
            "See that the cluster is integrated with the tenant of the service's identity."),
    AccessForbidden(
            "The service may not read what it needs; the message names the right.",
            "Grant the role of the guide of production to the service's identity."),
    CertificateUntrusted(
            "The server's certificate is not the cluster's: of another authority or name, or expired. No token was sent."),
    ServerUnreachable(
            "The cluster's API does not answer: it is private, filtered, or down.",
            "Let the service reach it, or rely on agents."),
    AnswerUnreadable(
            "The cluster's API answers with what is not Kubernetes', or leads elsewhere, which is not followed."),
    TooManyObjects("The cluster has more nodes than are watched."),
    ViewOutdated("Watches of the cluster's API have fallen behind what it answers; they are begun anew.");

    private final Words words;

    KubernetesReason(String meaning) {
        this(meaning, null);
    }

    KubernetesReason(String meaning, @Nullable String helps) {
        words = new Words(meaning, helps);
    }

    @Override
    public Words words() {
        return words;
    }
}
