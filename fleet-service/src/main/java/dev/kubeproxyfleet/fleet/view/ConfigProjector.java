package dev.kubeproxyfleet.fleet.view;

import dev.kubeproxyfleet.schemas.message.Provenance;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.view.ConfigView;
import org.jspecify.annotations.Nullable;

/** Shows a config that is in force. */
public final class ConfigProjector {

    private ConfigProjector() {}

    /** @param provenance what Git has said last of the config; null if it never came from there */
    static ConfigView view(RolloutStatus latest, @Nullable Provenance provenance) {
        return new ConfigView(
                latest.config(),
                latest.generation(),
                latest.spec(),
                new ConfigView.Latest(
                        latest.id(),
                        latest.cause(),
                        latest.state(),
                        ReasonCode.text(latest.code()),
                        latest.message(),
                        latest.since(),
                        total(latest)),
                provenance);
    }

    /** Clusters of all stages by state. */
    public static RolloutStatus.Counts total(RolloutStatus rollout) {
        return rollout.stages().stream()
                .map(RolloutStatus.Stage::clusters)
                .reduce(new RolloutStatus.Counts(0, 0, 0, 0, 0, 0, 0), ConfigProjector::sum);
    }

    private static RolloutStatus.Counts sum(RolloutStatus.Counts a, RolloutStatus.Counts b) {
        return new RolloutStatus.Counts(
                a.waiting() + b.waiting(),
                a.updating() + b.updating(),
                a.verifying() + b.verifying(),
                a.converged() + b.converged(),
                a.failed() + b.failed(),
                a.skipped() + b.skipped(),
                a.rolledBack() + b.rolledBack());
    }
}
