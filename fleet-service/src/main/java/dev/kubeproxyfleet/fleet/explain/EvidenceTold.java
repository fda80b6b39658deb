package dev.kubeproxyfleet.fleet.explain;

import dev.kubeproxyfleet.schemas.config.Gate;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.view.ClusterView;
import dev.kubeproxyfleet.schemas.view.KubernetesSummary;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What those tell of a cluster whose word counts in its rollout.
 *
 * @param asked whose word counts
 * @param agentsTell whether any of its nodes reports
 * @param kubernetesTells whether its Kubernetes API is seen, and not only of old
 */
record EvidenceTold(
        Gate.Source asked,
        boolean agentsTell,
        boolean kubernetesTells,
        @Nullable ClusterView cluster) {

    /** @param rollout null if it is not known; agents are asked then, as by default */
    static EvidenceTold of(@Nullable ClusterView cluster, @Nullable RolloutStatus rollout, Instant now) {
        KubernetesSummary kubernetes = cluster == null ? null : cluster.kubernetes();
        KubernetesSummary.Seen seen = kubernetes == null ? null : kubernetes.seen();
        return new EvidenceTold(
                rollout == null
                        ? Gate.DEFAULT.evidence()
                        : rollout.spec().gate().evidence(),
                !NodesTold.silent(cluster),
                kubernetes != null && seen != null && kubernetes.isSeen() && now.isBefore(seen.oldFrom()),
                cluster);
    }

    /** Whether somebody whose word is needed says nothing. */
    boolean isSilent() {
        return switch (asked) {
            case Agents -> !agentsTell;
            case Kubernetes -> !kubernetesTells;
            case Either -> !agentsTell && !kubernetesTells;
            case Both -> !agentsTell || !kubernetesTells;
        };
    }

    /** Who has to show it, and who of them does not tell; after "until". */
    String awaited() {
        return switch (asked) {
            case Agents -> "its nodes show it" + NodesTold.evidence(cluster);
            case Kubernetes -> "its Kubernetes API shows it" + (kubernetesTells ? "" : ", but " + unseen());
            case Either ->
                "its nodes or its Kubernetes API show it"
                        + (agentsTell ? NodesTold.evidence(cluster) : "")
                        + (isSilent() ? ", but none of its nodes reports, and " + unseen() : "");
            case Both ->
                "its nodes and its Kubernetes API show it" + NodesTold.evidence(cluster)
                        + (kubernetesTells ? "" : agentsTell ? ", but " + unseen() : ", and " + unseen());
        };
    }

    private String unseen() {
        KubernetesSummary kubernetes = cluster == null ? null : cluster.kubernetes();
        if (kubernetes == null) {
            return "nobody looks at its Kubernetes API";
        }
        return kubernetes.trouble() == null
                ? "its Kubernetes API was not looked at lately"
                : "its Kubernetes API cannot be seen (" + kubernetes.trouble().code() + ")";
    }

    /** What a person can see to where somebody is silent, in the words of a command. */
    String help() {
        return switch (asked) {
            case Agents -> "see whether the agent runs on its nodes";
            case Kubernetes -> "see what keeps the service from seeing its Kubernetes API";
            case Either ->
                "see whether the agent runs on its nodes, or what keeps the service from seeing its Kubernetes API";
            case Both ->
                agentsTell
                        ? "see what keeps the service from seeing its Kubernetes API"
                        : kubernetesTells
                                ? "see whether the agent runs on its nodes"
                                : "see whether the agent runs on its nodes, and what keeps the service from seeing its"
                                        + " Kubernetes API";
        };
    }

    /** That nobody tells now what a converged cluster runs. */
    String unknown() {
        return switch (asked) {
            case Agents, Both -> agentsTell ? unseen() : "none of its nodes reports now, so what they run is unknown";
            case Kubernetes -> unseen() + " now, so what its nodes run is unknown";
            case Either -> "none of its nodes reports now, and " + unseen() + ", so what they run is unknown";
        };
    }
}
