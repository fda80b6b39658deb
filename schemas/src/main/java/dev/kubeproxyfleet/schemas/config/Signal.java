package dev.kubeproxyfleet.schemas.config;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What is counted on nodes in every mode of kube-proxy, so that clusters that a rollout changed compare with others. */
public enum Signal {
    /** ICMP unreachables that the node sent: what refused service addresses cause. */
    @JsonProperty("refusals")
    REFUSALS("refusals", "refused connections", 0.05, 92),

    /** Connections that conntrack could not insert, or dropped. */
    @JsonProperty("conntrackFailures")
    CONNTRACK_FAILURES("conntrackFailures", "conntrack failures", 0.05, 92),

    /** Synchronisations of rules that kube-proxy counts as failed. */
    @JsonProperty("syncFailures")
    SYNC_FAILURES("syncFailures", "failed rule synchronisations", 1 / 600.0, 140),

    /** Synchronisations of rules that took longer than 99 % of the cluster's did before. */
    @JsonProperty("slowSyncs")
    SLOW_SYNCS("slowSyncs", "slow rule synchronisations", 1 / 600.0, 140),

    /** Probes of the cluster's DNS service through its ClusterIP that failed. */
    @JsonProperty("probeFailures")
    PROBE_FAILURES("probeFailures", "failed probes of cluster DNS", 0.05, 92);

    private final String key;
    private final String words;
    private final double defaultFloor;
    private final int defaultMinNodeSeconds;

    Signal(String key, String words, double defaultFloor, int defaultMinNodeSeconds) {
        this.key = key;
        this.words = words;
        this.defaultFloor = defaultFloor;
        this.defaultMinNodeSeconds = defaultMinNodeSeconds;
    }

    /** As it is written in a gate, and on the wire. */
    public String key() {
        return key;
    }

    /** For people, in the plural. */
    public String words() {
        return words;
    }

    /** Events a second and node beyond what is expected, below which nothing fails. */
    public double defaultFloor() {
        return defaultFloor;
    }

    /** Seconds that nodes must have been watched, in sum, before nothing seen is taken for nothing there. */
    public int defaultMinNodeSeconds() {
        return defaultMinNodeSeconds;
    }
}
