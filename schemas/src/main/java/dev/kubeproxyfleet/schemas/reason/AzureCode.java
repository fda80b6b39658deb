package dev.kubeproxyfleet.schemas.reason;

import dev.kubeproxyfleet.schemas.limit.Limits;
import java.util.Objects;

/**
 * A code that Azure chose and that is passed on with its message. A reader that is older than the writer takes a new reason of ours for
 * one of these too, since a text alone does not tell.
 *
 * @param code cut to {@link Limits#MAX_CODE_LENGTH}
 */
public record AzureCode(String code) implements ReasonCode {

    /** Another operation runs on the resource. */
    public static final AzureCode OPERATION_NOT_ALLOWED = new AzureCode("OperationNotAllowed");

    /** Another operation runs on the resource. */
    public static final AzureCode CONFLICT = new AzureCode("Conflict");

    /** An assignment of Azure Policy denies the change; the message names the policy and the assignment. */
    public static final AzureCode REQUEST_DISALLOWED_BY_POLICY = new AzureCode("RequestDisallowedByPolicy");

    /** The subscription does not exist, or the identity may not know of it. */
    public static final AzureCode SUBSCRIPTION_NOT_FOUND = new AzureCode("SubscriptionNotFound");

    public AzureCode {
        code = Limits.cut(Objects.requireNonNull(code, "code"), Limits.MAX_CODE_LENGTH);
    }

    @Override
    public String toString() {
        return code;
    }
}
