package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/** Preview features by their newer address, {@code subscriptionFeatureRegistrations}; they are the same registrations. */
final class FeatureRegistrationCalls {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String AKS = Api.CLUSTERS.namespace;

    private final ArmState state;

    FeatureRegistrationCalls(ArmState state) {
        this.state = state;
    }

    /** Those that somebody asked for. */
    ArmResponse list(Call call, Subscription subscription) {
        ObjectNode body = JSON.objectNode();
        ArrayNode value = body.putArray("value");
        String namespace = call.name("namespace");
        if ((namespace.isEmpty() || namespace.equalsIgnoreCase(AKS))
                && !subscription.featureState(call.now).equals("NotRegistered")) {
            value.add(shown(subscription, call.now));
        }
        return new ArmResponse(200, body);
    }

    ArmResponse get(Call call, Subscription subscription) {
        return known(call) ? new ArmResponse(200, shown(subscription, call.now)) : ProviderCalls.unknownFeature(call);
    }

    ArmResponse put(Call call, Subscription subscription) {
        if (known(call)) {
            subscription.registerFeature(call.now, state.scaled(Subscription.FEATURE_REGISTRATION));
        }
        return get(call, subscription);
    }

    ArmResponse delete(Call call, Subscription subscription) {
        if (!known(call)) {
            return ProviderCalls.unknownFeature(call);
        }
        subscription.unregisterFeature();
        return ArmResponse.empty(200);
    }

    private static boolean known(Call call) {
        return call.name("namespace").equalsIgnoreCase(AKS) && ProviderCalls.knownFeature(call);
    }

    private static ObjectNode shown(Subscription subscription, Instant now) {
        ObjectNode body = JSON.objectNode();
        body.put(
                "id",
                "/subscriptions/" + subscription.id() + "/providers/Microsoft.Features/featureProviders/" + AKS
                        + "/subscriptionFeatureRegistrations/" + Subscription.FEATURE);
        body.put("name", Subscription.FEATURE);
        body.put("type", "Microsoft.Features/featureProviders/subscriptionFeatureRegistrations");
        body.putObject("properties")
                .put("tenantId", subscription.identity.tenantId())
                .put("subscriptionId", subscription.id())
                .put("providerNamespace", AKS)
                .put("featureName", Subscription.FEATURE)
                .put("displayName", Subscription.FEATURE)
                .put("approvalType", "AutoApproval")
                .put("shouldFeatureDisplayInPortal", false)
                .put("state", subscription.featureState(now));
        return body;
    }
}
