package dev.kubeproxyfleet.schemas.reason;

/** Why a cluster is in no rollout. */
public enum SelectionReason implements Reason {
    NotSelected("No config in force selects the cluster."),
    NotInRollout("A config selects the cluster, and none of its rollouts has taken the cluster in."),
    NewClustersIgnored(
            "The cluster came to be selected after the plan, and the config says `newClusters: Ignore`.",
            "Run `kpfleet retry --cluster`.");

    private final Words words;

    SelectionReason(String meaning) {
        words = new Words(meaning, null);
    }

    SelectionReason(String meaning, String helps) {
        words = new Words(meaning, helps);
    }

    @Override
    public Words words() {
        return words;
    }
}
