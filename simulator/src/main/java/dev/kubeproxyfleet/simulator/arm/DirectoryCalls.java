package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** What a client finds its way by: endpoints, tenants, subscriptions, locations. */
final class DirectoryCalls {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final ArmState state;

    DirectoryCalls(ArmState state) {
        this.state = state;
    }

    /** The cloud's own description, as tools ask for that are told nothing but the address of Azure Resource Manager. */
    ArmResponse endpoints() {
        ObjectNode body = JSON.objectNode();
        body.put("name", "Simulated");
        body.put("resourceManager", state.endpoint());
        ObjectNode authentication = body.putObject("authentication");
        authentication.put("loginEndpoint", state.endpoint());
        authentication.putArray("audiences").add(state.endpoint()).add("https://management.azure.com/");
        authentication.put("tenant", "common");
        authentication.put("identityProvider", "AAD");
        body.putObject("suffixes");
        return new ArmResponse(200, body);
    }

    ArmResponse tenants() {
        ObjectNode body = JSON.objectNode();
        ArrayNode value = body.putArray("value");
        state.subscriptions.values().stream()
                .map(subscription -> subscription.identity.tenantId())
                .distinct()
                .forEach(tenant -> value.addObject()
                        .put("id", "/tenants/" + tenant)
                        .put("tenantId", tenant)
                        .put("displayName", "Simulated")
                        .put("tenantCategory", "Home"));
        return new ArmResponse(200, body);
    }

    ArmResponse subscriptions() {
        ObjectNode body = JSON.objectNode();
        ArrayNode value = body.putArray("value");
        state.subscriptions.values().forEach(subscription -> value.add(subscription.shown()));
        body.putObject("count").put("type", "Total").put("value", value.size());
        return new ArmResponse(200, body);
    }

    ArmResponse locations(Subscription subscription) {
        ObjectNode body = JSON.objectNode();
        ArrayNode value = body.putArray("value");
        Regions.displayNamesByName()
                .forEach((name, displayName) -> value.addObject()
                        .put("id", "/subscriptions/" + subscription.id() + "/locations/" + name)
                        .put("name", name)
                        .put("type", "Region")
                        .put("displayName", displayName)
                        .put("regionalDisplayName", displayName)
                        .putObject("metadata")
                        .put("regionType", "Physical"));
        return new ArmResponse(200, body);
    }
}
