package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.message.RolloutStatus.Counts;

/** Counts clusters by state. */
final class Tally {

    private int waiting;
    private int updating;
    private int verifying;
    private int converged;
    private int failed;
    private int skipped;
    private int rolledBack;

    static Tally of(Counts counts) {
        Tally tally = new Tally();
        tally.waiting = counts.waiting();
        tally.updating = counts.updating();
        tally.verifying = counts.verifying();
        tally.converged = counts.converged();
        tally.failed = counts.failed();
        tally.skipped = counts.skipped();
        tally.rolledBack = counts.rolledBack();
        return tally;
    }

    Tally add(ClusterState state) {
        return change(state, 1);
    }

    Tally change(ClusterState state, int by) {
        switch (state) {
            case ClusterState.Waiting _ -> waiting += by;
            case ClusterState.Updating _ -> updating += by;
            case ClusterState.Verifying _ -> verifying += by;
            case ClusterState.Converged _ -> converged += by;
            case ClusterState.Failed _ -> failed += by;
            case ClusterState.Skipped _ -> skipped += by;
            case ClusterState.RolledBack _ -> rolledBack += by;
        }
        return this;
    }

    Counts counts() {
        return new Counts(waiting, updating, verifying, converged, failed, skipped, rolledBack);
    }
}
