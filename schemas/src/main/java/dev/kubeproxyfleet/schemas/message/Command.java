package dev.kubeproxyfleet.schemas.message;

import dev.kubeproxyfleet.schemas.limit.Limits;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a person asks of a rollout. Topic {@code commands}, key {@link #config()}; answered by an {@link AuditRecord} whose
 * {@code requestId} is {@link #id()}.
 *
 * @param id unique; the same id twice is done once
 * @param rollout the rollout meant; null for the config's latest. A command for one that is no longer the latest is refused
 * @param cluster ARM resource id, lower case, of the one cluster meant by {@code Retry} or {@code Skip}; null for all, and
 *     for every other action
 * @param gate the gate meant by {@code Override} or {@code Answer}: {@code proof}, a signal's key, or the name of an external gate; null
 *     for every other action
 * @param verdict of {@code Answer}; null for every other action
 * @param stageSince of {@code Answer}: since when the stage is in the state that was judged, as {@link RolloutStatus.Stage#since()}
 *     says; the answer is refused where the stage under way is in another one by now. Null for whatever stage is under way, and for
 *     every other action
 * @param actor who asks
 * @param reason why, in the actor's words
 */
public record Command(
        String id,
        String config,
        @Nullable String rollout,
        Action action,
        @Nullable String cluster,
        @Nullable String gate,
        @Nullable GateVerdict verdict,
        @Nullable Instant stageSince,
        String actor,
        @Nullable String reason,
        Instant at) {

    public static final String TYPE = "dev.kubeproxyfleet.command.v1";

    public Command {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(config, "config");
        Objects.requireNonNull(action, "action");
        Objects.requireNonNull(actor, "actor");
        Objects.requireNonNull(at, "at");
        Limits.checkTime("at", at);
        if (stageSince != null) {
            Limits.checkTime("stageSince", stageSince);
        }
        actor = Attribution.actor(actor);
        reason = Attribution.reason(reason);
        cluster = cluster == null ? null : cluster.toLowerCase(Locale.ROOT);
    }

    /** The same, asked by somebody who is named so. */
    public Command by(String name) {
        return new Command(id, config, rollout, action, cluster, gate, verdict, stageSince, name, reason, at);
    }

    /** About the rollout as a whole. */
    public Command(
            String id,
            String config,
            @Nullable String rollout,
            Action action,
            String actor,
            @Nullable String reason,
            Instant at) {
        this(id, config, rollout, action, null, null, null, null, actor, reason, at);
    }

    /** About a gate of whatever stage is under way. */
    public Command(
            String id,
            String config,
            @Nullable String rollout,
            Action action,
            @Nullable String cluster,
            @Nullable String gate,
            @Nullable GateVerdict verdict,
            String actor,
            @Nullable String reason,
            Instant at) {
        this(id, config, rollout, action, cluster, gate, verdict, null, actor, reason, at);
    }

    /** About no gate. */
    public Command(
            String id,
            String config,
            @Nullable String rollout,
            Action action,
            @Nullable String cluster,
            String actor,
            @Nullable String reason,
            Instant at) {
        this(id, config, rollout, action, cluster, null, null, null, actor, reason, at);
    }

    /** What can be asked. */
    public enum Action {
        Pause,
        Resume,
        Abort,
        Approve,
        /** Says no where an approval is awaited; ends the rollout. */
        Reject,
        /** Tries failed and skipped clusters again: in the rollout while it is active, else in a new one. */
        Retry,
        /** Leaves one cluster out. */
        Skip,
        /** Ends a bake early. */
        Promote,
        /** Gives what the rollout changed back what it had before, newest first. */
        Rollback,
        /** Rolls the config's unchanged spec out once more. */
        Rerun,
        /** Lets a stage pass one of its gates, whatever that says; with a reason. */
        Override,
        /** Says what an external gate says; with a reason. */
        Answer
    }
}
