package dev.kubeproxyfleet.fleet.rollout;

import java.time.Instant;

/**
 * Where a rollout stands. Its methods are the only way from one state to the next.
 *
 * <p>Planned → Running ⇄ Paused → Succeeded | Failed; abort and supersede end any active one.
 */
public sealed interface RolloutState {

    /** When this state began. */
    Instant since();

    /** May still change clusters. */
    sealed interface Active extends RolloutState {

        default Aborted abort(String message, Instant now) {
            return new Aborted(now, message);
        }

        default Superseded supersede(RolloutId successor, Instant now) {
            return new Superseded(now, successor);
        }
    }

    /** Starts no cluster any more; what was in flight is still recorded. */
    sealed interface Ended extends RolloutState {}

    /**
     * Accepted, its clusters not chosen yet.
     *
     * @param code what it waits for: {@code InventoryPending}, {@code NoClusterMatches}
     */
    record Planned(Instant since, String code, String message) implements Active {

        /** Still waiting, for another reason; the same one leaves the state as it is. */
        public Planned waitFor(String newCode, String newMessage) {
            return code.equals(newCode) && message.equals(newMessage) ? this : new Planned(since, newCode, newMessage);
        }

        public Running start(Instant now) {
            return new Running(now);
        }
    }

    /** Starts clusters as its stages allow. */
    record Running(Instant since) implements Active {

        public Paused pause(String code, String message, Instant now) {
            return new Paused(now, code, message);
        }

        public Succeeded succeed(Instant now) {
            return new Succeeded(now);
        }

        public Failed fail(String code, String message, Instant now) {
            return new Failed(now, code, message);
        }
    }

    /** Starts no cluster until it is resumed; {@code code} says why: {@code PausedByOperator}, {@code MaxFailuresExceeded}. */
    record Paused(Instant since, String code, String message) implements Active {

        public Running resume(Instant now) {
            return new Running(now);
        }
    }

    /** Every selected cluster converged, or was skipped for a reason that the plan had shown. */
    record Succeeded(Instant since) implements Ended {}

    record Failed(Instant since, String code, String message) implements Ended {}

    record Aborted(Instant since, String message) implements Ended {}

    record Superseded(Instant since, RolloutId by) implements Ended {}
}
