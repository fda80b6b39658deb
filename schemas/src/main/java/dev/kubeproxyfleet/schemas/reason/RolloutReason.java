package dev.kubeproxyfleet.schemas.reason;

/** Why a rollout waits, stands still, turned round, or ended as it did. */
public enum RolloutReason implements Reason {
    InventoryPending(
            "Not every cluster of every subscription has been listed yet.",
            "See that the service may list every subscription."),
    NoClusterMatches(
            "The selector matches nothing; the rollout starts when something does.",
            "Look at the clusters and their tags, or publish a wider selector."),
    ScheduledStart("The time of `startAt` has not come."),
    PredecessorInFlight(
            "An earlier rollout of the config still changes clusters, and together with them the caps would not hold."),
    OutsideWindow("No window is open; the message says when the next one opens."),
    StageProvedNothing(
            "No cluster of a stage converged, so the stage has shown nothing.",
            "Approve the stage to let the next one begin, or reject it."),
    PausedByOperator("A person paused the rollout.", "Run `kpfleet resume`."),
    RestoredFromBackup(
            "The service's state came back from a backup, and what happened since then is not known.",
            "Look at what the clusters have, then run `kpfleet resume`, or `kpfleet abort`."),
    MaxFailuresExceeded(
            "More clusters failed than `maxFailures` allows.",
            "Remove the cause, retry the failed clusters and resume, or roll back."),
    GateFailed(
            "A gate of a stage failed: the message says which, and the figures.",
            "Roll back, or run `kpfleet override` with a reason and resume."),
    GateInconclusive(
            "A gate of a stage could not tell whether the change does harm, and `onInconclusive` does not let it pass.",
            "Look at the clusters, then resume, or roll back."),
    GateAwaited(
            "A stage waits for the answer of an external gate, or for its clusters to be proven again once it has baked.",
            "See that it is answered, or what the message says of the clusters, or run `kpfleet override` with a reason."),
    RollbackByOperator("A person turned the rollout round."),
    RollbackPaused("A person paused the rollout in the middle of its rollback.", "Run `kpfleet resume`."),
    ClustersNotConverged(
            "The rollout ended with failures, or with skips that the plan had not shown.",
            "Remove the cause, then `kpfleet retry`."),
    RolledBack(
            "The clusters that the rollout had changed run again what they ran before.",
            "Remove the cause, then `kpfleet rerun`."),
    RollbackIncomplete(
            "Some clusters could not be given back what they had.", "Remove the cause, then roll back again."),
    Aborted("A person ended the rollout; changed clusters keep what they run.", "Run `kpfleet rerun`."),
    Rejected("A person said no to a stage that awaited approval, which ended the rollout.", "Run `kpfleet rerun`."),
    ConfigDeleted("The config was deleted, and holds no cluster any more.", "Publish the config again."),
    Succeeded(
            "Every selected cluster converged, was skipped as the plan had shown, is caught later, or is no longer the config's to change.");

    private final Words words;

    RolloutReason(String meaning) {
        words = new Words(meaning, null);
    }

    RolloutReason(String meaning, String helps) {
        words = new Words(meaning, helps);
    }

    @Override
    public Words words() {
        return words;
    }
}
