package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.RolloutStatus.Cause;
import dev.kubeproxyfleet.schemas.message.RolloutStatus.Counts;
import dev.kubeproxyfleet.schemas.reason.AnswerReason;
import dev.kubeproxyfleet.schemas.text.Count;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;

/**
 * How long ended rollouts are kept. One that is no longer kept goes with all that is stored of its clusters, in small steps; the
 * audit trail tells of it.
 *
 * <p>A rollout stays, however old, as long as it may change anything, as it says what a cluster has, as it is the latest that can be
 * rolled back, or as one that stays refers to it. Those of a deleted config stay.
 *
 * @param rollouts the latest of a config that are always kept; at least as many as gates look back at
 * @param age since the end of a rollout
 * @param step clusters of a rollout whose records go at once at most, so that no event has to wait for long
 */
public record Retention(int rollouts, Duration age, int step) {

    /** {@code kpfleet.controller.kept-rollouts}, unless it is set. */
    public static final int DEFAULT_ROLLOUTS = 20;

    /** {@code kpfleet.controller.kept-for}, unless it is set. */
    public static final Duration DEFAULT_AGE = Duration.ofDays(90);

    private static final int CLUSTERS_PER_STEP = 250;

    public Retention {
        if (rollouts < Controls.EARLIER_ROLLOUTS || age.isNegative()) {
            throw new IllegalArgumentException("kpfleet.controller.kept-rollouts is at least "
                    + Controls.EARLIER_ROLLOUTS + " and kpfleet.controller.kept-for not negative; they are " + rollouts
                    + " and " + age);
        }
    }

    /** Where nothing is set. */
    public static Retention byDefault() {
        return new Retention(DEFAULT_ROLLOUTS, DEFAULT_AGE);
    }

    public Retention(int rollouts, Duration age) {
        this(rollouts, age, CLUSTERS_PER_STEP);
    }

    /** Goes on with the rollout of the config that is being removed, or begins with the oldest that is not kept. */
    void look(Draft draft, ConfigState config) {
        if (config.removed() != null && config.removed().unfinished() != null) {
            remove(draft, config, new RolloutId(config.name(), config.removed().unfinished()), false);
        } else if (config.held() != null) {
            notKept(draft, config, config.held()).ifPresent(rollout -> {
                draft.audit(Answer.byItself(config.name(), "Remove", draft.now())
                        .done(rollout.id(), AnswerReason.RolloutRemoved, summary(rollout)));
                remove(draft, config, rollout.id(), true);
            });
        }
    }

    private void remove(Draft draft, ConfigState config, RolloutId id, boolean begins) {
        List<String> clusters = draft.fleet().clusterNames(id, step);
        draft.remove(new Decisions.Removal(id, begins, clusters));
        long upTo = config.removed() == null ? 0 : config.removed().upTo();
        draft.put(config.with(new ConfigState.Removed(
                Math.max(upTo, id.generation()), clusters.size() < step ? null : id.generation())));
    }

    private Optional<Rollout> notKept(Draft draft, ConfigState config, ConfigState.Held held) {
        List<RolloutId> ids = draft.fleet().rollouts(config.name());
        if (ids.isEmpty()) {
            return Optional.empty();
        }
        if (config.spec() == null) {
            // What is left of a deleted config says what can be asked of it, and there are no more to come.
            return Optional.empty();
        }
        Set<RolloutId> needed =
                new HashSet<>(List.of(config.latestRollout(), new RolloutId(config.name(), config.fullGeneration())));
        draft.rollout(config.latestRollout()).ifPresent(latest -> needed.addAll(latest.ahead()));
        for (RolloutId id : ids.subList(0, Math.max(0, ids.size() - rollouts))) {
            Rollout rollout = draft.rollout(id).orElseThrow();
            if (rollout.request().createdAt().isAfter(draft.now().minus(age))) {
                return Optional.empty();
            }
            if (!needed.contains(id)
                    && isOver(draft, rollout)
                    && (isPast(config, held, id)
                            || !(ownsClusters(draft, config, id) || isLastToRollBack(draft, config, ids, id)))) {
                return Optional.of(rollout);
            }
            if (rollout.state() instanceof RolloutState.Superseded superseded) {
                needed.add(superseded.by());
            }
        }
        return Optional.empty();
    }

