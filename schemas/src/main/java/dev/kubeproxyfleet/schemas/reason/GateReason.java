package dev.kubeproxyfleet.schemas.reason;

/** Why a gate of a stage failed, or could not tell. */
public enum GateReason implements Reason {
    SignalRose(
            "The stage's changed nodes count far more of the signal than the unchanged ones let expect.",
            "Roll back, or run `kpfleet override` with a reason and resume."),
    TooFewNodeSeconds(
            "The changed nodes were watched for too short a time, or were too few, to tell that nothing is wrong.",
            "Give the stage a longer bake, or more clusters."),
    NoBaseline(
            "Too little is known of the time before the change to compare with.",
            "Wait until the agents have watched the clusters for half an hour before a rollout starts."),
    NoControls(
            "The signal rose, and there are too few clusters that were not changed to tell whether it rose everywhere.",
            "Look at what happened at that time, then override the gate or roll back."),
    SignalUnknown(
            "No node of the changed clusters tells the signal.", "See that the agents run, and in which version."),
    NotProven(
            "At the end of the stage's bake, nodes of clusters that had converged are known not to be as they must; the message names the clusters, with the code of each.",
            "Mend the cause and resume, which looks again; or roll back, or run `kpfleet override` with a reason and resume."),
    ProofUnknown(
            "At the end of the stage's bake, nodes of clusters that had converged do not tell enough any more; the message names the clusters, with the code of each.",
            "See that the agents run, then resume, which looks again."),
    ProofAwaited(
            "The stage has baked, and clusters that had converged are not proven at the moment; they have some minutes to be so again.",
            "See what the message says of them, or override the gate."),
    AnswerFailed(
            "An external gate was answered with Fail; the message says by whom and why.",
            "Roll back, or run `kpfleet override` with a reason and resume."),
    AnswerInconclusive(
            "An external gate was answered with Inconclusive; the message says by whom and why.",
            "Have it answered again, or override it."),
    AnswerAwaited("An external gate has no verdict yet.", "Wait for it, answer it, or override it.");

    private final Words words;

    GateReason(String meaning, String helps) {
        words = new Words(meaning, helps);
    }

    @Override
    public Words words() {
        return words;
    }
}
