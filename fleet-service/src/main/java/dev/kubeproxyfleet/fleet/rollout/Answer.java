package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.AuditRecord.Verdict;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Audit records that share who asked what, and when. */
record Answer(
        @Nullable String requestId,
        String config,
        @Nullable String cluster,
        String action,
        String actor,
        @Nullable String reason,
        Instant now) {

    private static final String CONTROLLER = "controller";

    /** For what nobody asked for. */
    static Answer byItself(String config, String action, Instant now) {
        return new Answer(null, config, null, action, CONTROLLER, null, now);
    }

    /** The same, about one cluster. */
    Answer about(String oneCluster) {
        return new Answer(requestId, config, oneCluster, action, actor, reason, now);
    }

    AuditRecord done(@Nullable RolloutId rollout, ReasonCode code, String message) {
        return record(rollout, Verdict.Done, code, message);
    }

    AuditRecord unchanged(@Nullable RolloutId rollout, ReasonCode code, String message) {
        return record(rollout, Verdict.Unchanged, code, message);
    }

    AuditRecord refused(@Nullable RolloutId rollout, ReasonCode code, String message) {
        return record(rollout, Verdict.Refused, code, message);
    }

    AuditRecord not(RolloutId rollout, Refusal refusal) {
        return record(rollout, refusal.verdict(), refusal.code(), refusal.message());
    }

    /** Who did it and why, to end a sentence with. */
    String by() {
        return "by " + actor + (reason == null || reason.isBlank() ? "" : ": " + reason);
    }

    private AuditRecord record(@Nullable RolloutId rollout, Verdict verdict, ReasonCode code, String message) {
        return new AuditRecord(
                requestId,
                config,
                rollout == null ? null : rollout.toString(),
                cluster,
                action,
                actor,
                reason,
                verdict,
                code,
                message,
                now);
    }
}