    private boolean isOver(Draft draft, Rollout rollout) {
        return !rollout.isOpen()
                && !rollout.state().since().isAfter(draft.now().minus(age))
                && draft.fleet().drifted().stream()
                        .noneMatch(cluster -> cluster.rollout().equals(rollout.id()));
    }

    /** Whether the config was planned anew or deleted since: such a rollout holds no cluster, and its name is taken for nothing. */
    private static boolean isPast(ConfigState config, ConfigState.Held held, RolloutId id) {
        return id.generation() < config.fullGeneration()
                && (id.generation() < held.planned() || id.generation() <= held.released());
    }

    /** Whether it is the config's latest word on a cluster that exists, or of which nobody knows whether it does. */
    private static boolean ownsClusters(Draft draft, ConfigState config, RolloutId id) {
        return draft.fleet().clusterNames(id, Integer.MAX_VALUE).stream()
                .filter(cluster -> draft.fleet()
                        .latest(config.name(), cluster)
                        .filter(id::equals)
                        .isPresent())
                .anyMatch(cluster -> mayExist(draft, id, cluster));
    }

    private static boolean mayExist(Draft draft, RolloutId id, String cluster) {
        Optional<ClusterRecord> record = draft.fleet().cluster(cluster);
        return record.isPresent()
                ? draft.cluster(id, cluster)
                        .filter(found -> !record.get().isOtherThan(found.uid()))
                        .isPresent()
                : draft.fleet()
                        .subscription(RolloutCluster.subscription(cluster))
                        .isEmpty();
    }

    private static boolean isLastToRollBack(Draft draft, ConfigState config, List<RolloutId> ids, RolloutId id) {
        return ids.reversed().stream()
                .filter(each -> each.generation() >= config.fullGeneration())
                .flatMap(each -> draft.rollout(each).stream())
                .filter(Retention::canBeRolledBack)
                .findFirst()
                .filter(rollout -> rollout.id().equals(id))
                .isPresent();
    }

    private static boolean canBeRolledBack(Rollout rollout) {
        return rollout.state() instanceof RolloutState.Revertible
                && !rollout.released()
                && rollout.request().cause() != Cause.DriftCorrection
                && rollout.totals().changes() > 0;
    }

    /** All that is told of it from now on. */
    private static String summary(Rollout rollout) {
        return rollout.request().cause() + " by " + rollout.request().actor() + " at "
                + rollout.request().createdAt() + ", to "
                + rollout.spec().desired().describe() + "; it "
                + end(rollout.state()) + " at " + rollout.state().since() + " with "
                + Count.of(sum(rollout, Counts::total), "cluster") + ": converged " + sum(rollout, Counts::converged)
                + ", failed " + sum(rollout, Counts::failed) + ", skipped " + sum(rollout, Counts::skipped)
                + ", rolled back " + sum(rollout, Counts::rolledBack);
    }

    private static int sum(Rollout rollout, ToIntFunction<Counts> part) {
        return rollout.stages().stream().map(Stage::counts).mapToInt(part).sum();
    }

    private static String end(RolloutState state) {
        return switch (state) {
            case RolloutState.Succeeded _ -> "succeeded";
            case RolloutState.Failed _ -> "failed";
            case RolloutState.Aborted _ -> "was aborted";
            case RolloutState.Superseded superseded -> "was superseded by " + superseded.by();
            case RolloutState.RolledBack _ -> "was rolled back";
            case RolloutState.Active _ -> "had not ended";
        };
    }
}
