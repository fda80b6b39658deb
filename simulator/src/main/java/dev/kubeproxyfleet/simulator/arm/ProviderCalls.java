package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Resource providers and preview features: what there is, and registering it. */
final class ProviderCalls {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String AKS = Api.CLUSTERS.namespace;

    private final ArmState state;

    ProviderCalls(ArmState state) {
        this.state = state;
    }

    ArmResponse list(Call call, Subscription subscription) {
        ObjectNode body = JSON.objectNode();
        ArrayNode value = body.putArray("value");
        Nowhere.namespaces().forEach(namespace -> value.add(shown(namespace, call.now, subscription)));
        return new ArmResponse(200, body);
    }

    ArmResponse get(Call call, Subscription subscription) {
        return namespace(call)
                .map(namespace -> new ArmResponse(200, shown(namespace, call.now, subscription)))
                .orElseGet(() -> Nowhere.nothing(call));
    }

    ArmResponse register(Call call, Subscription subscription) {
        if (namespace(call).equals(Optional.of(AKS))) {
            subscription.registerProvider(call.now, state.scaled(Subscription.PROVIDER_REGISTRATION));
        }
        return get(call, subscription);
    }

    ArmResponse unregister(Call call, Subscription subscription) {
        if (!namespace(call).equals(Optional.of(AKS))) {
            return get(call, subscription);
        }
        if (state.clusters.values().stream()
                .anyMatch(cluster -> cluster.subscription().equals(subscription.id()))) {
            return ArmResponse.of(new ArmError(
                    409,
                    "CannotUnregisterProvider",
                    "The resource provider '" + AKS + "' cannot be unregistered while there are resources of it."));
        }
        subscription.unregisterProvider();
        return get(call, subscription);
    }

    private static Optional<String> namespace(Call call) {
        return Nowhere.namespaces().stream()
                .filter(call.name("namespace")::equalsIgnoreCase)
                .findFirst();
    }

    private ObjectNode shown(String namespace, Instant now, Subscription subscription) {
        ObjectNode provider = JSON.objectNode();
        provider.put("id", "/subscriptions/" + subscription.id() + "/providers/" + namespace);
        provider.put("namespace", namespace);
        ArrayNode types = provider.putArray("resourceTypes");
        for (Api api : Api.values()) {
            if (api.namespace.equals(namespace)) {
                addType(types, api.type, api.versions(state.options.apiVersions()));
            }
        }
        boolean registers = namespace.equals(AKS);
        provider.put("registrationState", registers ? subscription.providerState(now) : "Registered");
        provider.put("registrationPolicy", registers ? "RegistrationRequired" : "RegistrationFree");
        return provider;
    }

    private static void addType(ArrayNode types, String type, List<String> versions) {
        ObjectNode entry = types.addObject();
        entry.put("resourceType", type);
        ArrayNode locations = entry.putArray("locations");
        Regions.displayNames().forEach(locations::add);
        ArrayNode known = entry.putArray("apiVersions");
        versions.forEach(known::add);
        versions.stream()
                .filter(version -> !version.endsWith("-preview"))
                .findFirst()
                .ifPresent(stable -> entry.put("defaultApiVersion", stable));
        entry.put("capabilities", "None");
    }

    /** What can be done with managed clusters, as rights name it: of all calls that there are. */
    static ArmResponse actions() {
        ObjectNode body = JSON.objectNode();
        ArrayNode value = body.putArray("value");
        for (String action : actionsOf(AKS)) {
            ObjectNode entry = value.addObject();
            entry.put("name", action);
            entry.put("origin", "user,system");
            entry.putObject("display")
                    .put("provider", AKS)
                    .put("resource", action.substring(AKS.length() + 1, action.lastIndexOf('/')))
                    .put("operation", action.substring(action.lastIndexOf('/') + 1))
                    .put("description", action);
        }
        return new ArmResponse(200, body);
    }

    /** As {@link #actions}, of any provider, as {@code az provider operation show} asks for it. */
    static ArmResponse operations(Call call) {
        Optional<String> namespace = namespace(call);
        if (namespace.isEmpty()) {
            return Nowhere.nothing(call);
        }
        ObjectNode body = JSON.objectNode();
        body.put("id", "/providers/Microsoft.Authorization/providerOperations/" + namespace.get());
        body.put("type", "Microsoft.Authorization/providerOperations");
        body.put("name", namespace.get());
        body.put("displayName", namespace.get());
        body.putArray("resourceTypes");
        ArrayNode operations = body.putArray("operations");
        for (String action : actionsOf(namespace.get())) {
            operations
                    .addObject()
                    .put("name", action)
                    .put("displayName", action)
                    .put("isDataAction", false);
        }
        return new ArmResponse(200, body);
    }

    private static List<String> actionsOf(String namespace) {
        return Arrays.stream(ApiCall.values())
                .map(kind -> kind.action)
                .filter(action -> action.startsWith(namespace + "/"))
                .distinct()
                .sorted()
                .toList();
    }

    // ---- features

    ArmResponse features(Call call, Subscription subscription) {
        ObjectNode body = JSON.objectNode();
        body.putArray("value").add(shownFeature(subscription, call.now));
        return new ArmResponse(200, body);
    }

    ArmResponse feature(Call call, Subscription subscription) {
        return knownFeature(call) ? new ArmResponse(200, shownFeature(subscription, call.now)) : unknownFeature(call);
    }

    ArmResponse registerFeature(Call call, Subscription subscription) {
        if (!knownFeature(call)) {
            return unknownFeature(call);
        }
        subscription.registerFeature(call.now, state.scaled(Subscription.FEATURE_REGISTRATION));
        return feature(call, subscription);
    }

    ArmResponse unregisterFeature(Call call, Subscription subscription) {
        if (!knownFeature(call)) {
            return unknownFeature(call);
        }
        subscription.unregisterFeature();
        return feature(call, subscription);
    }

    static boolean knownFeature(Call call) {
        return call.name("name").equalsIgnoreCase(Subscription.FEATURE);
    }

    static ArmResponse unknownFeature(Call call) {
        return ArmResponse.of(
                new ArmError(404, "FeatureNotFound", "The feature '" + call.name("name") + "' could not be found."));
    }

    private static ObjectNode shownFeature(Subscription subscription, Instant now) {
        ObjectNode body = JSON.objectNode();
        body.putObject("properties").put("state", subscription.featureState(now));
        body.put(
                "id",
                "/subscriptions/" + subscription.id()
                        + "/providers/Microsoft.Features/providers/Microsoft.ContainerService/features/"
                        + Subscription.FEATURE);
        body.put("type", "Microsoft.Features/providers/features");
        body.put("name", "Microsoft.ContainerService/" + Subscription.FEATURE);
        return body;
    }
}
