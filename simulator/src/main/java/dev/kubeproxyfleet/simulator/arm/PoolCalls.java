package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;

/** Agent pools of a cluster, as resources of their own. */
final class PoolCalls {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final OperationCalls operations;

    PoolCalls(OperationCalls operations) {
        this.operations = operations;
    }

    ArmResponse list(ManagedCluster cluster) {
        ObjectNode body = JSON.objectNode();
        ArrayNode value = body.putArray("value");
        for (JsonNode profile : cluster.document().at("/properties/agentPoolProfiles")) {
            value.add(shown(cluster, profile));
        }
        return new ArmResponse(200, body);
    }

    ArmResponse get(Call call, ManagedCluster cluster) {
        return cluster.pool(call.name("pool"))
                .map(profile -> new ArmResponse(200, shown(cluster, profile)))
                .orElseGet(() -> unknown(call, cluster));
    }

    private static ArmResponse unknown(Call call, ManagedCluster cluster) {
        return ArmResponse.of(ArmError.ofService(
                404,
                "AgentPoolNotFound",
                "Could not find agent pool '" + call.name("pool") + "' of managed cluster '" + cluster.name() + "'."));
    }

    /** Brings a pool to the newest node image; its nodes stay as they are. */
    ArmResponse upgradeImage(Call call, ManagedCluster cluster) {
        Optional<ObjectNode> there = cluster.pool(call.name("pool"));
        if (there.isEmpty()) {
            return unknown(call, cluster);
        }
        Optional<ArmError> refused = WriteRules.busy(cluster);
        if (refused.isPresent()) {
            return ArmResponse.of(refused.get());
        }
        ObjectNode next = cluster.document().deepCopy();
        for (JsonNode pool : next.at("/properties/agentPoolProfiles")) {
            if (pool instanceof ObjectNode profile
                    && profile.path("name").equals(there.get().path("name"))) {
                profile.put("nodeImageVersion", NewPool.newestImage(profile));
            }
        }
        LongRunningOperation operation = operations.begin(call, cluster, new LongRunningOperation.Ending.Succeeds());
        cluster.beginPool(operation, next, "UpgradingNodeImageVersion");
        return operations.announce(202, operation, get(call, cluster).body());
    }

    /** Its eTag changes with each of its cluster's. */
    private static String eTag(ManagedCluster cluster, String name) {
        return UUID.nameUUIDFromBytes((cluster.eTag() + "/" + name).getBytes(StandardCharsets.UTF_8))
                .toString();
    }

    static ObjectNode shown(ManagedCluster cluster, JsonNode profile) {
        ObjectNode pool = JSON.objectNode();
        ObjectNode properties = profile.deepCopy();
        String name = properties.path("name").asText();
        properties.remove("name");
        properties.put("eTag", eTag(cluster, name));
        pool.put("id", cluster.document().path("id").asText() + "/agentPools/" + name);
        pool.put("name", name);
        pool.put("type", "Microsoft.ContainerService/managedClusters/agentPools");
        pool.set("properties", properties);
        return pool;
    }

    ArmResponse put(Call call, ManagedCluster cluster) {
        return call.readBody().map(sent -> put(call, cluster, sent));
    }

    private ArmResponse put(Call call, ManagedCluster cluster, ObjectNode sent) {
        Optional<ObjectNode> there = cluster.pool(call.name("pool"));
        if (!sent.path("properties").isObject()) {
            return ArmResponse.of(ClusterRules.mustBeObject("properties", sent.path("properties")));
        }
        ObjectNode profile = sent.path("properties").deepCopy();
        Documents.removeBlanksOfPool(profile);
        ReadOnlyMembers.removeFromPool(profile);
        profile.put("name", there.map(pool -> pool.path("name").asText()).orElse(call.name("pool")));
        Optional<ArmError> refused = PoolRules.check(profile)
                .or(() -> WriteRules.preconditionFailed(
                        call.request,
                        there.map(pool -> eTag(cluster, pool.path("name").asText()))
                                .orElse(null)))
                .or(() -> WriteRules.busy(cluster))
                .or(() -> there.flatMap(pool -> WriteRules.immutablePool(pool, profile)));
        if (refused.isPresent()) {
            return ArmResponse.of(refused.get());
        }
        ObjectNode next = cluster.document().deepCopy();
        ArrayNode profiles = next.withObject("/properties").withArray("agentPoolProfiles");
        if (there.isPresent()) {
            replace(profiles, there.get(), profile);
        } else {
            profiles.add(NewPool.joining(profile, next));
        }
        LongRunningOperation operation = operations.begin(call, cluster, new LongRunningOperation.Ending.Succeeds());
        cluster.beginPool(operation, next, there.isPresent() ? "Updating" : "Creating");
        return operations.announce(
                there.isPresent() ? 200 : 201, operation, get(call, cluster).body());
    }

    private static void replace(ArrayNode profiles, ObjectNode before, ObjectNode after) {
        Documents.keepOfPool(before, after);
        NewPool.derive(after);
        for (int i = 0; i < profiles.size(); i++) {
            if (profiles.get(i).path("name").equals(before.path("name"))) {
                profiles.set(i, after);
            }
        }
    }

    ArmResponse delete(Call call, ManagedCluster cluster) {
        Optional<ObjectNode> there = cluster.pool(call.name("pool"));
        if (there.isEmpty()) {
            return ArmResponse.empty(204);
        }
        String name = there.get().path("name").asText();
        Optional<ArmError> refused = WriteRules.preconditionFailed(call.request, eTag(cluster, name))
                .or(() -> WriteRules.busy(cluster))
                .or(() -> WriteRules.lastSystemPool(cluster.document(), name));
        if (refused.isPresent()) {
            return ArmResponse.of(refused.get());
        }
        LongRunningOperation operation =
                operations.begin(call, cluster, new LongRunningOperation.Ending.DeletesPool(name));
        cluster.beginPool(operation, cluster.document().deepCopy(), "Deleting");
        return operations.announce(202, operation, JSON.missingNode());
    }
}
