package dev.kubeproxyfleet.schemas.message;

import dev.kubeproxyfleet.schemas.limit.Limits;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Who did what, when and why, and what came of it. Topic {@code audit}, key {@link #config()}. Texts are cut to {@link Limits}: what
 * they quote may be others' words, and an answer must not be too long to be given.
 *
 * @param requestId id of the command or configuration event answered; null for what the controller did by itself
 * @param cluster ARM resource id of the one cluster that it is about, lower case; null where it is about more, or none
 * @param action such as {@code Publish}, {@code Pause}, {@code StageDone}
 * @param code stable code of the verdict, such as {@code RolloutPlanned}, {@code NotPaused}
 * @param message one sentence for people
 */
public record AuditRecord(
        @Nullable String requestId,
        String config,
        @Nullable String rollout,
        @Nullable String cluster,
        String action,
        String actor,
        @Nullable String reason,
        Verdict verdict,
        ReasonCode code,
        String message,
        Instant at) {

    private static final int MAX_ACTION_LENGTH = 64;

    public static final String TYPE = "dev.kubeproxyfleet.audit.v1";

    public AuditRecord {
        Objects.requireNonNull(verdict, "verdict");
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(at, "at");
        requestId = requestId == null ? null : Limits.cut(requestId, Limits.MAX_ID_LENGTH);
        config = Limits.cut(Objects.requireNonNull(config, "config"), Limits.MAX_ID_LENGTH);
        rollout = rollout == null ? null : Limits.cut(rollout, Limits.MAX_ID_LENGTH);
        action = Limits.cut(Objects.requireNonNull(action, "action"), MAX_ACTION_LENGTH);
        actor = Attribution.actor(Objects.requireNonNull(actor, "actor"));
        reason = Attribution.reason(reason);
        message = Limits.cut(Objects.requireNonNull(message, "message"), Limits.MAX_MESSAGE_LENGTH);
    }

    /** What came of it. */
    public enum Verdict {
        Done,
        Unchanged,
        Refused
    }
}
