package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.Operation;
import java.util.List;

/**
 * What the core decided on one event: what to store and what to send, all of it or nothing.
 *
 * @param rollouts changed ones, whole
 * @param clusters changed ones, whole
 * @param operations to issue to the azure worker
 * @param withdrawn clusters whose operation is over
 * @param removals what is to be forgotten
 */
public record Decisions(
        List<ConfigState> configs,
        List<StrategyState> strategies,
        List<Rollout> rollouts,
        List<RolloutCluster> clusters,
        List<Operation> operations,
        List<String> withdrawn,
        List<Removal> removals,
        List<AuditRecord> audits) {

    /**
     * Records of a rollout that is kept no longer.
     *
     * @param begins whether the rollout itself goes too; its clusters go with it or later
     * @param clusters of the rollout, whose records go
     */
    public record Removal(RolloutId rollout, boolean begins, List<String> clusters) {

        public Removal {
            clusters = List.copyOf(clusters);
        }
    }

    public Decisions {
        configs = List.copyOf(configs);
        strategies = List.copyOf(strategies);
        rollouts = List.copyOf(rollouts);
        clusters = List.copyOf(clusters);
        operations = List.copyOf(operations);
        withdrawn = List.copyOf(withdrawn);
        removals = List.copyOf(removals);
        audits = List.copyOf(audits);
    }

    public boolean isEmpty() {
        return configs.isEmpty()
                && strategies.isEmpty()
                && rollouts.isEmpty()
                && clusters.isEmpty()
                && operations.isEmpty()
                && withdrawn.isEmpty()
                && removals.isEmpty()
                && audits.isEmpty();
    }
}
