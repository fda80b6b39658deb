package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.fleet.rollout.KubernetesView.AgentDaemonSet;
import dev.kubeproxyfleet.schemas.agent.AgentManifest;
import dev.kubeproxyfleet.schemas.config.AgentConfig;
import dev.kubeproxyfleet.schemas.config.Desired;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.RolloutPlan;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a cluster has of one kind, as far as that is known: its kube-proxy configuration by the inventory, its agents by its
 * Kubernetes API.
 */
sealed interface Present {

    /** A config could have given it. */
    record Known(Desired has) implements Present {}

    /**
     * No config gives such a thing.
     *
     * @param words in place of a noun
     */
    record Other(String words) implements Present {}

    /** Nobody has seen it, or not since it counts. */
    record Unseen() implements Present {}

    /** What it had when it was last seen, of the kind that the rollout gives. */
    static Present of(Rollout rollout, Draft draft, ClusterRecord cluster) {
        return of(rollout.spec().desired().kind(), draft.fleet(), cluster);
    }

    /** What it had when it was last seen. */
    static Present of(Desired.Kind kind, Inventory inventory, ClusterRecord cluster) {
        return since(Instant.MIN, kind, inventory, cluster);
    }

    /** @param since what a Kubernetes API showed before says nothing; of the inventory nobody knows its time */
    static Present since(Instant since, Desired.Kind kind, Inventory inventory, ClusterRecord cluster) {
        return switch (kind) {
            case KubeProxy ->
                cluster.kubeProxy() == null
                        ? new Other(RolloutPlan.Change.UNREADABLE)
                        : new Known(new Desired.KubeProxy(cluster.kubeProxy()));
            case Agents -> agents(inventory.kubernetes(cluster.id()), cluster, since);
        };
    }

    private static Present agents(KubernetesView view, ClusterRecord cluster, Instant since) {
        KubernetesView.Seen seen = view.seen();
        return seen == null || seen.agents() == null || seen.at().isBefore(since) || cluster.isOtherThan(view.uid())
                ? new Unseen()
                : agents(seen.agents());
    }

    /** What so many DaemonSets are together. */
    static Present agents(List<AgentDaemonSet> daemonSets) {
        if (daemonSets.isEmpty()) {
            return new Known(new Desired.Agents(AgentConfig.DISABLED));
        }
        if (!daemonSets.stream().allMatch(AgentDaemonSet::isOwned)) {
            return new Other("agents that the fleet service has not installed");
        }
        AgentDaemonSet amd64 = named(AgentManifest.NAME, daemonSets);
        AgentDaemonSet arm64 = named(AgentManifest.JVM_NAME, daemonSets);
        if (amd64 == null || arm64 == null) {
            return new Other("one DaemonSet of agents and not the other");
        }
        return amd64.kafka() == null || !amd64.kafka().equals(arm64.kafka())
                ? new Other("agents that do not tell their brokers")
                : new Known(new Desired.Agents(new AgentConfig(true, amd64.image(), arm64.image(), amd64.kafka())));
    }

    private static @Nullable AgentDaemonSet named(String name, List<AgentDaemonSet> daemonSets) {
        return daemonSets.stream()
                .filter(daemonSet -> daemonSet.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    /** Null if it is nothing that a config gives, or nobody knows. */
    default @Nullable Desired known() {
        return this instanceof Known(Desired has) ? has : null;
    }

    /** Whether it is known to be this. */
    default boolean is(Desired desired) {
        return this instanceof Known(Desired has) && has.isSameAs(desired);
    }

    /** In place of a noun. */
    default String describe() {
        return switch (this) {
            case Known(Desired has) -> has.describe();
            case Other(String words) -> words;
            case Unseen() -> RolloutPlan.Change.UNKNOWN;
        };
    }
}
