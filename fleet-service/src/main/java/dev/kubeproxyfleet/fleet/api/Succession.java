package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.fleet.view.ConfigProjector;
import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.message.RolloutPlan.Warning;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.reason.PlanWarning;
import dev.kubeproxyfleet.schemas.text.Count;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What publishing a config would do to the rollout that it has already. */
final class Succession {

    private Succession() {}

    /** @param latest rollout of the config; null if there is none */
    static List<Warning> warnings(FleetConfig.Spec spec, @Nullable RolloutStatus latest) {
        if (latest == null || latest.released()) {
            return List.of();
        }
        if (isUnchanged(spec, latest.spec())) {
            return List.of(warning(
                    PlanWarning.Unchanged,
                    "the spec is that of " + latest.id()
                            + ", so publishing it starts nothing; this is what a rerun would do"));
        }
        RolloutStatus.Counts clusters = ConfigProjector.total(latest);
        int inFlight = clusters.updating() + clusters.verifying();
        return switch (latest.state()) {
            case Planned, Running, Paused, RollingBack ->
                List.of(warning(
                        PlanWarning.Supersedes,
                        "publishing it ends " + latest.id() + ", which is " + latest.state()
                                + (inFlight == 0
                                        ? ""
                                        : "; " + Count.of(inFlight, "cluster")
                                                + " in flight there must end before one starts")));
            case Succeeded, Failed, Aborted, Superseded, RolledBack -> List.of();
        };
    }

    /** A strategy that is only referred to is no part of the spec, however it has changed since. */
    private static boolean isUnchanged(FleetConfig.Spec spec, FleetConfig.Spec latest) {
        return spec.strategyRef() == null
                ? spec.equals(latest)
                : spec.resolved(latest.strategy()).equals(latest);
    }

    private static Warning warning(PlanWarning code, String message) {
        return new Warning(code, message, 0, List.of());
    }
}
