package dev.kubeproxyfleet.simulator.arm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.simulator.world.KubernetesFault;
import dev.kubeproxyfleet.simulator.world.KubernetesFaults;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The part of {@link AdminCalls} that concerns the clusters' Kubernetes.
 *
 * <ul>
 *   <li>{@code POST /_simulator/kubernetes-faults}: one fault or an array of them, such as {@code {"kind": "NotRolledOut",
 *       "cluster": "prod-weu-01"}}; it lasts until it is ended, and no restart of the simulator keeps it
 *   <li>{@code GET /_simulator/kubernetes-faults}: those that last; {@code DELETE} ends those that its parameters {@code kind}
 *       and {@code cluster} name, or all
 * </ul>
 */
final class KubernetesCalls {

    /** A misspelt member must not make another fault of it. */
    private static final ObjectReader STRICT =
            Json.MAPPER.reader().with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private static final Set<String> PARAMETERS = Set.of("kind", "cluster");

    private final ArmModel model;
    private final KubernetesFaults faults;

    KubernetesCalls(ArmModel model, KubernetesFaults faults) {
        this.model = model;
        this.faults = faults;
    }

    /** Empty if the call is none of these. */
    Optional<AdminCalls.Reply> answer(String method, URI uri, byte[] body) {
        if (!uri.getPath().equals(AdminCalls.PREFIX + "kubernetes-faults")) {
            return Optional.empty();
        }
        return switch (method) {
            case "GET" -> Optional.of(shown(200));
            case "POST" -> Optional.of(begin(body));
            case "DELETE" -> Optional.of(end(uri));
            default -> Optional.empty();
        };
    }

    private AdminCalls.Reply shown(int status) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode value = answer.putArray("value");
        faults.all().forEach(fault -> value.add(Json.MAPPER.<JsonNode>valueToTree(fault)));
        return new AdminCalls.Reply(status, answer);
    }

    /** All of them or none. */
    private AdminCalls.Reply begin(byte[] body) {
        List<KubernetesFault> sent = new ArrayList<>();
        try {
            JsonNode tree = Json.MAPPER.readTree(body);
            for (JsonNode one :
                    tree.isArray() ? tree : JsonNodeFactory.instance.arrayNode().add(tree)) {
                KubernetesFault fault = STRICT.treeToValue(one, KubernetesFault.class);
                if (fault == null) {
                    return invalid("A fault is an object with its \"kind\" and its \"cluster\".");
                }
                if (model.clusterIds().stream().noneMatch(fault::befalls)) {
                    return invalid("There is no cluster '" + fault.cluster() + "'.");
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

    private AdminCalls.Reply end(URI uri) {
        Map<String, String> wanted = uri.getRawQuery() == null ? Map.of() : Forms.decode(uri.getRawQuery());
        if (!PARAMETERS.containsAll(wanted.keySet())) {
            return invalid("The parameters are kind and cluster; without any, all faults of Kubernetes end.");
        }
        faults.end(fault -> wanted.getOrDefault("kind", fault.getClass().getSimpleName())
                        .equalsIgnoreCase(fault.getClass().getSimpleName())
                && wanted.getOrDefault("cluster", fault.cluster()).equalsIgnoreCase(fault.cluster()));
        return shown(200);
    }

    private static AdminCalls.Reply invalid(String message) {
        return AdminCalls.refuse(400, "InvalidFault", message);
    }
}
