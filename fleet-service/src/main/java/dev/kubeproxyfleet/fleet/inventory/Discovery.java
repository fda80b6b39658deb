package dev.kubeproxyfleet.fleet.inventory;

import dev.kubeproxyfleet.fleet.azure.ArmRequest;
import dev.kubeproxyfleet.fleet.azure.ArmResult;
import dev.kubeproxyfleet.fleet.azure.Subscriptions;
import dev.kubeproxyfleet.schemas.reason.AzureCode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jboss.logging.Logger;

/** Which subscriptions the fleet has, asked for seldom. One thread refreshes; any thread may ask what is known. */
final class Discovery {

    private static final Logger LOG = Logger.getLogger(Discovery.class);

    private final Azure azure;
    private final Duration interval;
    private volatile List<String> subscriptions = List.of();
    private Instant knownUntil = Instant.MIN;

    /** @param interval between two discoveries that had an answer */
    Discovery(Azure azure, Duration interval) {
        this.azure = azure;
        this.interval = interval;
    }

    /** In their order; empty while nothing is known, or a right is missing. */
    List<String> subscriptions() {
        return subscriptions;
    }

    /**
     * Asks, if that is due.
     *
     * @return whether there was an answer
     */
    boolean refresh(Instant now) {
        if (now.isBefore(knownUntil)) {
            return false;
        }
        return switch (azure.subscriptions()) {
            case Subscriptions.Known(Set<String> ids) -> {
                subscriptions = List.copyOf(new TreeSet<>(ids));
                knownUntil = now.plus(interval);
                yield true;
            }
            case Subscriptions.Unknown(ArmResult.ArmError error) -> {
                LOG.warnf("subscriptions not listed code=%s message=%s", error.code(), error.message());
                yield false;
            }
        };
    }

    /** Whether a subscription is out of the fleet for good: where ARM shows the fleet, a right to see it may be missing for the moment. */
    boolean hasLeft(String subscription) {
        return !subscriptions.contains(subscription)
                && (azure.fleetIsConfigured()
                        || (azure.call(new ArmRequest.ReadFeature(subscription)) instanceof ArmResult.ArmError error
                                && error.code().equals(AzureCode.SUBSCRIPTION_NOT_FOUND)));
    }
}
