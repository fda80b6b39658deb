package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.RolloutStatus.Cause;
import dev.kubeproxyfleet.schemas.reason.AnswerReason;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.reason.RequestReason;
import dev.kubeproxyfleet.schemas.text.Count;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Tries failed and skipped clusters again: all of them, or the one that was asked for. */
final class Retry {

    private final Draft draft;
    private final ConfigState config;
    private final Rollout rollout;
    private final @Nullable String onlyCluster;
    private final Answer answer;

    Retry(Draft draft, ConfigState config, Rollout rollout, @Nullable String onlyCluster, Answer answer) {
        this.draft = draft;
        this.config = config;
        this.rollout = rollout;
        this.onlyCluster = onlyCluster;
        this.answer = answer;
    }

    // ---- while the rollout goes on ----

    /** Lets them wait for their turn again. What could still not be written stays as it is, and the answer says why. */
    AuditRecord inItsRollout() {
        Admission admission = new Admission(draft.fleet(), rollout.id().config(), rollout.spec(), draft.now());
        Optional<AuditRecord> wrong = objectionToNewcomer(admission);
        if (wrong.isPresent()) {
            return wrong.get();
        }
        Rollout changed = rollout;
        int retried = 0;
        Map<String, Integer> left = new TreeMap<>();
        String why = "";
        for (RolloutCluster cluster : asked()) {
            if (!(cluster.state() instanceof ClusterState.Retriable retriable)) {
                continue;
            }
            Optional<Preflight.Verdict.Skip> objection = objection(cluster, admission);
            if (objection.isPresent()) {
                left.merge(objection.get().code().code(), 1, Integer::sum);
                why = objection.get().message();
                continue;
            }
            ClusterRecord record = draft.fleet().cluster(cluster.cluster()).orElseThrow();
            changed = Upkeep.putBack(draft, changed, cluster, record, retriable);
            retried++;
        }
        for (ClusterRecord newcomer : leftByEarlierRollouts(admission)) {
            Optional<Preflight.Verdict.Skip> objection = objection(newcomer, admission);
            if (objection.isPresent()) {
                left.merge(objection.get().code().code(), 1, Integer::sum);
                why = objection.get().message();
                continue;
            }
            changed = Upkeep.takeInAsked(draft, changed, newcomer);
            retried++;
        }
        if (retried == 0) {
            return left.isEmpty() ? nothing() : cannot(onlyCluster == null ? "none of them can be: " + sum(left) : why);
        }
        return answer.done(
                rollout.id(),
                AnswerReason.Retried,
                Count.of(retried, "cluster waits for its turn again", "clusters wait for their turn again")
                        + (left.isEmpty() ? "" : "; not those that still cannot be changed: " + sum(left))
                        + (rollout.state() instanceof RolloutState.Paused ? "; resume the rollout too" : ""));
    }

    /** Asked for all, what an operator has skipped stays so. */
    private List<RolloutCluster> asked() {
        return onlyCluster == null
                ? draft.fleet().rolloutClusters(rollout.id()).stream()
                        .filter(cluster -> !(cluster.state() instanceof ClusterState.Skipped skipped
                                && skipped.code() == ClusterReason.SkippedByOperator))
                        .toList()
                : draft.cluster(rollout.id(), onlyCluster).stream().toList();
    }

    /** Why a cluster that was asked for, and that the rollout does not have, cannot come into it; empty if it can. */
    private Optional<AuditRecord> objectionToNewcomer(Admission admission) {
        if (onlyCluster == null || draft.cluster(rollout.id(), onlyCluster).isPresent()) {
            return Optional.empty();
        }
        Optional<ClusterRecord> record = draft.fleet().cluster(onlyCluster);
        if (record.isEmpty()) {
            return Optional.of(unknownCluster());
        }
        if (!admission.selects(record.get())) {
            return Optional.of(notSelected());
        }
        return rollout.request().onlyCluster() == null
                ? Optional.empty()
                : Optional.of(cannot(rollout.id() + " is for another cluster; try it again once that has ended"));
    }

