package dev.kubeproxyfleet.fleet.rollout;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where one cluster of a rollout stands: Waiting → Updating → Verifying → Converged | Failed | Skipped.
 *
 * <p>{@code code} is a stable reason code, {@code message} one sentence for people with ARM's words where ARM gave them.
 */
public sealed interface ClusterState {

    Instant since();

    /** One write or verification at a time counts against {@code maxConcurrent}. */
    sealed interface InFlight extends ClusterState {

        /** When the cluster must have converged. */
        Instant deadline();
    }

    /** Ended for this rollout. */
    sealed interface Ended extends ClusterState {}

    /** Not started; {@code code} is null while it only waits for its turn. */
    record Waiting(
            Instant since, @Nullable String code, @Nullable String message) implements ClusterState {

        /** Still waiting, for another reason; the same one leaves the state as it is. */
        public Waiting waitFor(String newCode, String newMessage, Instant now) {
            return newCode.equals(code) && newMessage.equals(message) ? this : new Waiting(now, newCode, newMessage);
        }

        public Updating start(int attempt, Instant deadline, Instant now) {
            return new Updating(now, attempt, deadline, null, null);
        }

        public Skipped skip(String newCode, String newMessage, Instant now) {
            return new Skipped(now, newCode, newMessage);
        }
    }

    /** The azure worker has an operation for it; {@code code} is what the worker last said it waits for. */
    record Updating(
            Instant since,
            int attempt,
            Instant deadline,
            @Nullable String code,
            @Nullable String message) implements InFlight {

        public Updating waitFor(String newCode, String newMessage) {
            return new Updating(since, attempt, deadline, newCode, newMessage);
        }

        /** @param appliedAt when ARM showed the desired configuration: only what nodes show after it is evidence */
        public Verifying verify(Instant appliedAt, String newMessage, Instant now) {
            return new Verifying(now, appliedAt, deadline, newMessage);
        }

        public Converged converge(String newMessage, Instant now) {
            return new Converged(now, newMessage);
        }

        public Failed fail(String newCode, String newMessage, Instant now) {
            return new Failed(now, newCode, newMessage);
        }

        public Skipped skip(String newCode, String newMessage, Instant now) {
            return new Skipped(now, newCode, newMessage);
        }
    }

    /** ARM shows the desired configuration; its nodes have yet to. */
    record Verifying(Instant since, Instant appliedAt, Instant deadline, String message) implements InFlight {

        public Verifying observe(String newMessage) {
            return newMessage.equals(message) ? this : new Verifying(since, appliedAt, deadline, newMessage);
        }

        public Converged converge(String newMessage, Instant now) {
            return new Converged(now, newMessage);
        }

        public Failed fail(String newCode, String newMessage, Instant now) {
            return new Failed(now, newCode, newMessage);
        }

        public Skipped skip(String newCode, String newMessage, Instant now) {
            return new Skipped(now, newCode, newMessage);
        }
    }

    record Converged(Instant since, String message) implements Ended {}

    record Failed(Instant since, String code, String message) implements Ended {}

    record Skipped(Instant since, String code, String message) implements Ended {}
}
