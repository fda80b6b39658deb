package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.fleet.rollout.SimulatedController.Removed;
import dev.kubeproxyfleet.fleet.rollout.SimulatedController.Step;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.RolloutStatus.Cause;
import dev.kubeproxyfleet.schemas.reason.AnswerReason;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is removed of ended rollouts, and what never is. */
final class RetentionPromises {

    private final SimulatedController controller;
    private final Seen seen;

    /** Rollouts that the audit trail says were removed. */
    private Set<RolloutId> removed = new HashSet<>();

    private Set<RolloutId> committed = Set.of();

    RetentionPromises(SimulatedController controller, Seen seen) {
        this.controller = controller;
        this.seen = seen;
    }

    void committed() {
        committed = Set.copyOf(removed);
    }

    void lost() {
        removed = new HashSet<>(committed);
    }

    boolean hasRemoved(RolloutId id) {
        return removed.contains(id);
    }

    void check(Step step, Instant now) {
        long told = step.audits().stream()
                .filter(audit -> audit.code() == AnswerReason.RolloutRemoved)
                .peek(audit -> check(
                        removed.add(RolloutId.parse(Objects.requireNonNull(audit.rollout()))
                                .orElseThrow()),
                        "%s is removed twice",
                        audit.rollout()))
                .count();
        check(
                told
                        == step.removed().stream()
                                .filter(gone -> gone.rollout() != null)
                                .count(),
                "%s are removed, and the audit trail tells of %s",
                step.removed(),
                told);
        for (Removed gone : step.removed()) {
            check(hasRemoved(gone.id()), "clusters of %s are removed, and it is not", gone.id());
            check(
                    gone.clusters().size() <= controller.retention().step(),
                    "%s clusters of %s are removed at once",
                    gone.clusters().size(),
                    gone.id());
            if (gone.rollout() != null) {
                seen.count("promise that no rollout is removed that is needed");
                checkNotNeeded(gone.rollout(), gone.clusters(), now);
            } else {
                seen.count("promise that a rollout is removed in small steps");
            }
        }
    }

    private void checkNotNeeded(Rollout rollout, List<RolloutCluster> clusters, Instant now) {
        RolloutId id = rollout.id();
        FleetState fleet = controller.state();
        check(
                rollout.state() instanceof RolloutState.Ended && !rollout.isOpen(),
                "%s is removed, and has not ended: %s",
                id,
                rollout.state());
        check(
                !rollout.state().since().plus(controller.retention().age()).isAfter(now),
                "%s is removed before its time: %s",
                id,
                rollout.state());
        fleet.clusters()
                .forEach(cluster -> check(
                        fleet.writer(cluster.id()).filter(id::equals).isEmpty(),
                        "%s still writes %s",
                        id,
                        cluster.id()));
        ConfigState config = fleet.config(id.config()).orElseThrow();
        if (config.spec() == null) {
            return;
        }
        List<RolloutId> later = fleet.rollouts(id.config()).stream()
                .filter(other -> other.generation() > id.generation())
                .toList();
        check(later.size() >= controller.retention().rollouts(), "%s is removed, and is one of the latest", id);
        check(
                id.generation() != config.fullGeneration(),
                "%s is removed, and was the latest to every selected cluster",
                id);
        check(
                fleet.rollouts(id.config()).stream()
                        .flatMap(other -> fleet.rollout(other).stream())
                        .noneMatch(other -> other.state() instanceof RolloutState.Superseded superseded
                                && superseded.by().equals(id)),
                "%s is removed, and another one says that it has ended for it",
                id);
        boolean mayHold =
                id.generation() >= Objects.requireNonNull(config.held()).planned()
                        && id.generation() > config.held().released();
        if (mayHold) {
            seen.count("promise that what holds clusters stays");
            for (ClusterRecord cluster : fleet.clusters()) {
                boolean has = clusters.stream().anyMatch(gone -> isOf(gone, cluster))
                        || fleet.rolloutCluster(id, cluster.id())
                                .filter(left -> isOf(left, cluster))
                                .isPresent();
                check(
                        !has
                                || later.stream()
                                        .anyMatch(other -> fleet.rolloutCluster(other, cluster.id())
                                                .isPresent()),
                        "%s is removed, and is the latest that has %s",
                        id,
                        cluster.id());
            }
        }
        boolean revertible = id.generation() >= config.fullGeneration() && canBeRolledBack(rollout);
        check(
                !revertible
                        || later.stream()
                                .flatMap(other -> fleet.rollout(other).stream())
                                .anyMatch(RetentionPromises::canBeRolledBack),
                "%s is removed, and is the latest that can be rolled back",
                id);
    }

    private static boolean isOf(RolloutCluster known, ClusterRecord cluster) {
        return known.cluster().equals(cluster.id()) && !cluster.isOtherThan(known.uid());
    }

    private static boolean canBeRolledBack(Rollout rollout) {
        return rollout.state() instanceof RolloutState.Revertible
                && !rollout.released()
                && rollout.request().cause() != Cause.DriftCorrection
                && rollout.totals().changes() > 0;
    }

    /** What is left of a rollout that was removed, once all is at rest. */
    Optional<String> leftBehind() {
        return removed.stream()
                .filter(id -> controller.state().rollout(id).isPresent()
                        || !controller.state().rolloutClusters(id).isEmpty())
                .findFirst()
                .map(id -> "records of " + id + " are left behind");
    }

    private static void check(boolean holds, String promise, @Nullable Object... about) {
        if (!holds) {
            throw new SimulationFailure(promise.formatted(about));
        }
    }
}
