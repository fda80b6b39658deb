package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import java.util.List;
import java.util.Optional;

/** Which of several configs that select one cluster may change it: the higher priority; equal ones block each other. */
final class Precedence {

    private record Contender(String name, int priority, Selection selection) {}

    private final List<Contender> others;
    private final int priority;
    private final String name;

    /** @param configs every config that is not deleted, {@code name} among them or not */
    Precedence(String name, int priority, Iterable<ConfigState> configs) {
        this.name = name;
        this.priority = priority;
        List<Contender> contenders = new java.util.ArrayList<>();
        for (ConfigState config : configs) {
            if (config.spec() != null
                    && !config.name().equals(name)
                    && config.spec().priority() >= priority) {
                contenders.add(new Contender(
                        config.name(),
                        config.spec().priority(),
                        new Selection(config.spec().selector())));
            }
        }
        this.others = List.copyOf(contenders);
    }

    /** Why this config must leave {@code cluster} alone; empty if it need not. */
    Optional<Preflight.Verdict.Skip> objection(ClusterRecord cluster) {
        return others.stream()
                .filter(other -> other.selection().test(cluster))
                .findFirst()
                .map(other -> other.priority() > priority
                        ? new Preflight.Verdict.Skip(
                                "LowerPriority",
                                "config " + other.name() + " selects it too, with priority " + other.priority()
                                        + " over " + priority)
                        : new Preflight.Verdict.Skip(
                                "ConflictingConfigs",
                                "configs " + name + " and " + other.name() + " both select it with priority " + priority
                                        + "; give one a higher priority"));
    }
}
