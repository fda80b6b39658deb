package dev.kubeproxyfleet.fleet.controller;

import dev.kubeproxyfleet.fleet.rollout.ClusterState;
import dev.kubeproxyfleet.fleet.rollout.ConfigState;
import dev.kubeproxyfleet.fleet.rollout.Cost;
import dev.kubeproxyfleet.fleet.rollout.Possibilities;
import dev.kubeproxyfleet.fleet.rollout.Rollout;
import dev.kubeproxyfleet.fleet.rollout.RolloutCluster;
import dev.kubeproxyfleet.fleet.rollout.RolloutId;
import dev.kubeproxyfleet.fleet.rollout.RolloutState;
import dev.kubeproxyfleet.fleet.rollout.Stage;
import dev.kubeproxyfleet.fleet.rollout.StageGate;
import dev.kubeproxyfleet.fleet.rollout.StageState;
import dev.kubeproxyfleet.fleet.rollout.Standing;
import dev.kubeproxyfleet.schemas.config.StageSpec;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.ConfigStatus;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutPlan;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The core's states in the words of the topics that people read. */
final class Statuses {

    private record Words(
            RolloutStatus.State state, @Nullable ReasonCode code, String message) {}

    private record ClusterWords(
            RolloutClusterStatus.State state, @Nullable ReasonCode code, String message) {}

    private Statuses() {}

    /** Empty of a config whose state an earlier version has stored, until the controller has looked at its rollouts. */
    static Optional<ConfigStatus> of(Standing standing) {
        ConfigState config = standing.config();
        return Optional.ofNullable(config.held())
                .map(held -> new ConfigStatus(
                        config.name(),
                        config.spec(),
                        config.generation(),
                        standing.latest().id().toString(),
                        standing.active() == null
                                ? null
                                : standing.active().id().toString(),
                        standing.full().id().toString(),
                        held.planned(),
                        held.released(),
                        standing.stoppedBy().map(RolloutId::toString).orElse(null),
                        config.removed() == null ? null : config.removed().upTo(),
                        config.provenance()));
    }

    /** What people can ask of a rollout, by its id. */
    static List<RolloutStatus.Action> actions(Standing standing, Rollout rollout) {
        Possibilities possibilities = new Possibilities(standing, rollout);
        return Stream.of(Command.Action.values())
                .map(action -> new RolloutStatus.Action(
                        action,
                        possibilities
                                .objectionByName(action)
                                .map(refusal -> new RolloutPlan.Reason(refusal.code(), refusal.message()))
                                .orElse(null)))
                .toList();
    }

    static RolloutStatus of(Rollout rollout, @Nullable List<RolloutStatus.Action> actions) {
        Words words = words(rollout.state());
        return new RolloutStatus(
                rollout.id().toString(),
                rollout.id().config(),
                rollout.id().generation(),
                rollout.request().cause(),
                rollout.request().onlyCluster(),
                words.state(),
                words.code(),
                words.message(),
                rollout.state().since(),
                rollout.request().createdAt(),
                rollout.state() instanceof RolloutState.Ended ? rollout.state().since() : null,
                rollout.request().actor(),
                rollout.spec(),
                rollout.released(),
                rollout.plan(),
                rollout.activity().total(),
                rollout.activity().since(),
                IntStream.range(0, rollout.stages().size())
                        .mapToObj(index -> of(rollout, index))
                        .toList(),
                actions);
    }

    static RolloutClusterStatus of(Rollout rollout, RolloutCluster cluster) {
        ClusterWords words = words(cluster.state());
        StageSpec stage = stage(rollout, cluster.place().stage());
        return new RolloutClusterStatus(
                rollout.id().toString(),
                cluster.cluster(),
                cluster.uid(),
                stage.name(),
                group(stage, cluster.place().group()),
                words.state(),
                words.code(),
                words.message(),
                cluster.state().since(),
                cluster.attempt(),
                cluster.before() == null ? null : cluster.before().asKubeProxy(),
                cluster.before() == null ? null : cluster.before().asAgents(),
                cluster.plan() == null ? null : of(rollout, cluster.plan()),
                cluster.actions(),
                cluster.cost() instanceof Cost.Told told ? CostStatuses.of(told) : null);
    }

