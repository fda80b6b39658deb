package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.message.AuditRecord.Verdict;

/**
 * Why something that a person can ask for is not done.
 *
 * @param verdict {@code Unchanged} where it is so already, else {@code Refused}
 * @param message one sentence for people
 */
public record Refusal(Verdict verdict, String code, String message) {

    static Refusal refused(String code, String message) {
        return new Refusal(Verdict.Refused, code, message);
    }

    static Refusal unchanged(String code, String message) {
        return new Refusal(Verdict.Unchanged, code, message);
    }
}
