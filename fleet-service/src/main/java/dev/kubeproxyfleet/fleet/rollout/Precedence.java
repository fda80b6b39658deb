package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Which of several configs that give one cluster the same kind of thing may change it: the higher priority; equal ones block each other. */
final class Precedence {

    private record Contender(String name, int priority, Selection selection) {}

    private final List<Contender> others;
    private final int priority;
    private final String name;

    /** @param claims of every config that is not deleted, {@code name} among them or not */
    Precedence(String name, FleetConfig.Spec spec, List<Claim> claims) {
        this.name = name;
        this.priority = spec.priority();
        this.others = claims.stream()
                .filter(claim -> !claim.config().equals(name)
                        && claim.kind() == spec.desired().kind()
                        && claim.priority() >= priority)
                .sorted(Comparator.comparing(Claim::priority).reversed().thenComparing(Claim::config))
                .map(claim -> new Contender(claim.config(), claim.priority(), new Selection(claim.selector())))
                .toList();
    }

    /** Why this config must leave {@code cluster} alone, at least for now; empty if it need not. */
    Optional<Preflight.Verdict> objection(ClusterRecord cluster) {
        return others.stream()
                .filter(other -> other.selection().test(cluster))
                .findFirst()
                .map(other -> other.priority() > priority
                        ? new Preflight.Verdict.Skip(
                                ClusterReason.LowerPriority,
                                "config " + other.name() + " selects it too, with priority " + other.priority()
                                        + " over " + priority)
                        : new Preflight.Verdict.Wait(
                                ClusterReason.ConflictingConfigs,
                                "configs " + name + " and " + other.name() + " both select it with priority " + priority
                                        + "; give one a higher priority, or a narrower selector"));
    }
}
