package dev.kubeproxyfleet.fleet.view;

import dev.kubeproxyfleet.schemas.config.Desired;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutPlan;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.view.RolloutDetail;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The plan of a rollout as it was made: what has joined or was decided since is no part of it. */
public final class StoredPlan {

    private StoredPlan() {}

    public static RolloutPlan of(RolloutDetail detail) {
        RolloutStatus rollout = detail.rollout();
        Desired desired = rollout.spec().desired();
        List<RolloutPlan.Change> converged = new ArrayList<>();
        List<RolloutPlan.Change> skipped = new ArrayList<>();
        Map<String, List<RolloutPlan.Change>> changes = new HashMap<>();
        for (RolloutClusterStatus cluster : detail.clusters()) {
            RolloutClusterStatus.Plan planned = cluster.plan();
            if (planned == null) {
                continue;
            }
            Desired from = planned.had();
            RolloutPlan.Change change = new RolloutPlan.Change(
                    cluster.cluster(),
                    planned.group(),
                    from == null ? untold(desired.kind()) : from.describeBefore(desired),
                    desired.describe(),
                    planned.skipped());
            if (planned.skipped() != null) {
                skipped.add(change);
            } else if (from != null && desired.isIn(from)) {
                converged.add(change);
            } else {
                changes.computeIfAbsent(planned.stage(), _ -> new ArrayList<>()).add(change);
            }
        }
        RolloutStatus.Plan plan = rollout.plan();
        return new RolloutPlan(
                rollout.config(),
                rollout.spec().kubeProxy(),
                rollout.spec().agents(),
                desired.describe(),
                plan == null && rollout.code() != null
                        ? new RolloutPlan.Reason(rollout.code(), rollout.message())
                        : null,
                rollout.stages().stream()
                        .map(stage -> new RolloutPlan.Stage(
                                stage.name(),
                                stage.maxConcurrent(),
                                stage.maxFailures(),
                                changes.getOrDefault(stage.name(), List.of()),
                                null))
                        .toList(),
                converged,
                skipped,
                plan == null ? List.of() : plan.warnings(),
                plan == null ? null : plan.earliestEnd(),
                plan == null ? null : plan.latestEnd(),
                null);
    }

    private static String untold(Desired.Kind kind) {
        return switch (kind) {
            case KubeProxy -> RolloutPlan.Change.UNREADABLE;
            case Agents -> RolloutPlan.Change.UNKNOWN;
        };
    }
}