    private static RolloutClusterStatus.Plan of(Rollout rollout, RolloutCluster.Plan plan) {
        StageSpec stage = stage(rollout, plan.place().stage());
        return new RolloutClusterStatus.Plan(
                stage.name(),
                group(stage, plan.place().group()),
                plan.from() == null ? null : plan.from().asKubeProxy(),
                plan.from() == null ? null : plan.from().asAgents(),
                plan.code() == null
                        ? null
                        : new RolloutPlan.Reason(plan.code(), Objects.requireNonNullElse(plan.message(), "")));
    }

    private static StageSpec stage(Rollout rollout, int index) {
        return rollout.stages().get(index).spec();
    }

    private static @Nullable String group(StageSpec stage, int index) {
        return stage.groups().isEmpty() ? null : stage.groups().get(index).name();
    }

    private static RolloutStatus.Stage of(Rollout rollout, int index) {
        Stage stage = rollout.stages().get(index);
        return new RolloutStatus.Stage(
                stage.spec().name(),
                stage.state().shown(),
                stage.state().since(),
                until(stage.state()),
                stage.maxConcurrent(),
                stage.maxFailures(),
                stage.counts(),
                StageGate.of(rollout, index).stream()
                        .map(gate -> GateStatuses.of(gate, stage.gates().watch()))
                        .toList(),
                stage.cost().clusters() == 0 ? null : CostStatuses.of(stage.cost()),
                stage.timeline());
    }

    private static @Nullable Instant until(StageState state) {
        return state instanceof StageState.Baking baking ? baking.until() : null;
    }

    private static Words words(RolloutState state) {
        return switch (state) {
            case RolloutState.Planned planned ->
                new Words(RolloutStatus.State.Planned, planned.code(), planned.message());
            case RolloutState.Running running ->
                new Words(
                        RolloutStatus.State.Running,
                        running.code(),
                        Objects.requireNonNullElse(running.message(), "the rollout is under way"));
            case RolloutState.RollingBack back ->
                new Words(
                        RolloutStatus.State.RollingBack,
                        back.code(),
                        back.stuck() == null
                                ? back.message()
                                : back.message() + "; it waits for "
                                        + back.stuck().message());
            case RolloutState.RolledBack back -> new Words(RolloutStatus.State.RolledBack, back.code(), back.message());
            case RolloutState.Paused paused -> new Words(RolloutStatus.State.Paused, paused.code(), paused.message());
            case RolloutState.Succeeded _ ->
                new Words(
                        RolloutStatus.State.Succeeded,
                        null,
                        "every selected cluster converged, or was left alone for a reason that is no failure");
            case RolloutState.Failed failed -> new Words(RolloutStatus.State.Failed, failed.code(), failed.message());
            case RolloutState.Aborted aborted ->
                new Words(RolloutStatus.State.Aborted, aborted.code(), aborted.message());
            case RolloutState.Superseded superseded ->
                new Words(RolloutStatus.State.Superseded, ClusterReason.Superseded, "superseded by " + superseded.by());
        };
    }

    private static ClusterWords words(ClusterState state) {
        return switch (state) {
            case ClusterState.Waiting waiting ->
                new ClusterWords(
                        RolloutClusterStatus.State.Waiting,
                        waiting.code(),
                        Objects.requireNonNullElse(waiting.message(), "waits for its turn"));
            case ClusterState.Updating updating ->
                new ClusterWords(
                        RolloutClusterStatus.State.Updating,
                        updating.code(),
                        Objects.requireNonNullElse(updating.message(), "the change has been asked for"));
            case ClusterState.Verifying verifying ->
                new ClusterWords(RolloutClusterStatus.State.Verifying, null, verifying.message());
            case ClusterState.Converged converged ->
                new ClusterWords(RolloutClusterStatus.State.Converged, converged.code(), converged.message());
            case ClusterState.RolledBack back ->
                new ClusterWords(RolloutClusterStatus.State.RolledBack, null, back.message());
            case ClusterState.Failed failed ->
                new ClusterWords(RolloutClusterStatus.State.Failed, failed.code(), failed.message());
            case ClusterState.Skipped skipped ->
                new ClusterWords(RolloutClusterStatus.State.Skipped, skipped.code(), skipped.message());
        };
    }
}
