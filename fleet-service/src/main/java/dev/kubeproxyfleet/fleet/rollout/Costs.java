package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.reason.AnswerReason;
import java.time.Duration;
import java.time.Instant;

/**
 * Tells what the changes of clusters cost, each once: some time after the cluster has settled, since nodes tell a moment only
 * after it.
 */
final class Costs {

    /** Buckets from the moment at which a cluster has settled to that at which its nodes have told all that counts. */
    private static final int DUE_BUCKETS = Watching.SETTLING_BUCKETS + 4;

    private Costs() {}

    /** To be called with a cluster's next state, by which it may have settled, for good or ill. */
    static RolloutCluster settled(Draft draft, RolloutCluster cluster) {
        boolean settled = switch (cluster.state()) {
            case ClusterState.Converged _, ClusterState.Failed _ -> cluster.isChanged();
            case ClusterState.Waiting _, ClusterState.InFlight _, ClusterState.Skipped _, ClusterState.RolledBack _ ->
                false;
        };
        if (!settled || !(cluster.cost() instanceof Cost.Running running)) {
            return cluster;
        }
        Instant now = draft.now();
        Duration bucket = draft.fleet().evidence(cluster.cluster()).bucket();
        if (!bucket.isPositive()) {
            // No node counts anything, and none will have counted it later on.
            return told(draft, cluster, running.from(), now, now);
        }
        return cluster.with(new Cost.Settling(
                running.from(),
                now,
                now.plus(bucket.multipliedBy(Watching.SETTLING_BUCKETS)),
                now.plus(bucket.multipliedBy(DUE_BUCKETS))));
    }

    /** Tells what is due. */
    static void tell(Draft draft, RolloutId id) {
        if (draft.rollout(id).filter(Rollout::isSettling).isEmpty()) {
            return;
        }
        for (RolloutCluster cluster : draft.fleet().settling(id)) {
            if (cluster.cost() instanceof Cost.Settling settling && !draft.now().isBefore(settling.dueAt())) {
                Rollout told = draft.move(draft.rollout(id).orElseThrow(), cluster, told(draft, cluster));
                audit(draft, told, cluster.place().stage());
            }
        }
    }

    /** The cluster with what its change has cost, as far as that can be told now. */
    static RolloutCluster told(Draft draft, RolloutCluster cluster) {
        return switch (cluster.cost()) {
            case null -> cluster;
            case Cost.Running(Instant from) -> told(draft, cluster, from, draft.now(), draft.now());
            case Cost.Settling settling ->
                told(draft, cluster, settling.from(), settling.settledAt(), settling.until());
            case Cost.Told _ -> cluster;
        };
    }

    private static RolloutCluster told(
            Draft draft, RolloutCluster cluster, Instant from, Instant settledAt, Instant until) {
        Evidence evidence = draft.fleet().evidence(cluster.cluster());
        return cluster.with(new Cost.Told(from, settledAt, CostMeter.read(evidence, from, until)));
    }

    /** To follow on that a stage is done; nothing as long as something is to be told, or where nobody can tell anything. */
    static String summary(Stage stage) {
        return stage.cost().settling() > 0 || stage.cost().signals().isEmpty()
                ? ""
                : "; cost: " + CostWords.sentence(stage.cost());
    }

    /** One record for a stage whose end was told before, or never will be: once nothing more is to be told of it. */
    private static void audit(Draft draft, Rollout rollout, int index) {
        Stage stage = rollout.stages().get(index);
        boolean goesOn = rollout.state() instanceof RolloutState.Running && !(stage.state() instanceof StageState.Done);
        boolean isWhole = stage.isFinished() && stage.cost().settling() == 0;
        if (!goesOn && isWhole && !stage.cost().signals().isEmpty()) {
            draft.audit(Answer.byItself(rollout.id().config(), "Cost", draft.now())
                    .done(
                            rollout.id(),
                            AnswerReason.CostTold,
                            "stage " + stage.spec().name() + ": " + CostWords.sentence(stage.cost())));
        }
    }
}
