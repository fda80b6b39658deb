package dev.kubeproxyfleet.schemas.message;

import dev.kubeproxyfleet.schemas.config.AgentConfig;
import dev.kubeproxyfleet.schemas.config.Desired;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One cluster of a rollout as people see it. Topic {@code rollout-clusters}, key {@link #key()}.
 *
 * @param cluster ARM resource id, lower case
 * @param uid of the cluster, see {@link ClusterRecord#uid()}; null if it was not known
 * @param code stable reason code of the state: what it waits for, why it failed or was skipped, how it has drifted since it
 *     converged; null where there is none
 * @param message one sentence for people, with ARM's own words where ARM gave them
 * @param since when the state began
 * @param group of its stage; null where the stage has none
 * @param before the kube-proxy configuration that it had before this rollout: by the inventory, then by what ARM showed just before
 *     the write; null where that cannot be read, and if the rollout is about agents
 * @param agentsBefore the agents that it had before this rollout: by its Kubernetes API; null where that cannot be told, and if the
 *     rollout is about kube-proxy
 * @param plan what was planned for it; null if it has joined since
 * @param actions what people can ask about this cluster alone where nothing about its rollout stands against it; a cluster that is
 *     tried again may still turn out not to be changeable. Null where only asking tells: in a record of an earlier version
 * @param cost what its latest change cost; null until that is told
 */
public record RolloutClusterStatus(
        String rollout,
        String cluster,
        @Nullable String uid,
        String stage,
        @Nullable String group,
        State state,
        @Nullable ReasonCode code,
        String message,
        Instant since,
        int attempt,
        @Nullable KubeProxyConfig before,
        @Nullable AgentConfig agentsBefore,
        @Nullable Plan plan,
        @Nullable List<Command.Action> actions,
        @Nullable ChangeCost cost) {

    public static final String TYPE = "dev.kubeproxyfleet.rollout-cluster.v1";

    public RolloutClusterStatus {
        actions = actions == null ? null : List.copyOf(actions);
    }

    /**
     * What the plan of the rollout had shown for a cluster.
     *
     * @param from the kube-proxy configuration that it had by the inventory; null if that cannot be read, or it is about agents
     * @param agentsFrom the agents that it had by its Kubernetes API; null if that cannot be told, or it is about kube-proxy
     * @param skipped why it was to be left alone; null if it was not
     */
    public record Plan(
            String stage,
            @Nullable String group,
            @Nullable KubeProxyConfig from,
            @Nullable AgentConfig agentsFrom,
            RolloutPlan.@Nullable Reason skipped) {

        /** What it had; null if nobody could tell. */
        public @Nullable Desired had() {
            return Desired.ofKnown(from, agentsFrom);
        }
    }

    /** What it had before this rollout; null if nobody can tell. */
    public @Nullable Desired had() {
        return Desired.ofKnown(before, agentsBefore);
    }

    public String key() {
        return rollout + cluster;
    }

    /** Whether it converged and was changed since, by the controller's word. */
    public boolean hasDrifted() {
        return state == State.Converged && code != null;
    }

    /** States of a cluster in a rollout. */
    public enum State {
        Waiting,
        Updating,
        Verifying,
        Converged,
        Failed,
        Skipped,
        RolledBack
    }
}
