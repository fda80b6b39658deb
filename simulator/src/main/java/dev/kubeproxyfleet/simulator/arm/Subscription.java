package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.simulator.world.SimulatedSubscription;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What is registered and allowed in a subscription. Guarded by the lock of {@link ArmModel}. */
final class Subscription {

    static final String FEATURE = "KubeProxyConfigurationPreview";

    /** How long a feature is Registering. */
    static final Duration FEATURE_REGISTRATION = Duration.ofMinutes(5);

    /** How long the resource provider is Registering, and until it acts by a new feature. */
    static final Duration PROVIDER_REGISTRATION = Duration.ofMinutes(1);

    private static final List<String> EVERYTHING = List.of("*");

    final SimulatedSubscription identity;
    private final Registration feature = new Registration();
    private final Registration provider = new Registration();
    private boolean providerKnown = true;
    private boolean featureInForce = true;

    @Nullable
    private Instant inForceAt;

    private List<String> rights = EVERYTHING;

    Subscription(SimulatedSubscription identity) {
        this.identity = identity;
    }

    String id() {
        return identity.id();
    }

    String featureState(Instant now) {
        return feature.state(now);
    }

    String providerState(Instant now) {
        return provider.state(now);
    }

    /** False until the provider has been registered once. */
    boolean providerUsable() {
        return providerKnown;
    }

    void registerFeature(Instant now, Duration takes) {
        if (!feature.registered(now)) {
            feature.begin(now, takes);
        }
    }

    void unregisterFeature() {
        setFeature(false);
    }

    /** Registers the provider, or makes it take over the features that have been registered meanwhile. */
    void registerProvider(Instant now, Duration takes) {
        providerKnown = true;
        provider.begin(now, takes);
        if (feature.registered(now) && !featureInForce(now)) {
            inForceAt = now.plus(takes);
        }
    }

    /** Whether the provider acts by the feature: it was registered, and then the provider again. */
    boolean featureInForce(Instant now) {
        if (inForceAt != null && !now.isBefore(inForceAt)) {
            featureInForce = true;
            inForceAt = null;
        }
        return featureInForce;
    }

    void setFeature(boolean registered) {
        feature.set(registered);
        featureInForce = registered;
        inForceAt = null;
    }

    void unregisterProvider() {
        providerKnown = false;
        provider.set(false);
    }

    /** @param actions patterns as in role definitions */
    void setRights(List<String> actions) {
        rights = List.copyOf(actions);
    }

    List<String> rights() {
        return rights;
    }

    boolean allows(String action) {
        return action.isEmpty()
                || rights.stream()
                        .anyMatch(right -> action.toLowerCase(Locale.ROOT)
                                .matches(right.toLowerCase(Locale.ROOT)
                                        .replace(".", "\\.")
                                        .replace("*", ".*")));
    }

    ObjectNode shown() {
        ObjectNode shown = JsonNodeFactory.instance.objectNode();
        shown.put("id", "/subscriptions/" + id());
        shown.put("authorizationSource", "RoleBased");
        shown.putArray("managedByTenants");
        shown.put("subscriptionId", id());
        shown.put("tenantId", identity.tenantId());
        shown.put("displayName", identity.displayName());
        shown.put("state", "Enabled");
        shown.putObject("subscriptionPolicies")
                .put("locationPlacementId", "Public_2014-09-01")
                .put("quotaId", "EnterpriseAgreement_2014-09-01")
                .put("spendingLimit", "Off");
        return shown;
    }
}
