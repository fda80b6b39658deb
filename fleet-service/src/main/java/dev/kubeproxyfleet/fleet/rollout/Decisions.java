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
 */
public record Decisions(
        List<ConfigState> configs,
        List<StrategyState> strategies,
        List<Rollout> rollouts,
        List<RolloutCluster> clusters,
        List<Operation> operations,
        List<String> withdrawn,
        List<AuditRecord> audits) {

    public Decisions {
        configs = List.copyOf(configs);
        strategies = List.copyOf(strategies);
        rollouts = List.copyOf(rollouts);
        clusters = List.copyOf(clusters);
        operations = List.copyOf(operations);
        withdrawn = List.copyOf(withdrawn);
        audits = List.copyOf(audits);
    }

    public boolean isEmpty() {
        return configs.isEmpty()
                && strategies.isEmpty()
                && rollouts.isEmpty()
                && clusters.isEmpty()
                && operations.isEmpty()
                && withdrawn.isEmpty()
                && audits.isEmpty();
    }
}
