package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Maintenance configurations of a cluster. */
final class MaintenanceCalls {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private MaintenanceCalls() {}

    static ArmResponse list(ManagedCluster cluster) {
        ObjectNode body = JSON.objectNode();
        ArrayNode value = body.putArray("value");
        cluster.maintenance().forEach((name, properties) -> value.add(shown(cluster, name, properties)));
        return new ArmResponse(200, body);
    }

    static ArmResponse get(Call call, ManagedCluster cluster) {
        ObjectNode properties = cluster.maintenance().get(call.name("name"));
        return properties == null
                ? ArmResponse.of(ArmError.ofService(
                        404,
                        "NotFound",
                        "Could not find maintenance configuration '" + call.name("name") + "' of managed cluster '"
                                + cluster.name() + "'."))
                : new ArmResponse(200, shown(cluster, call.name("name"), properties));
    }

    static ArmResponse put(Call call, ManagedCluster cluster) {
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
                            ArmResponse shown = get(call, cluster);
                            return new ArmResponse(there ? 200 : 201, shown.body());
                        }));
    }

    static ArmResponse delete(Call call, ManagedCluster cluster) {
        boolean there = cluster.maintenance().remove(call.name("name")) != null;
        return ArmResponse.empty(there ? 200 : 204);
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
