package dev.kubeproxyfleet.fleet.azure;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What ARM answered. */
public sealed interface ArmResult {

    /** Calls left of ARM's own budget for reads, or for writes, of this subscription; null if ARM did not say. */
    @Nullable
    Integer remaining();

    /**
     * 2xx.
     *
     * @param body a missing node where there was none
     * @param eTag the header's, else the body's
     * @param operationUrl {@code Azure-AsyncOperation}, else {@code Location}
     */
    record Ok(
            int status,
            JsonNode body,
            @Nullable String eTag,
            @Nullable String operationUrl,
            @Nullable Integer remaining)
            implements ArmResult {

        public Ok(int status, JsonNode body, @Nullable String eTag, @Nullable String operationUrl) {
            this(status, body, eTag, operationUrl, null);
        }
    }

    /**
     * Anything else.
     *
     * @param status HTTP status; 0 if there was no answer, so that the fate of a write is unknown
     * @param code ARM's; {@code Http<status>} if it gave none
     * @param retryAfter how long ARM asked to wait
     * @param demand what would let it pass after all; null if nothing does
     */
    record ArmError(
            int status,
            ReasonCode code,
            String message,
            @Nullable Duration retryAfter,
            @Nullable Integer remaining,
            PolicyTokens.@Nullable Demand demand)
            implements ArmResult {

        public ArmError(int status, ReasonCode code, String message, @Nullable Duration retryAfter) {
            this(status, code, message, retryAfter, null, null);
        }

        /** One line for logs and people. */
        public String describe() {
            return code + ": " + message;
        }
    }
}
