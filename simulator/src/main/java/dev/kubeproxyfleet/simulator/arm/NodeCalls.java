package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.simulator.world.Clusters;
import dev.kubeproxyfleet.simulator.world.NodeFault;
import dev.kubeproxyfleet.simulator.world.NodeFaults;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The part of {@link AdminCalls} that concerns nodes.
 *
 * <ul>
 *   <li>{@code GET /_simulator/nodes}: names of the Linux nodes that each cluster has now
 *   <li>{@code POST /_simulator/node-faults}: one fault or an array of them, such as {@code {"kind": "NeverSyncs", "cluster":
 *       "prod-weu-01"}}; it lasts until it is ended, and no restart of the simulator keeps it
 *   <li>{@code GET /_simulator/node-faults}: those that last; {@code DELETE} ends those that its parameters {@code kind},
 *       {@code cluster}, {@code node} and {@code region} name, or all
 *   <li>{@code POST /_simulator/autoprovisioned}: {@code {"cluster": "prod-weu-01", "nodes": 4}} says how many nodes
 *       autoprovisioning adds, where it is on
 * </ul>
 */
final class NodeCalls {

    /** A misspelt member must not make another fault of it. */
    private static final ObjectReader STRICT =
            Json.MAPPER.reader().with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private static final Set<String> PARAMETERS = Set.of("kind", "cluster", "node", "region");
    private static final int NAMES_SHOWN = 5;

    /** Body of {@code POST autoprovisioned}. */
    private record Autoprovisioned(
            @Nullable String cluster, @Nullable Integer nodes) {}

    private final ArmModel model;
    private final Clusters clusters;
    private final NodeFaults faults;

    NodeCalls(ArmModel model, Clusters clusters, NodeFaults faults) {
        this.model = model;
        this.clusters = clusters;
        this.faults = faults;
    }

    /** Empty if the call is none of these. */
    Optional<AdminCalls.Reply> answer(String method, URI uri, byte[] body) {
        return Optional.ofNullable(
                switch (method + " " + uri.getPath().substring(AdminCalls.PREFIX.length())) {
                    case "GET nodes" -> new AdminCalls.Reply(200, Json.MAPPER.valueToTree(clusters.nodes()));
                    case "GET node-faults" -> shown(200);
                    case "POST node-faults" -> begin(body);
                    case "DELETE node-faults" -> end(uri);
                    case "POST autoprovisioned" -> autoprovision(body);
                    default -> null;
                });
    }

    private AdminCalls.Reply shown(int status) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode value = answer.putArray("value");
        faults.all().forEach(fault -> value.add(Json.MAPPER.<JsonNode>valueToTree(fault)));
        return new AdminCalls.Reply(status, answer);
    }

    /** All of them or none. */
    private AdminCalls.Reply begin(byte[] body) {
        List<NodeFault> sent = new ArrayList<>();
        try {
            JsonNode tree = Json.MAPPER.readTree(body);
            for (JsonNode one :
                    tree.isArray() ? tree : JsonNodeFactory.instance.arrayNode().add(tree)) {
                NodeFault fault = STRICT.treeToValue(one, NodeFault.class);
                if (fault == null) {
                    return invalid("A fault is an object with its \"kind\" and its \"cluster\".");
                }
                Optional<String> missing = missing(fault);
                if (missing.isPresent()) {
                    return invalid(missing.get());
                }
                sent.add(fault);
            }
            faults.begin(sent);
        } catch (JsonProcessingException e) {
            return invalid(e.getOriginalMessage());
        } catch (IOException | IllegalStateException e) {
            return invalid(String.valueOf(e.getMessage()));
        }
        return shown(201);
    }

    /** A misspelt name must not do nothing. */
    private Optional<String> missing(NodeFault fault) {
        return switch (fault) {
            case NodeFault.OfCluster ofCluster -> missing(ofCluster);
            case NodeFault.AfterSwitch afterSwitch -> missing(afterSwitch.fault());
            case NodeFault.RegionStorm(String region) ->
                clusters.nodes().keySet().stream()
                                .flatMap(id -> clusters.region(id).stream())
                                .anyMatch(region::equalsIgnoreCase)
                        ? Optional.empty()
                        : Optional.of("There is no cluster with nodes in region '" + region + "'.");
        };
    }

    private Optional<String> missing(NodeFault.OfCluster fault) {
        Map<String, List<String>> nodes = clusters.nodes();
        List<String> named = nodes.keySet().stream().filter(fault::concerns).toList();
        String node = fault.node();
        if (named.isEmpty()) {
            return Optional.of("There is no cluster '" + fault.cluster() + "'.");
        }
        List<String> there = named.stream()
                .flatMap(id -> nodes.getOrDefault(id, List.of()).stream())
                .toList();
        return node == null || there.contains(node)
                ? Optional.empty()
                : Optional.of("There is no node '" + node + "' in cluster '" + fault.cluster() + "'; it has "
                        + (there.isEmpty()
                                ? "none now"
                                : String.join(", ", there.subList(0, Math.min(NAMES_SHOWN, there.size())))
                                        + (there.size() > NAMES_SHOWN ? ", …" : ""))
                        + ".");
    }

    private AdminCalls.Reply end(URI uri) {
        Map<String, String> wanted = uri.getRawQuery() == null ? Map.of() : Forms.decode(uri.getRawQuery());
        if (!PARAMETERS.containsAll(wanted.keySet())) {
            return invalid("The parameters are kind, cluster, node and region; without any, all faults of nodes end.");
        }
        faults.end(fault -> matches(wanted.get("kind"), fault.getClass().getSimpleName()) && isWhere(fault, wanted));
        return shown(200);
    }

    private static boolean isWhere(NodeFault fault, Map<String, String> wanted) {
        return switch (fault) {
            case NodeFault.OfCluster one ->
                matches(wanted.get("cluster"), one.cluster())
                        && matches(wanted.get("node"), one.node())
                        && !wanted.containsKey("region");
            case NodeFault.AfterSwitch(var _, NodeFault.OfCluster later) -> isWhere(later, wanted);
            case NodeFault.RegionStorm(String region) ->
                matches(wanted.get("region"), region) && !wanted.containsKey("cluster") && !wanted.containsKey("node");
        };
    }

    private static boolean matches(@Nullable String wanted, @Nullable String found) {
        return wanted == null || wanted.equalsIgnoreCase(found);
    }

    private AdminCalls.Reply autoprovision(byte[] body) {
        try {
            Autoprovisioned sent = STRICT.readValue(body, Autoprovisioned.class);
            String named = sent.cluster();
            Integer nodes = sent.nodes();
            if (named == null || nodes == null) {
                return invalid("The body is {\"cluster\": <name or id>, \"nodes\": <number>}.");
            }
            List<String> ids = model.clusterIds().stream()
                    .filter(id -> Clusters.isMeant(id, named))
                    .toList();
            if (ids.isEmpty()) {
                return invalid("There is no cluster '" + named + "'.");
            }
            ids.forEach(id -> model.setAutoprovisioned(id, nodes));
            return new AdminCalls.Reply(200, Json.MAPPER.valueToTree(sent));
        } catch (JsonProcessingException e) {
            return invalid(e.getOriginalMessage());
        } catch (IOException | IllegalArgumentException e) {
            return invalid(String.valueOf(e.getMessage()));
        }
    }

    private static AdminCalls.Reply invalid(String message) {
        return AdminCalls.refuse(400, "InvalidFault", message);
    }
}
