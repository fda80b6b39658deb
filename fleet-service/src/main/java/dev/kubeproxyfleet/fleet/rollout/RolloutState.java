package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where a rollout stands. Its methods are the only way from one state to the next.
 *
 * <p>Planned → Running → Succeeded | Failed; abort and supersede end any active one. RollingBack follows any state in which
 * clusters may have been changed, and ends as RolledBack, or as Failed where not all could be. Planned, Running and RollingBack
 * can be Paused, and go on from there.
 */
public sealed interface RolloutState {

    /** When this state began. */
    Instant since();

    /** Whether its stages may still go on, at once or when it is resumed: its clusters are chosen, and it is not on its way back. */
    default boolean goesForward() {
        return switch (this) {
            case Running _ -> true;
            case Paused paused -> paused.from() instanceof Running;
            case Planned _, RollingBack _, Ended _ -> false;
        };
    }

    /** May still change clusters. */
    sealed interface Active extends RolloutState {

        default Aborted abort(ReasonCode code, String message, Instant now) {
            return new Aborted(now, code, message);
        }

        default Superseded supersede(RolloutId successor, Instant now) {
            return new Superseded(now, successor);
        }
    }

    /** Does something by itself, until someone holds it. */
    sealed interface Pausable extends Active {

        default Paused pause(ReasonCode code, String message, Instant now) {
            return new Paused(now, code, message, this);
        }

        /** The same once more, from {@code now}. */
        Pausable again(Instant now);
    }

    /** Starts no cluster any more; what was in flight is still recorded. */
    sealed interface Ended extends RolloutState {}

    /** Clusters may have been changed. */
    sealed interface Revertible extends RolloutState {

        default RollingBack rollBack(ReasonCode code, String message, Instant now) {
            return new RollingBack(now, code, message, null);
        }
    }

    /**
     * Accepted, its clusters not chosen yet.
     *
     * @param code what it waits for: {@code InventoryPending}, {@code NoClusterMatches}, {@code ScheduledStart}
     */
    record Planned(Instant since, ReasonCode code, String message) implements Pausable {

        /** Still waiting, for another reason; the same one leaves the state as it is. */
        public Planned waitFor(ReasonCode newCode, String newMessage) {
            return code.equals(newCode) && message.equals(newMessage) ? this : new Planned(since, newCode, newMessage);
        }

        public Running start(Instant now) {
            return new Running(now, null, null);
        }

        @Override
        public Planned again(Instant now) {
            return new Planned(now, code, message);
        }
    }

    /** Starts clusters as its stages allow; {@code code} says why it starts none for now, {@code OutsideWindow}, or is null. */
    record Running(
            Instant since,
            @Nullable ReasonCode code,
            @Nullable String message) implements Pausable, Revertible {

        public Running hold(ReasonCode newCode, String newMessage) {
            return newCode.equals(code) && newMessage.equals(message) ? this : new Running(since, newCode, newMessage);
        }

        public Running goOn() {
            return code == null ? this : new Running(since, null, null);
        }

        @Override
        public Running again(Instant now) {
            return new Running(now, null, null);
        }

        public Succeeded succeed(Instant now) {
            return new Succeeded(now);
        }

        public Failed fail(ReasonCode newCode, String newMessage, Instant now) {
            return new Failed(now, newCode, newMessage);
        }
    }

    /**
     * Does nothing until it is resumed; {@code code} says why: {@code PausedByOperator}, {@code RollbackPaused},
     * {@code MaxFailuresExceeded}, {@code RestoredFromBackup}.
     *
     * @param from what it was, and will be again
     */
    record Paused(Instant since, ReasonCode code, String message, Pausable from) implements Active, Revertible {

        public Pausable resume(Instant now) {
            return from.again(now);
        }
    }

    /**
     * Gives clusters back what they had before, the newest change first; {@code code} says why.
     *
     * @param stuck why nothing moves, since only clusters are left that cannot be written; null while others move
     */
    record RollingBack(
            Instant since,
            ReasonCode code,
            String message,
            @Nullable Stuck stuck) implements Pausable {

        /** @param message names the cluster and what it waits for */
        public record Stuck(Instant since, String message) {}

        /** The time that they are waited for begins once, whatever they wait for. */
        public RollingBack stuckFor(String reason, Instant now) {
            Stuck next = new Stuck(stuck == null ? now : stuck.since(), reason);
            return next.equals(stuck) ? this : new RollingBack(since, code, message, next);
        }

        public RollingBack moving() {
            return stuck == null ? this : new RollingBack(since, code, message, null);
        }

        @Override
        public RollingBack again(Instant now) {
            return new RollingBack(now, code, message, null);
        }

        public RolledBack finish(String newMessage, Instant now) {
            return new RolledBack(now, code, newMessage);
        }

        public Failed fail(ReasonCode newCode, String newMessage, Instant now) {
            return new Failed(now, newCode, newMessage);
        }
    }

    /** Every selected cluster converged, or was skipped for a reason that the plan had shown. */
    record Succeeded(Instant since) implements Ended, Revertible {}

    record Failed(Instant since, ReasonCode code, String message) implements Ended, Revertible {}

    /** Ended by a person; {@code code} says how: {@code Aborted}, {@code Rejected}, {@code ConfigDeleted}. */
    record Aborted(Instant since, ReasonCode code, String message) implements Ended, Revertible {}

    record Superseded(Instant since, RolloutId by) implements Ended {}

    /** @param code why it went back; null of those that ended before that was kept */
    record RolledBack(Instant since, @Nullable ReasonCode code, String message) implements Ended {}
}
