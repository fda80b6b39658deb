package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.fleet.rollout.KubernetesView.AgentDaemonSet;
import dev.kubeproxyfleet.schemas.agent.AgentManifest;
import dev.kubeproxyfleet.schemas.config.AgentConfig;
import dev.kubeproxyfleet.schemas.config.Desired;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.RolloutPlan;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a cluster has of one kind, as far as that is known: its kube-proxy configuration by the inventory, its agents by its
 * Kubernetes API.
 */
public sealed interface Present {

    /**
     * A config could have given it.
     *
     * @param has as Azure shows it; with the mode that each node proves where kube-proxy has chosen it
     * @param isDefault whether Azure shows no mode
     */
    record Known(Desired has, boolean isDefault) implements Present {}

    /** Azure shows no mode, kube-proxy chooses one, and the nodes do not all prove the same. */
    record ModeUnknown() implements Present {}

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
                        : kubeProxy(cluster.kubeProxy(), cluster, inventory.evidence(cluster.id()));
            case Agents -> agents(inventory.kubernetes(cluster.id()), cluster, since);
        };
    }

    private static Present kubeProxy(KubeProxyConfig shown, ClusterRecord cluster, Evidence evidence) {
        Optional<KubeProxyConfig> has = shown.named(cluster.kubernetesVersion()).isPresent()
                ? Optional.of(shown)
                : inForce(shown, cluster, evidence);
        return has.<Present>map(known -> new Known(new Desired.KubeProxy(known), !shown.namesMode()))
                .orElseGet(ModeUnknown::new);
    }

    /** What a cluster runs for which Azure shows this, its mode by name; empty if nobody knows the mode. */
    static Optional<KubeProxyConfig> inForce(KubeProxyConfig shown, ClusterRecord cluster, Evidence evidence) {
        return shown.named(cluster.kubernetesVersion())
                .or(() -> evidence.provenMode(cluster.nodeCount()).map(shown::inMode));
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
            return new Known(new Desired.Agents(AgentConfig.DISABLED), false);
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
                : new Known(
                        new Desired.Agents(new AgentConfig(true, amd64.image(), arm64.image(), amd64.kafka())), false);
    }

    private static @Nullable AgentDaemonSet named(String name, List<AgentDaemonSet> daemonSets) {
        return daemonSets.stream()
                .filter(daemonSet -> daemonSet.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    /** Null if it is nothing that a config gives, or nobody knows. */
    default @Nullable Desired known() {
        return this instanceof Known(Desired has, var _) ? has : null;
    }

    /** Whether it is known to be this. */
    default boolean is(Desired desired) {
        return this instanceof Known(Desired has, var _) && has.isSameAs(desired);
    }

    /** Whether it is known to be this, and a write would not make Azure show a mode that it does not. */
    default boolean needsNoWrite(Desired desired) {
        return this instanceof Known(Desired has, boolean isDefault)
                && has.isSameAs(desired)
                && (!isDefault || desired instanceof Desired.KubeProxy(var given) && !given.namesMode());
    }

    /** Whether it is known not to be this in the cluster; a mode that nobody names or knows is no other one. */
    default boolean isOther(Desired desired, ClusterRecord cluster) {
        return switch (this) {
            case Unseen _, ModeUnknown _ -> false;
            case Other _ -> true;
            case Known(Desired has, var _) ->
                !has.isSameAs(desired)
                        && (desired.isKnownIn(cluster.kubernetesVersion()) || has.canBeSeen() != desired.canBeSeen());
        };
    }

    /** In place of a noun, where {@code next} follows. */
    default String describeBefore(Desired next) {
        return describe() + (is(next) && !needsNoWrite(next) ? Desired.BY_DEFAULT : "");
    }

    /** In place of a noun. */
    default String describe() {
        return switch (this) {
            case Known(Desired has, var _) -> has.describe();
            case ModeUnknown() -> "a mode that nobody knows";
            case Other(String words) -> words;
            case Unseen() -> RolloutPlan.Change.UNKNOWN;
        };
    }
}
