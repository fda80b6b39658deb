package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.message.AuditRecord.Verdict;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;

/**
 * Why something that a person can ask for is not done.
 *
 * @param verdict {@code Unchanged} where it is so already, else {@code Refused}
 * @param message one sentence for people
 */
public record Refusal(Verdict verdict, ReasonCode code, String message) {

    static Refusal refused(ReasonCode code, String message) {
        return new Refusal(Verdict.Refused, code, message);
    }

    static Refusal unchanged(ReasonCode code, String message) {
        return new Refusal(Verdict.Unchanged, code, message);
    }
}
