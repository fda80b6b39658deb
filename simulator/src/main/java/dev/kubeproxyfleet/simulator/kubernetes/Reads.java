package dev.kubeproxyfleet.simulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Getting one object, and listing many. */
final class Reads {

    private final ClusterStore store;

    Reads(ClusterStore store) {
        this.store = store;
    }

    /** Where the next page begins, as the client brings it back. */
    private record Continue(long version, String namespace, String name) {

        String token() {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString((version + "/" + namespace + "/" + name).getBytes(StandardCharsets.UTF_8));
        }

        static Optional<Continue> read(String token) {
            try {
                String[] parts =
                        new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8).split("/", -1);
                return parts.length == 3
                        ? Optional.of(new Continue(Long.parseLong(parts[0]), parts[1], parts[2]))
                        : Optional.empty();
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        }

        boolean isBefore(Stored object) {
            int byNamespace = namespace.compareTo(object.key().namespace());
            return byNamespace < 0
                    || (byNamespace == 0 && name.compareTo(object.key().name()) < 0);
        }
    }

    Reply get(Request request, Request.Target target) {
        return store.get(target.key())
                .map(Stored::tree)
                .map(object -> Reply.ok(
                        Views.wanted(request).show(target.type(), List.of(object), object.path("metadata"), false)))
                .orElseGet(() -> Reply.notFound(target.type(), target.name()));
    }

    Reply list(Request request, Request.Target target) {
        Selection selection;
        try {
            selection =
                    Selection.of(target.type(), request.parameter("labelSelector"), request.parameter("fieldSelector"));
        } catch (IllegalArgumentException e) {
            return Reply.badRequest(String.valueOf(e.getMessage()));
        }
        ClusterStore.Snapshot snapshot = store.list(target.type(), target.namespace());
        List<Stored> there = snapshot.objects();
        long version = snapshot.version();
        String token = request.parameter("continue");
        if (!token.isEmpty()) {
            Optional<Continue> from = Continue.read(token);
            if (from.isEmpty()) {
                return Reply.badRequest("invalid continue token: continue key is not valid");
            }
            if (from.get().version() < store.oldest()) {
                return Reply.expired("The provided continue parameter is too old to display a consistent list result.");
            }
            version = from.get().version();
            there = there.stream().filter(from.get()::isBefore).toList();
        }
        List<ObjectNode> wanted =
                there.stream().map(Stored::tree).filter(selection).toList();
        int limit = limit(request);
        ObjectNode metadata = JsonNodeFactory.instance.objectNode();
        metadata.put("resourceVersion", Long.toString(version));
        if (limit > 0 && wanted.size() > limit) {
            JsonNode last = wanted.get(limit - 1).path("metadata");
            metadata.put(
                    "continue",
                    new Continue(
                                    version,
                                    last.path("namespace").asText(),
                                    last.path("name").asText())
                            .token());
            metadata.put("remainingItemCount", wanted.size() - limit);
            wanted = wanted.subList(0, limit);
        }
        return Reply.ok(Views.wanted(request).show(target.type(), wanted, metadata, true));
    }

    private static int limit(Request request) {
        String limit = request.parameter("limit");
        return limit.matches("\\d{1,9}") ? Integer.parseInt(limit) : 0;
    }

    /** Items of a list carry no kind of their own. */
    static ObjectNode listOf(ResourceType type, List<ObjectNode> objects, JsonNode metadata) {
        ObjectNode list = JsonNodeFactory.instance.objectNode();
        list.put("kind", type.kind + "List");
        list.put("apiVersion", type.apiVersion());
        list.set("metadata", metadata);
        ArrayNode items = list.putArray("items");
        objects.forEach(object -> {
            object.remove("kind");
            object.remove("apiVersion");
            items.add(object);
        });
        return list;
    }
}
