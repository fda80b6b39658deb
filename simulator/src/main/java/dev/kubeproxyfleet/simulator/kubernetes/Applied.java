package dev.kubeproxyfleet.simulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Predicate;

/** What people have applied to a cluster, as JSON that outlives a restart; what follows from it comes again by itself. */
final class Applied {

    private Applied() {}

    /** @param isMirrored whether an object shows something that is kept elsewhere */
    static ArrayNode save(ClusterStore store, Predicate<Key> isMirrored) {
        ArrayNode objects = JsonNodeFactory.instance.arrayNode();
        store.all().stream()
                .filter(object ->
                        !isMirrored.test(object.key()) && isKept(object.key().type()))
                .forEach(object -> objects.add(object.tree()));
        return objects;
    }

    private static boolean isKept(ResourceType type) {
        return switch (type) {
            case POD, EVENT, CONTROLLER_REVISION, SELF_SUBJECT_ACCESS_REVIEW, SELF_SUBJECT_REVIEW -> false;
            case NAMESPACE,
                    NODE,
                    SERVICE_ACCOUNT,
                    CONFIG_MAP,
                    SECRET,
                    SERVICE,
                    DAEMON_SET,
                    STATEFUL_SET,
                    PRIORITY_CLASS,
                    ROLE,
                    ROLE_BINDING,
                    CLUSTER_ROLE,
                    CLUSTER_ROLE_BINDING,
                    NETWORK_POLICY,
                    INGRESS,
                    POD_DISRUPTION_BUDGET -> true;
        };
    }

    /** Puts back what {@link #save} has written; skips what is no object of a type that is served. */
    static void restore(ClusterStore store, JsonNode saved) {
        for (JsonNode one : saved) {
            if (one instanceof ObjectNode object) {
                type(object).ifPresent(type -> {
                    Key key = new Key(
                            type,
                            object.at("/metadata/namespace").asText(),
                            object.at("/metadata/name").asText());
                    store.put(key, store.get(key).orElse(null), object);
                });
            }
        }
    }

    private static Optional<ResourceType> type(ObjectNode object) {
        return Arrays.stream(ResourceType.values())
                .filter(type -> type.kind.equals(object.path("kind").asText())
                        && type.apiVersion().equals(object.path("apiVersion").asText()))
                .findFirst();
    }
}
