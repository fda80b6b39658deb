package dev.kubeproxyfleet.schemas.reason;

/** What happens between the Azure worker and ARM. */
public enum WorkerReason implements Reason {
    Updating("ARM applies the change."),
    WorkerBusy("This replica of the service has enough to do, and begins later."),
    LocalBudget(
            "Azure's budget for such calls is spent; the change waits until it has refilled, and a new cluster is refused.",
            "Ask for the new cluster again later."),
    PreconditionFailed("The cluster keeps changing between reading and writing; it is read and tried again."),
    NetworkError(
            "ARM cannot be reached; the call is tried again.",
            "See the network and proxies between the service and ARM."),
    CredentialUnavailable("There is no token for ARM; the call is tried again.", "See the identity of the service."),
    UnreadableAnswer("ARM's answer is no cluster; the call is tried again."),
    AcceptedNotApplied("ARM reported success and shows something else; the change is tried once more, then it fails."),
    ProvisioningFailed("The operation failed, and ARM gave no error for it."),
    DeadlineExceeded("The deadline of the cluster has passed; the message says what was waited for."),
    TooManyPages("A listing of ARM does not end, or leads back to a page that was read; it is listed again."),
    PolicyTokenRefused(
            "An assignment of Azure Policy has such changes evaluated elsewhere, and gave no policy token for this one; the change fails.",
            "The message names the policy and its assignment, and says why. Who evaluates can allow it; the identity of the service needs to read the subscription (role Reader)."),
    ForeignLink("ARM sent a link to elsewhere, which was not followed; the change fails."),
    InternalError("A fault of the service stopped it.", "See the log of the service, and report it.");

    private final Words words;

    WorkerReason(String meaning) {
        words = new Words(meaning, null);
    }

    WorkerReason(String meaning, String helps) {
        words = new Words(meaning, helps);
    }

    @Override
    public Words words() {
        return words;
    }
}
