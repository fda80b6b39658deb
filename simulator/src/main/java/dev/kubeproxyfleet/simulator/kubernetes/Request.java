package dev.kubeproxyfleet.simulator.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A request to the API of one cluster.
 *
 * @param path its parts behind the cluster's prefix
 * @param accept the media types that the client takes
 * @param contentType without parameters, in lower case
 */
record Request(
        String method, List<String> path, Map<String, String> query, String accept, String contentType, byte[] body) {

    /**
     * What a path names.
     *
     * @param namespace empty for all of them, or for what is in none
     * @param name empty for all
     * @param subresource empty for the object itself
     */
    record Target(ResourceType type, String namespace, String name, String subresource) {

        Key key() {
            return new Key(type, namespace, name);
        }
    }

    /** Whether it is a server-side apply. */
    boolean isApply() {
        return contentType.equals("application/apply-patch+yaml");
    }

    static Map<String, String> query(URI uri) {
        Map<String, String> query = new HashMap<>();
        String raw = uri.getRawQuery() == null ? "" : uri.getRawQuery();
        for (String pair : raw.split("&")) {
            String[] parts = pair.split("=", 2);
            if (!parts[0].isEmpty()) {
                query.put(
                        URLDecoder.decode(parts[0], StandardCharsets.UTF_8),
                        parts.length < 2 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
            }
        }
        return query;
    }

    String parameter(String name) {
        return query.getOrDefault(name, "");
    }

    boolean flag(String name) {
        String value = parameter(name).toLowerCase(Locale.ROOT);
        return value.equals("true") || value.equals("1");
    }

    boolean isWatch() {
        return method.equals("GET") && flag("watch");
    }

    boolean isDryRun() {
        return parameter("dryRun").equals("All");
    }

    /** The one who writes: as it says, or by its program's name. */
    String fieldManager() {
        String named = parameter("fieldManager");
        return named.isEmpty() ? "unknown" : named;
    }

    /** What was sent, in JSON; empty if it is no object. */
    Optional<ObjectNode> object() {
        try {
            return Json.MAPPER.readTree(body) instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Empty if the path names nothing that there is. */
    Optional<Target> target() {
        if (path.size() < 3) {
            return Optional.empty();
        }
        boolean core = path.getFirst().equals("api");
        if (!core && (!path.getFirst().equals("apis") || path.size() < 4)) {
            return Optional.empty();
        }
        String group = core ? "" : path.get(1);
        String version = path.get(core ? 1 : 2);
        List<String> rest = path.subList(core ? 2 : 3, path.size());
        boolean inNamespace = rest.size() > 2
                && rest.getFirst().equals("namespaces")
                && !rest.get(2).equals("status");
        String namespace = inNamespace ? rest.get(1) : "";
        List<String> named = inNamespace ? rest.subList(2, rest.size()) : rest;
        if (named.size() > 3) {
            return Optional.empty();
        }
        return ResourceType.of(group, version, named.getFirst())
                .filter(type -> type.namespaced ? inNamespace || named.size() == 1 : !inNamespace)
                .map(type -> new Target(
                        type, namespace, named.size() > 1 ? named.get(1) : "", named.size() > 2 ? named.get(2) : ""));
    }

    /** As rights name it. */
    String verb(Target target) {
        return switch (method) {
            case "GET", "HEAD" -> isWatch() ? "watch" : target.name().isEmpty() ? "list" : "get";
            case "POST" -> "create";
            case "PUT" -> "update";
            case "PATCH" -> "patch";
            case "DELETE" -> target.name().isEmpty() ? "deletecollection" : "delete";
            default -> method.toLowerCase(Locale.ROOT);
        };
    }
}
