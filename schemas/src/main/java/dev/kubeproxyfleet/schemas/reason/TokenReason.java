package dev.kubeproxyfleet.schemas.reason;

/** Why a snapshot's token does not prove that the snapshot comes from a node of its cluster. */
public enum TokenReason implements Reason {
    NoToken(
            "The agent sends no token: it is of version 0.1, or has none mounted.",
            "Bring the agents to the service's version with the manifest of that version (`kpfleet agent manifest`)."),
    NoIssuer(
            "Azure names no OIDC issuer of the cluster, so nobody can tell whether a token is the cluster's.",
            "Give the cluster one: `az aks update -g <group> -n <cluster> --enable-oidc-issuer`."),
    IssuerKeysUnknown(
            "The keys of the cluster's issuer are not known yet.",
            "If it stays so, see the service's log, and let the service reach the issuer over HTTPS (`az aks show` prints it as `oidcIssuerProfile.issuerUrl`)."),
    TokenUnreadable(
            "What came as a token is none.", "See what is mounted at `KPFLEET_AGENT_TOKEN_FILE` in the agent's pod."),
    TokenOfOtherIssuer(
            "The token is of another issuer than the cluster's: an agent of another cluster speaks for this one.",
            "Find the cluster that has this issuer. If its agents have a wrong `KPFLEET_AGENT_CLUSTER_ID`, set it right; if they have not, somebody has got hold of one of its nodes."),
    TokenForged(
            "The token says that it is of the cluster's issuer, and that issuer has not signed it.",
            "Nothing of ours sends such a token: find out who writes to topic `node-stats` beside the agents."),
    TokenOfOtherAccount(
            "The token is of another service account than the agent's, or for another audience.",
            "Set `kpfleet.agents.service-account` and `kpfleet.agents.audience` to what the agents' manifest has."),
    TokenOfOtherNode(
            "The token is of a pod on another node than the one that the snapshot is of.",
            "If nobody has set `KPFLEET_AGENT_NODE_NAME` of an agent by hand, somebody has got hold of that node."),
    TokenExpired(
            "The token was not valid at the time: it had expired, or was not valid yet.",
            "See whether the node's kubelet reaches its API server, which renews it, and whether the broker's clock is right.");

    private final Words words;

    TokenReason(String meaning, String helps) {
        words = new Words(meaning, helps);
    }

    @Override
    public Words words() {
        return words;
    }

    /** Whether the token speaks against the snapshot; otherwise nothing is known, and nobody is accused. */
    public boolean refutes() {
        return switch (this) {
            case NoToken, NoIssuer, IssuerKeysUnknown -> false;
            case TokenUnreadable,
                    TokenOfOtherIssuer,
                    TokenForged,
                    TokenOfOtherAccount,
                    TokenOfOtherNode,
                    TokenExpired -> true;
        };
    }
}
