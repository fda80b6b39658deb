package dev.kubeproxyfleet.schemas.message;

import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Whether a subscription may use {@code kubeProxyConfig}. REST: {@code GET /api/v1/features}.
 *
 * @param subscription subscription id, lower case
 * @param feature ARM's state of {@code Microsoft.ContainerService/KubeProxyConfigurationPreview}: {@code Registered}, {@code
 *     NotRegistered}, {@code Registering}, …; {@code Unknown} if it could not be read
 * @param provider ARM's registration state of {@code Microsoft.ContainerService}; {@code Unknown} as above
 * @param registration the last one that this replica was asked for; null if there was none
 */
public record FeatureStatus(
        String subscription,
        String feature,
        String provider,
        @Nullable Registration registration) {

    public static final String UNKNOWN = "Unknown";

    /** How far a registration has come. */
    public enum Phase {
        /** ARM registers the feature; minutes. */
        Feature,
        /** The feature is registered, and the provider registers again to act by it. */
        Provider,
        Done,
        Failed
    }

    /**
     * @param code ARM's, where it failed
     * @param message one sentence for people
     * @param since when the phase began
     */
    public record Registration(Phase phase, @Nullable ReasonCode code, String message, Instant since) {

        public boolean ended() {
            return phase == Phase.Done || phase == Phase.Failed;
        }
    }
}
