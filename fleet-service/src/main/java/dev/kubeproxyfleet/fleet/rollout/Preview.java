package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.StageSpec;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.RolloutPlan;
import dev.kubeproxyfleet.schemas.message.RolloutStatus.Cause;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.reason.RolloutReason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Says what publishing a config would do. */
public final class Preview {

    private Preview() {}

    /**
     * The plan of a rollout that began now.
     *
     * @param spec with the strategy that it refers to
     */
    public static RolloutPlan plan(Inventory inventory, String config, FleetConfig.Spec spec, Instant now) {
        Instant startAt = spec.strategy().startAt();
        Instant start = startAt != null && startAt.isAfter(now) ? startAt : now;
        return switch (Planner.plan(inventory, config, spec, Cause.Publish, _ -> true, start)) {
            case Planner.Plan.NotYet(ReasonCode code, String message) ->
                result(
                        config,
                        spec,
                        new RolloutPlan.Reason(code, message),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        null);
            case Planner.Plan.Ready ready -> {
                List<Planner.Part> parts = ready.parts();
                Admission admission = new Admission(inventory, config, spec, start);
                Foreseen foreseen = Foreseen.of(spec, ready, inventory, start);
                List<RolloutPlan.Stage> stages = new ArrayList<>();
                for (int i = 0; i < parts.size(); i++) {
                    StageSpec stage = parts.get(i).spec();
                    stages.add(new RolloutPlan.Stage(
                            stage.name(),
                            foreseen.loads().get(i).maxConcurrent(),
                            stage.maxFailures().roundedDown(ready.clustersOf(i)),
                            parts.get(i).clusters().stream()
                                    .map(taken -> change(
                                            inventory,
                                            taken.cluster(),
                                            stage.groups().isEmpty()
                                                    ? null
                                                    : stage.groups()
                                                            .get(taken.group())
                                                            .name(),
                                            spec,
                                            reason(admission.verdict(taken.cluster()))))
                                    .toList(),
                            GateForecast.of(spec.gate(), parts, i, inventory)));
                }
                yield result(
                        config,
                        spec,
                        startAt != null && startAt.isAfter(now)
                                ? new RolloutPlan.Reason(RolloutReason.ScheduledStart, "it starts at " + startAt)
                                : null,
                        stages,
                        ready.converged().stream()
                                .map(cluster -> change(inventory, cluster, null, spec, null))
                                .toList(),
                        ready.skipped().stream()
                                .map(skip -> change(
                                        inventory,
                                        skip.cluster(),
                                        null,
                                        spec,
                                        new RolloutPlan.Reason(skip.code(), skip.message())))
                                .toList(),
                        foreseen.warnings(),
                        foreseen.forecast());
            }
        };
    }

    /** Whether a config of this spec is meant for the cluster. */
    public static boolean selects(FleetConfig.Spec spec, ClusterRecord cluster) {
        return new Selection(spec.selector()).test(cluster);
    }

    /**
     * What keeps a config from changing a cluster.
     *
     * @param passes whether a rollout would wait for it to pass; else it goes on without the cluster, and a retry is refused
     */
    public record Objection(RolloutPlan.Reason reason, boolean passes) {}

    /**
     * Why the config could not change a cluster now; empty if it could.
     *
     * @param firstStage index of the first stage that is not done yet
     */
    public static Optional<Objection> objection(
            Inventory inventory,
            String config,
            FleetConfig.Spec spec,
            int firstStage,
            ClusterRecord cluster,
            Instant now) {
        return switch (new Admission(inventory, config, spec, now).verdict(cluster)) {
            case Preflight.Verdict.Wait wait ->
                Optional.of(new Objection(new RolloutPlan.Reason(wait.code(), wait.message()), true));
            case Preflight.Verdict.Skip skip -> Optional.of(objection(skip));
            case Preflight.Verdict.Go _ ->
                Planner.lastPlace(spec.strategy().stages(), firstStage, cluster).isPresent()
                        ? Optional.empty()
                        : Optional.of(objection(Planner.NO_STAGE));
        };
    }

    private static Objection objection(Preflight.Verdict.Skip skip) {
        return new Objection(new RolloutPlan.Reason(skip.code(), skip.message()), false);
    }

    private static RolloutPlan result(
            String config,
            FleetConfig.Spec spec,
            RolloutPlan.@Nullable Reason waitsFor,
            List<RolloutPlan.Stage> stages,
            List<RolloutPlan.Change> converged,
            List<RolloutPlan.Change> skipped,
            List<RolloutPlan.Warning> warnings,
            @Nullable Forecast forecast) {
        return new RolloutPlan(
                config,
                spec.kubeProxy(),
                spec.agents(),
                spec.desired().describe(),
                waitsFor,
                stages,
                converged,
                skipped,
                warnings,
                forecast == null ? null : forecast.earliestEnd(),
                forecast == null ? null : forecast.latestEnd(),
                null);
    }

    private static RolloutPlan.Change change(
            Inventory inventory,
            ClusterRecord cluster,
            @Nullable String group,
            FleetConfig.Spec spec,
            RolloutPlan.@Nullable Reason reason) {
        return new RolloutPlan.Change(
                cluster.id(),
                group,
                Present.of(spec.desired().kind(), inventory, cluster).describeBefore(spec.desired()),
                spec.desired().describe(),
                reason);
    }

    private static RolloutPlan.@Nullable Reason reason(Preflight.Verdict verdict) {
        return switch (verdict) {
            case Preflight.Verdict.Go _ -> null;
            case Preflight.Verdict.Wait(ReasonCode code, String message) -> new RolloutPlan.Reason(code, message);
            case Preflight.Verdict.Skip(ReasonCode code, String message) -> new RolloutPlan.Reason(code, message);
        };
    }
}