    /** Clusters that the rollout does not have, and an earlier one since every cluster was last reached has left unchanged. */
    private List<ClusterRecord> leftByEarlierRollouts(Admission admission) {
        if (rollout.request().onlyCluster() != null) {
            return List.of();
        }
        Scope scope = new Scope(draft, config, Cause.Retry, onlyCluster);
        return StreamSupport.stream(draft.fleet().clusters().spliterator(), false)
                .filter(cluster -> admission.selects(cluster)
                        && scope.takes(cluster)
                        && draft.cluster(rollout.id(), cluster.id()).isEmpty())
                .sorted(Comparator.comparing(ClusterRecord::id))
                .toList();
    }

    private Optional<Preflight.Verdict.Skip> objection(ClusterRecord newcomer, Admission admission) {
        return admission.verdict(newcomer) instanceof Preflight.Verdict.Skip skip
                ? Optional.of(skip)
                : Upkeep.place(rollout, newcomer).isPresent() ? Optional.empty() : Optional.of(Planner.NO_STAGE);
    }

    private Optional<Preflight.Verdict.Skip> objection(RolloutCluster cluster, Admission admission) {
        Optional<ClusterRecord> record = draft.fleet().cluster(cluster.cluster());
        if (record.isEmpty()) {
            return Optional.of(new Preflight.Verdict.Skip(ClusterReason.ClusterGone, "the cluster no longer exists"));
        }
        return Preflight.again(cluster, admission.verdict(record.get())) instanceof Preflight.Verdict.Skip skip
                ? Optional.of(skip)
                : Upkeep.placeAgain(rollout, cluster, record.get()).isPresent()
                        ? Optional.empty()
                        : Optional.of(Planner.NO_STAGE);
    }

    // ---- once it has ended ----

    /** Why another rollout for them would come to nothing, if the config can begin one; empty if it would not. */
    Optional<AuditRecord> objection() {
        Selection selection =
                new Selection(Objects.requireNonNull(config.spec()).selector());
        Scope scope = new Scope(draft, config, Cause.Retry, onlyCluster);
        if (onlyCluster != null) {
            Optional<ClusterRecord> record = draft.fleet().cluster(onlyCluster);
            if (record.isEmpty()) {
                return Optional.of(unknownCluster());
            }
            if (!selection.test(record.get())) {
                return Optional.of(notSelected());
            }
            if (!scope.takes(record.get())) {
                return Optional.of(nothing());
            }
            return new Admission(draft.fleet(), config.name(), rollout.spec(), draft.now()).verdict(record.get())
                                    instanceof Preflight.Verdict.Skip(ReasonCode code, String message)
                            && !SkipCode.isDeferred(code)
                    ? Optional.of(cannot(message))
                    : Optional.empty();
        }
        for (ClusterRecord cluster : draft.fleet().clusters()) {
            if (selection.test(cluster) && scope.takes(cluster)) {
                return Optional.empty();
            }
        }
        return Optional.of(nothing());
    }

    // ---- answers ----

    private AuditRecord nothing() {
        return onlyCluster == null
                ? answer.not(rollout.id(), Possibilities.nothingToRetry())
                : answer.unchanged(
                        rollout.id(),
                        AnswerReason.NothingToRetry,
                        "cluster " + onlyCluster + " has not failed and was not skipped");
    }

    private AuditRecord unknownCluster() {
        return answer.refused(
                rollout.id(), RequestReason.UnknownCluster, "there is no cluster " + onlyCluster + " in the inventory");
    }

    private AuditRecord notSelected() {
        return cannot("the selector of " + config.name() + " does not match it");
    }

    private AuditRecord cannot(String why) {
        return answer.refused(
                rollout.id(),
                AnswerReason.CannotRetry,
                (onlyCluster == null ? "clusters have failed or were skipped, but " : "cluster " + onlyCluster + ": ")
                        + why);
    }

    private static String sum(Map<String, Integer> codes) {
        return codes.entrySet().stream()
                .map(entry -> entry.getValue() + " " + entry.getKey())
                .collect(Collectors.joining(", "));
    }
}
