package dev.kubeproxyfleet.schemas.message;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Who did what, when and why, and what came of it. Topic {@code audit}, key {@link #config()}.
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
        String code,
        String message,
        Instant at) {

    public static final String TYPE = "dev.kubeproxyfleet.audit.v1";

    /** What came of it. */
    public enum Verdict {
        Done,
        Unchanged,
        Refused
    }
}
