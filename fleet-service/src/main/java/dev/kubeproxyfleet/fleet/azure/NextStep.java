package dev.kubeproxyfleet.fleet.azure;

import dev.kubeproxyfleet.schemas.message.Outcome;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.reason.WorkerReason;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What follows from an answer of ARM: the whole table. */
public sealed interface NextStep {

    /** The cluster has changed since it was read. */
    record ReadAgain() implements NextStep {}

    /** @param retryAfter as long as ARM asked for; null leaves it to the back-off */
    record TryAgain(
            ReasonCode code, String message, @Nullable Duration retryAfter) implements NextStep {}

    record Finish(Outcome.Result result) implements NextStep {}

    Set<String> PREEMPTED =
            Set.of("aksoperationpreempted", "operationpreempted", "operationpreemptedbyanotheroperation");

    /** 404s that mean the cluster; others mean its address, such as an api-version that has been retired. */
    Set<String> GONE = Set.of("resourcenotfound", "resourcegroupnotfound", "notfound");

    /** 409s that no other operation's end will mend. */
    Set<String> FINAL_CONFLICTS = Set.of(
            "missingsubscriptionregistration",
            "invalidresourcelocation",
            "readonlydisabledsubscription",
            "subscriptionisoverquotaforsku");

    /**
     * After a call that ARM did not accept.
     *
     * <p>Source: "Resolve errors when deploying AKS", "Common ARM errors", and domain facts of the AKS resource provider.
     */
    static NextStep after(ArmResult.ArmError error) {
        if (locked(error.code())) {
            return skipped(ClusterReason.ScopeLocked, error.message());
        }
        if (stopped(error.code())) {
            return skipped(ClusterReason.ClusterStopped, error.message());
        }
        if (preempted(error.code())) {
            return tryAgain(error);
        }
        return switch (error.status()) {
            // A link that is not followed stays what it is however often it is asked for.
            case 0 ->
                error.code() == WorkerReason.ForeignLink ? failed(error.code(), error.message()) : tryAgain(error);
            case 409 ->
                FINAL_CONFLICTS.contains(lower(error.code())) ? failed(error.code(), error.message()) : tryAgain(error);
            case 401, 408, 425 -> tryAgain(error);
            // As long as the local budgets hold such calls back.
            case 429 ->
                new TryAgain(
                        error.code(),
                        error.message(),
                        error.retryAfter() == null ? Budgets.DEFAULT_RETRY_AFTER : error.retryAfter());
            case 404 ->
                GONE.contains(lower(error.code()))
                        ? new Finish(new Outcome.Gone())
                        : failed(error.code(), error.message());
            case 412 -> new ReadAgain();
            default -> error.status() >= 500 ? tryAgain(error) : failed(error.code(), error.message());
        };
    }

    /** After an accepted write whose operation ended other than Succeeded. */
    static NextStep afterFailedOperation(ReasonCode code, String message) {
        if (preempted(code)) {
            return new TryAgain(code, message, null);
        }
        if (locked(code)) {
            return skipped(ClusterReason.ScopeLocked, message);
        }
        return stopped(code) ? skipped(ClusterReason.ClusterStopped, message) : failed(code, message);
    }

    private static boolean locked(ReasonCode code) {
        return lower(code).equals("scopelocked");
    }

    private static boolean stopped(ReasonCode code) {
        String lower = lower(code);
        return lower.equals("clusterstopped")
                || lower.equals("clusterisstopped")
                || lower.equals("managedclusterstopped");
    }

    private static boolean preempted(ReasonCode code) {
        return PREEMPTED.contains(lower(code));
    }

    /** Azure spells one code in several ways. */
    private static String lower(ReasonCode code) {
        return code.code().toLowerCase(Locale.ROOT);
    }

    private static NextStep tryAgain(ArmResult.ArmError error) {
        return new TryAgain(error.code(), error.message(), error.retryAfter());
    }

    private static NextStep skipped(ReasonCode code, String message) {
        return new Finish(new Outcome.Skipped(code, message));
    }

    private static NextStep failed(ReasonCode code, String message) {
        return new Finish(new Outcome.Failed(code, message));
    }
}
