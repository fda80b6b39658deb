package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Resources of every type, of which there is one: what Azure Resource Manager itself keeps of managed clusters. */
final class ResourceCalls {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final Set<String> FILTERED =
            Set.of("resourcetype", "resourcegroup", "location", "name", "tagname", "tagvalue");
    private static final String TYPE = "Microsoft.ContainerService/managedClusters";

    private final ArmState state;

    ResourceCalls(ArmState state) {
        this.state = state;
    }

    ArmResponse list(Call call) {
        Optional<Filter> filter = Filter.of(call, FILTERED);
        if (filter.isEmpty()) {
            return Filter.unreadable(call);
        }
        if (!call.group().isEmpty()
                && state.group(call.subscription(), call.group(), call.now).isEmpty()) {
            return ArmResponse.of(Nowhere.noGroup(call));
        }
        ObjectNode body = JSON.objectNode();
        ArrayNode value = body.putArray("value");
        List<ResourceGroup> groups = call.group().isEmpty()
                ? state.groupsOf(call.subscription(), call.now)
                : state.group(call.subscription(), call.group(), call.now).stream()
                        .toList();
        groups.stream()
                .flatMap(group -> state.clustersOf(group, call.now).stream().map(cluster -> shown(group, cluster)))
                .filter(filter.get()::accepts)
                .forEach(value::add);
        return new ArmResponse(200, body);
    }

    private static ObjectNode shown(ResourceGroup group, ManagedCluster cluster) {
        ObjectNode document = cluster.document();
        ObjectNode shown = JSON.objectNode();
        shown.put("id", group.armId() + "/providers/" + TYPE + "/" + cluster.name());
        shown.put("name", cluster.name());
        shown.put("type", TYPE);
        shown.put("location", cluster.location());
        for (String member : List.of("kind", "sku", "identity", "tags")) {
            if (document.hasNonNull(member)) {
                shown.set(member, document.path(member).deepCopy());
            }
        }
        return shown;
    }
}
