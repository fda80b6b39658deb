package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;

/** Subscriptions, resource groups, the resource provider, its preview feature, and what the caller may do. */
final class SubscriptionCalls {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final ArmState state;

    SubscriptionCalls(ArmState state) {
        this.state = state;
    }

    ArmResponse list() {
        ObjectNode body = JSON.objectNode();
        ArrayNode value = body.putArray("value");
        state.subscriptions.values().forEach(subscription -> value.add(subscription.shown()));
        body.putObject("count").put("type", "Total").put("value", value.size());
        return new ArmResponse(200, body);
    }

    ArmResponse groups(Subscription subscription) {
        ObjectNode body = JSON.objectNode();
        ArrayNode value = body.putArray("value");
        state.groupsOf(subscription.id()).forEach((id, location) -> value.add(group(id, location)));
        return new ArmResponse(200, body);
    }

    ArmResponse group(Call call) {
        return state.group(call.subscription(), call.group())
                .map(location -> new ArmResponse(
                        200,
                        group("/subscriptions/" + call.subscription() + "/resourceGroups/" + call.group(), location)))
                .orElseGet(() -> ArmResponse.of(ClusterCalls.groupNotFound(call.group())));
    }

    ArmResponse putGroup(Call call) {
        return call.readBody().map(sent -> {
            String location = sent.path("location").asText("");
            if (location.isEmpty()) {
                return ArmResponse.of(new ArmError(
                        400, "LocationRequired", "The location property is required for this definition.", "location"));
            }
            boolean there = state.group(call.subscription(), call.group()).isPresent();
            state.putGroup(call.subscription(), call.group(), location);
            return new ArmResponse(there ? 200 : 201, group(call).body());
        });
    }

    private static ObjectNode group(String id, String location) {
        ObjectNode group = JSON.objectNode();
        group.put("id", id);
        group.put("name", id.substring(id.lastIndexOf('/') + 1));
        group.put("type", "Microsoft.Resources/resourceGroups");
        group.put("location", location);
        group.putObject("properties").put("provisioningState", "Succeeded");
        return group;
    }

    ArmResponse provider(Call call, Subscription subscription) {
        ObjectNode provider = JSON.objectNode();
        provider.put("id", "/subscriptions/" + subscription.id() + "/providers/Microsoft.ContainerService");
        provider.put("namespace", "Microsoft.ContainerService");
        ArrayNode types = provider.putArray("resourceTypes");
        ArrayNode locations = JSON.arrayNode();
        state.clusters.values().stream()
                .map(ManagedCluster::location)
                .distinct()
                .sorted()
                .forEach(locations::add);
        for (Api api : Api.values()) {
            if (api.namespace.equals("Microsoft.ContainerService")) {
                addType(types, api.type, locations, api.versions(state.options.apiVersions()));
            }
        }
        provider.put("registrationState", subscription.providerState(call.now));
        provider.put("registrationPolicy", "RegistrationRequired");
        return new ArmResponse(200, provider);
    }

    ArmResponse registerProvider(Call call, Subscription subscription) {
        subscription.registerProvider(call.now, state.scaled(state.options.providerRegistration()));
        return provider(call, subscription);
    }

    private static void addType(ArrayNode types, String type, ArrayNode locations, List<String> versions) {
        ObjectNode entry = types.addObject();
        entry.put("resourceType", type);
        entry.set("locations", locations.deepCopy());
        ArrayNode known = entry.putArray("apiVersions");
        versions.forEach(known::add);
        versions.stream()
                .filter(version -> !version.endsWith("-preview"))
                .findFirst()
                .ifPresent(stable -> entry.put("defaultApiVersion", stable));
        entry.put("capabilities", "None");
    }

    ArmResponse features(Call call, Subscription subscription) {
        ObjectNode body = JSON.objectNode();
        body.putArray("value").add(shownFeature(subscription, call.now));
        return new ArmResponse(200, body);
    }

    ArmResponse feature(Call call, Subscription subscription) {
        return known(call) ? new ArmResponse(200, shownFeature(subscription, call.now)) : unknownFeature(call);
    }

    ArmResponse registerFeature(Call call, Subscription subscription) {
        if (!known(call)) {
            return unknownFeature(call);
        }
        subscription.registerFeature(call.now, state.scaled(state.options.featureRegistration()));
        return feature(call, subscription);
    }

    ArmResponse unregisterFeature(Call call, Subscription subscription) {
        if (!known(call)) {
            return unknownFeature(call);
        }
        subscription.unregisterFeature();
        return feature(call, subscription);
    }

    private static boolean known(Call call) {
        return call.name("name").equalsIgnoreCase(Subscription.FEATURE);
    }

