package dev.kubeproxyfleet.fleet.azure;

import dev.kubeproxyfleet.schemas.message.Outcome;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What follows from an answer of ARM: the whole table. */
sealed interface NextStep {

    /** The cluster has changed since it was read. */
    record ReadAgain() implements NextStep {}

    /** @param retryAfter as long as ARM asked for; null leaves it to the back-off */
    record TryAgain(String code, String message, @Nullable Duration retryAfter) implements NextStep {}

    record Finish(Outcome.Result result) implements NextStep {}

    String SCOPE_LOCKED = "ScopeLocked";
    String CLUSTER_STOPPED = "ClusterStopped";

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
        if (error.code().equalsIgnoreCase(SCOPE_LOCKED)) {
            return skipped(SCOPE_LOCKED, error.message());
        }
        if (stopped(error.code())) {
            return skipped(CLUSTER_STOPPED, error.message());
        }
        if (preempted(error.code())) {
            return tryAgain(error);
        }
        return switch (error.status()) {
            // A link that is not followed stays what it is however often it is asked for.
            case 0 ->
                error.code().equals(ArmResult.FOREIGN_LINK) ? failed(error.code(), error.message()) : tryAgain(error);
            case 409 ->
                FINAL_CONFLICTS.contains(error.code().toLowerCase(Locale.ROOT))
                        ? failed(error.code(), error.message())
                        : tryAgain(error);
            case 401, 408, 425 -> tryAgain(error);
            // As long as the local budgets hold such calls back.
            case 429 ->
                new TryAgain(
                        error.code(),
                        error.message(),
                        error.retryAfter() == null ? Budgets.DEFAULT_RETRY_AFTER : error.retryAfter());
            case 404 ->
                GONE.contains(error.code().toLowerCase(Locale.ROOT))
                        ? new Finish(new Outcome.Gone())
                        : failed(error.code(), error.message());
            case 412 -> new ReadAgain();
            default -> error.status() >= 500 ? tryAgain(error) : failed(error.code(), error.message());
        };
    }

    /** After an accepted write whose operation ended other than Succeeded. */
    static NextStep afterFailedOperation(String code, String message) {
        if (preempted(code)) {
            return new TryAgain(code, message, null);
        }
        if (code.equalsIgnoreCase(SCOPE_LOCKED)) {
            return skipped(SCOPE_LOCKED, message);
        }
        return stopped(code) ? skipped(CLUSTER_STOPPED, message) : failed(code, message);
    }

    private static boolean stopped(String code) {
        String lower = code.toLowerCase(Locale.ROOT);
        return lower.equals("clusterstopped")
                || lower.equals("clusterisstopped")
                || lower.equals("managedclusterstopped");
    }

    private static boolean preempted(String code) {
        return PREEMPTED.contains(code.toLowerCase(Locale.ROOT));
    }

    private static NextStep tryAgain(ArmResult.ArmError error) {
        return new TryAgain(error.code(), error.message(), error.retryAfter());
    }

    private static NextStep skipped(String code, String message) {
        return new Finish(new Outcome.Skipped(code, message));
    }

    private static NextStep failed(String code, String message) {
        return new Finish(new Outcome.Failed(code, message));
    }
}
