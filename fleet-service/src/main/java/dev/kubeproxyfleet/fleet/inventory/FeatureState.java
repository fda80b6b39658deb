package dev.kubeproxyfleet.fleet.inventory;

import dev.kubeproxyfleet.fleet.azure.ArmRequest;
import dev.kubeproxyfleet.fleet.azure.ArmResult;
import dev.kubeproxyfleet.fleet.azure.FeatureRegistrations;
import java.time.Duration;
import java.time.Instant;
import org.jboss.logging.Logger;

/** Whether the preview feature is registered in a subscription, read seldom. One thread reads; any thread may ask. */
final class FeatureState {

    static final String UNKNOWN = "Unknown";

    private static final Logger LOG = Logger.getLogger(FeatureState.class);

    private final String subscription;
    private final Azure azure;
    private final Duration interval;
    private volatile String state = UNKNOWN;
    private Instant readAt = Instant.MIN;

    /** @param interval between two readings of a state that is known */
    FeatureState(String subscription, Azure azure, Duration interval) {
        this.subscription = subscription;
        this.azure = azure;
        this.interval = interval;
    }

    /** ARM's word for it, {@value #UNKNOWN} where ARM has given none. */
    String state() {
        return state;
    }

    /** It has changed: the next reading is due at once. */
    void forget() {
        state = UNKNOWN;
    }

    /** Reads it if that is due. */
    void read(Instant now) {
        if (!state.equals(UNKNOWN) && now.isBefore(readAt.plus(interval))) {
            return;
        }
        switch (azure.call(new ArmRequest.ReadFeature(subscription))) {
            case ArmResult.Ok ok -> {
                state = FeatureRegistrations.stateOf(ok.body()).orElse(UNKNOWN);
                readAt = now;
            }
            case ArmResult.ArmError error ->
                LOG.warnf(
                        "feature state not read subscription=%s code=%s message=%s",
                        subscription, error.code(), error.message());
        }
    }
}
