package dev.kubeproxyfleet.fleet.rollout;

final class RolloutClusterAssert extends StateAssert<RolloutClusterAssert, RolloutCluster> {

    RolloutClusterAssert(RolloutCluster actual) {
        super(
                actual,
                RolloutClusterAssert.class,
                actual.name() + " of rollout " + actual.rollout(),
                told(actual.state()));
    }

    private static Told told(ClusterState state) {
        return switch (state) {
            case ClusterState.Waiting waiting -> new Told(state, waiting.code(), waiting.message());
            case ClusterState.Updating updating -> new Told(state, updating.code(), updating.message());
            case ClusterState.Verifying verifying -> new Told(state, null, verifying.message());
            case ClusterState.Converged converged -> new Told(state, converged.code(), converged.message());
            case ClusterState.Failed failed -> new Told(state, failed.code(), failed.message());
            case ClusterState.Skipped skipped -> new Told(state, skipped.code(), skipped.message());
            case ClusterState.RolledBack rolledBack -> new Told(state, null, rolledBack.message());
        };
    }

    RolloutClusterAssert isWaiting() {
        return is(ClusterState.Waiting.class);
    }

    RolloutClusterAssert isUpdating() {
        return is(ClusterState.Updating.class);
    }

    RolloutClusterAssert isVerifying() {
        return is(ClusterState.Verifying.class);
    }

    /** It has converged and not drifted since. */
    RolloutClusterAssert hasConverged() {
        return is(ClusterState.Converged.class).check(!hasReason(), "stay converged");
    }

    /** It had converged and has drifted since. */
    RolloutClusterAssert hasDrifted() {
        return is(ClusterState.Converged.class).check(hasReason(), "have drifted");
    }

    RolloutClusterAssert hasFailed() {
        return is(ClusterState.Failed.class);
    }

    RolloutClusterAssert isSkipped() {
        return is(ClusterState.Skipped.class);
    }

    RolloutClusterAssert isRolledBack() {
        return is(ClusterState.RolledBack.class);
    }
}