    private static ArmResponse unknownFeature(Call call) {
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

    ArmResponse permissions(Subscription subscription) {
        ObjectNode body = JSON.objectNode();
        ObjectNode permission = body.putArray("value").addObject();
        ArrayNode actions = permission.putArray("actions");
        subscription.rights().forEach(actions::add);
        for (String none : List.of("notActions", "dataActions", "notDataActions")) {
            permission.putArray(none);
        }
        return new ArmResponse(200, body);
    }

    // ---- locks

    ArmResponse locks(Call call) {
        ObjectNode body = JSON.objectNode();
        ArrayNode value = body.putArray("value");
        state.locks.values().stream()
                .filter(lock -> lock.covers(call.scope()) || lock.scope().startsWith(call.scope() + "/"))
                .forEach(lock -> value.add(shown(lock)));
        return new ArmResponse(200, body);
    }

    ArmResponse lock(Call call) {
        Lock lock = state.locks.get(lockKey(call));
        return lock == null
                ? ArmResponse.of(
                        new ArmError(404, "LockNotFound", "The lock '" + call.name("name") + "' could not be found."))
                : new ArmResponse(200, shown(lock));
    }

    ArmResponse putLock(Call call) {
        return call.readBody().map(sent -> {
            String level = sent.at("/properties/level").asText("");
            if (!List.of("ReadOnly", "CanNotDelete").contains(level)) {
                return ArmResponse.of(new ArmError(
                        400,
                        "InvalidLockLevel",
                        "The lock level '" + level + "' is not one of ReadOnly, CanNotDelete."));
            }
            Lock lock = new Lock(
                    call.scope(),
                    call.name("name"),
                    level,
                    sent.at("/properties/notes").asText(""));
            boolean there = state.locks.put(lockKey(call), lock) != null;
            return new ArmResponse(there ? 200 : 201, shown(lock));
        });
    }

    ArmResponse deleteLock(Call call) {
        return state.locks.remove(lockKey(call)) == null
                ? new ArmResponse(204, JSON.missingNode())
                : new ArmResponse(200, JSON.missingNode());
    }

    private static String lockKey(Call call) {
        return call.scope() + "|" + call.name("name").toLowerCase(java.util.Locale.ROOT);
    }

    private static ObjectNode shown(Lock lock) {
        ObjectNode shown = JSON.objectNode();
        shown.putObject("properties").put("level", lock.level()).put("notes", lock.notes());
        shown.put("id", lock.id());
        shown.put("type", "Microsoft.Authorization/locks");
        shown.put("name", lock.name());
        return shown;
    }

    // ---- maintenance configurations

    ArmResponse maintenance(ManagedCluster cluster) {
        ObjectNode body = JSON.objectNode();
        ArrayNode value = body.putArray("value");
        cluster.maintenance().forEach((name, properties) -> value.add(shown(cluster, name, properties)));
        return new ArmResponse(200, body);
    }

    ArmResponse oneMaintenance(Call call, ManagedCluster cluster) {
        ObjectNode properties = cluster.maintenance().get(call.name("name"));
        return properties == null
                ? ArmResponse.of(new ArmError(
                        404,
                        "NotFound",
                        "Could not find maintenance configuration '" + call.name("name") + "' of managed cluster '"
                                + cluster.name() + "'."))
                : new ArmResponse(200, shown(cluster, call.name("name"), properties));
    }

    ArmResponse putMaintenance(Call call, ManagedCluster cluster) {
        return call.readBody()
                .map(sent -> MaintenanceRules.check(call.name("name"), sent)
                        .map(ArmResponse::of)
                        .orElseGet(() -> {
                            boolean there = cluster.maintenance()
                                            .put(
                                                    call.name("name"),
                                                    sent.withObject("/properties")
                                                            .deepCopy())
                                    != null;
                            ArmResponse shown = oneMaintenance(call, cluster);
                            return new ArmResponse(there ? 200 : 201, shown.body());
                        }));
    }

    ArmResponse deleteMaintenance(Call call, ManagedCluster cluster) {
        boolean there = cluster.maintenance().remove(call.name("name")) != null;
        return new ArmResponse(there ? 200 : 204, JSON.missingNode());
    }

    private static ObjectNode shown(ManagedCluster cluster, String name, ObjectNode properties) {
        ObjectNode configuration = JSON.objectNode();
        configuration.put("id", cluster.document().path("id").asText() + "/maintenanceConfigurations/" + name);
        configuration.put("name", name);
        configuration.put("type", "Microsoft.ContainerService/managedClusters/maintenanceConfigurations");
        configuration.set("properties", properties.deepCopy());
        return configuration;
    }
}
