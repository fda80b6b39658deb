package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.StageSpec.Approval;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import java.time.Duration;
import java.time.Instant;

/**
 * Where a stage stands: Waiting → (AwaitingApproval) → Updating → (Baking) → (AwaitingApproval) → Done.
 *
 * <p>A stage leaves Waiting only when the one before it is Done. One that has nothing to do then is Done at once. One that
 * began, and whose clusters were all skipped, has nothing to bake. One in which nothing converged awaits a person before others
 * follow it, see {@link StageProof}.
 */
public sealed interface StageState {

    Instant since();

    /** Its word in what people read. */
    default RolloutStatus.StageState shown() {
        return switch (this) {
            case Waiting _ -> RolloutStatus.StageState.Waiting;
            case AwaitingApproval _ -> RolloutStatus.StageState.AwaitingApproval;
            case Updating _ -> RolloutStatus.StageState.Updating;
            case Baking _ -> RolloutStatus.StageState.Baking;
            case Done _ -> RolloutStatus.StageState.Done;
        };
    }

    /** A stage that has got something to do again goes back to it; its bake and approval come after that. */
    default StageState reopen(Instant now) {
        return switch (this) {
            case Waiting waiting -> waiting;
            case AwaitingApproval awaiting when awaiting.approval() == Approval.before -> awaiting;
            case Updating updating -> updating;
            case AwaitingApproval _, Baking _, Done _ -> new Updating(now);
        };
    }

    record Waiting(Instant since) implements StageState {

        public AwaitingApproval awaitApproval(Instant now) {
            return new AwaitingApproval(now, Approval.before);
        }

        public Updating start(Instant now) {
            return new Updating(now);
        }

        /** A stage without clusters has nothing to wait for. */
        public Done skipEmpty(Instant now) {
            return new Done(now);
        }
    }

    /** @param approval whether the stage's start or its end awaits a person */
    record AwaitingApproval(Instant since, Approval approval) implements StageState {

        public StageState approve(Instant now) {
            return switch (approval) {
                case before -> new Updating(now);
                case after -> new Done(now);
            };
        }
    }

    record Updating(Instant since) implements StageState {

        public Baking bake(Duration bake, Instant now) {
            return new Baking(now, now.plus(bake));
        }

        public AwaitingApproval awaitApproval(Instant now) {
            return new AwaitingApproval(now, Approval.after);
        }

        public Done finish(Instant now) {
            return new Done(now);
        }
    }

    /** Rests until {@code until}, so that what a change breaks can show. */
    record Baking(Instant since, Instant until) implements StageState {

        /** Over as of now: a person has seen enough. */
        public Baking promote(Instant now) {
            return new Baking(since, now);
        }

        public boolean isOver(Instant now) {
            return !now.isBefore(until);
        }

        public AwaitingApproval awaitApproval(Instant now) {
            return new AwaitingApproval(now, Approval.after);
        }

        public Done finish(Instant now) {
            return new Done(now);
        }
    }

    record Done(Instant since) implements StageState {}
}
