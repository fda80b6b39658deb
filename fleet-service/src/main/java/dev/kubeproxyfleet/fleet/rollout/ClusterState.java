package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where one cluster of a rollout stands: Waiting → Updating → Verifying → Converged | Failed | Skipped, and through Updating
 * and Verifying once more to RolledBack.
 *
 * <p>{@code code} is a stable reason code, {@code message} one sentence for people with ARM's words where ARM gave them.
 */
public sealed interface ClusterState {

    Instant since();

    /** Written again, to what it had before the rollout. */
    default Updating rollBack(int attempt, Instant deadline, Instant now) {
        return new Updating(now, attempt, deadline, null, null);
    }

    /** The rollout can go on without it. */
    sealed interface Skippable extends ClusterState {

        default Skipped skip(ReasonCode newCode, String newMessage, Instant now) {
            return new Skipped(now, newCode, newMessage, false);
        }
    }

    /** One write or verification at a time counts against {@code maxConcurrent}. */
    sealed interface InFlight extends Skippable {

        /** When the cluster must have converged. */
        Instant deadline();

        default Converged converge(String newMessage, Instant now) {
            return new Converged(now, null, newMessage, false, null);
        }

        default RolledBack finishRollback(String newMessage, Instant now) {
            return new RolledBack(now, newMessage);
        }

        default Failed fail(ReasonCode newCode, String newMessage, Instant now) {
            return new Failed(now, newCode, newMessage);
        }
    }

    /** Ended for this rollout. */
    sealed interface Ended extends ClusterState {}

    /** Ended without the configuration; it can be tried again. */
    sealed interface Retriable extends Ended, Skippable {

        default Waiting retry(Instant now) {
            return new Waiting(now, null, null);
        }
    }

    /** Not started; {@code code} is null while it only waits for its turn. */
    record Waiting(
            Instant since,
            @Nullable ReasonCode code,
            @Nullable String message) implements Skippable {

        /** Still waiting; {@code since} is when this reason began. */
        public Waiting waitFor(ReasonCode newCode, String newMessage, Instant now) {
            if (!newCode.equals(code)) {
                return new Waiting(now, newCode, newMessage);
            }
            return newMessage.equals(message) ? this : new Waiting(since, newCode, newMessage);
        }

        public Updating start(int attempt, Instant deadline, Instant now) {
            return new Updating(now, attempt, deadline, null, null);
        }
    }

    /** The azure worker has an operation for it; {@code code} is what the worker last said it waits for. */
    record Updating(
            Instant since,
            int attempt,
            Instant deadline,
            @Nullable ReasonCode code,
            @Nullable String message) implements InFlight {

        public Updating waitFor(ReasonCode newCode, String newMessage) {
            return new Updating(since, attempt, deadline, newCode, newMessage);
        }

        /** @param appliedAt when ARM showed the desired configuration: only what nodes show after it is evidence */
        public Verifying verify(Instant appliedAt, String newMessage, Instant now) {
            return new Verifying(now, appliedAt, deadline, newMessage);
        }
    }

    /** ARM shows the desired configuration; those whose word counts have yet to. */
    record Verifying(Instant since, Instant appliedAt, Instant deadline, String message) implements InFlight {

        public Verifying observe(String newMessage) {
            return newMessage.equals(message) ? this : new Verifying(since, appliedAt, deadline, newMessage);
        }
    }

    /**
     * Its nodes were seen to run the configuration.
     *
     * @param code null while it still does; else how it has drifted: {@link ClusterReason#Drifted},
     *     {@link ClusterReason#DriftFight} or {@link ClusterReason#NodesDrifted}
     * @param listed whether the inventory has shown the configuration since: what it shows before may be older than the write
     * @param differsSince since when its nodes show something else, which may yet pass; null while they do not
     */
    record Converged(
            Instant since,
            @Nullable ReasonCode code,
            String message,
            boolean listed,
            @Nullable Instant differsSince) implements Ended {

        public Converged seenListed() {
            return listed ? this : new Converged(since, code, message, true, differsSince);
        }

        public Converged drift(ReasonCode newCode, String newMessage, Instant now) {
            return new Converged(now, newCode, newMessage, true, null);
        }

        public Converged comeBack(String newMessage, Instant now) {
            return new Converged(now, null, newMessage, true, null);
        }

        /** Its nodes have begun to show something else. */
        public Converged differ(Instant now) {
            return differsSince == null ? new Converged(since, code, message, listed, now) : this;
        }

        /** Its nodes show the configuration again, or nothing. */
        public Converged agree() {
            return differsSince == null ? this : new Converged(since, code, message, listed, null);
        }
    }

    record Failed(Instant since, ReasonCode code, String message) implements Retriable {}

    /** @param planned whether the plan had shown it */
    record Skipped(Instant since, ReasonCode code, String message, boolean planned) implements Retriable {

        /** Whether a rollout may not succeed with it. */
        boolean isUnforeseen() {
            return !planned && !SkipCode.isHarmless(code);
        }
    }

    /** Its nodes were seen to run what they ran before the rollout. */
    record RolledBack(Instant since, String message) implements Ended {}
}
