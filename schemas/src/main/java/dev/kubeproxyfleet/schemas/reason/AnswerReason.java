package dev.kubeproxyfleet.schemas.reason;

/** What commands, publishing and other requests are answered with in the audit trail, and what the controller does by itself. */
public enum AnswerReason implements Reason {
    RolloutPlanned("A new rollout begins."),
    NothingChanged("The same is in force already."),
    KindChanged(
            "The config gives its clusters a kube-proxy configuration and is to give them agents, or the other way round.",
            "Take another name, or delete the config first."),
    DuplicateEvent("The event was applied before."),
    DuplicateCommand("The command was carried out before."),
    StrategyStored("The strategy is stored for rollouts that begin from now on."),
    StrategyDeleted("The strategy is deleted; rollouts that have begun keep their copy."),
    Paused("No further cluster starts, or gets back what it had."),
    AlreadyPaused("The rollout is paused already."),
    Resumed("The rollout goes on, with the failures so far accepted."),
    NotPaused("The rollout is not paused."),
    AlreadyAborted("The rollout was aborted already."),
    Approved("The stage that awaited approval is passed."),
    NotAwaitingApproval("No stage of the rollout awaits approval."),
    AskedBefore(
            "The answer is about what the stage was before it came into its present state.",
            "Look at the stage, then answer again."),
    Promoted("The bake has ended early."),
    NotBaking("No stage of the rollout bakes."),
    Overridden("The gate stops the stage no longer, whatever it says."),
    GateAnswered("The external gate has its answer."),
    GateMissing("The command does not say which gate.", "Run `kpfleet override --gate`."),
    NoSuchGate("The rollout has no gate of that name; the message says which it has."),
    GateNotAnswered("The gate is one that the fleet watches by itself.", "Override it, if it is wrong."),
    ReasonMissing("A gate is overruled or answered with a reason only.", "Say why, with `--reason`."),
    NoStageUnderWay("No stage of the rollout updates or bakes, so no gate watches one."),
    Skipped("The rollout goes on without the cluster, for good."),
    AlreadySkipped("The cluster was skipped already."),
    AlreadyConverged("The cluster has converged and cannot be skipped."),
    ClusterInFlight("Azure is changing the cluster.", "Skip it once that has ended."),
    ClusterMissing("The command does not say which cluster.", "Run `kpfleet skip --cluster`."),
    Retried("Failed and skipped clusters are tried again."),
    NothingToRetry("No cluster failed or was skipped."),
    CannotRetry("Something keeps the clusters from being tried again; the message says what."),
    StillActive("The rollout has not ended.", "Abort it first."),
    RollingBack("Clusters get back what they had before the rollout."),
    AlreadyRollingBack("The rollout is rolling back already."),
    AlreadyRolledBack("The rollout, or the cluster, was rolled back already."),
    NothingToRollBack("The rollout has changed no cluster that still has to be rolled back."),
    CorrectionNotReverted(
            "The rollout only brought back what someone had changed, so there is nothing to give back.",
            "Roll back the rollout before it."),
    NotTheLatestRollout("The command names a rollout that is not the latest one of its config."),
    AnotherRolloutActive("Another rollout of the config is under way.", "Wait until it ends, or abort it."),
    NotRunning("The rollout is in no state for the command; the message says which ones are."),
    Ended("The rollout has ended.", "Run `kpfleet retry` or `kpfleet rerun`."),
    Started("The rollout has started."),
    StageDone("A stage is done."),
    ApprovalAwaited("A stage waits for a person's word.", "Look at the stage, then approve or reject it."),
    RolloutRemoved("The rollout ended long ago, and all but this record of it is removed."),
    CostTold("The message says what the changes of a stage cost, by what nodes count."),
    RegistrationStarted("Azure registers the preview feature, which takes minutes."),
    FeatureRegistered("The preview feature is registered."),
    RegistrationTimedOut("Azure has not registered the preview feature in time.", "Ask once more."),
    ClusterCreating("Azure creates the cluster."),
    ClusterExists("There is a cluster with that id already; it was not changed.");

    private final Words words;

    AnswerReason(String meaning) {
        words = new Words(meaning, null);
    }

    AnswerReason(String meaning, String helps) {
        words = new Words(meaning, helps);
    }

    @Override
    public Words words() {
        return words;
    }
}
