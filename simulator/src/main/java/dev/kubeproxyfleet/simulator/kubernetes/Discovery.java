package dev.kubeproxyfleet.simulator.kubernetes;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the server says of itself. */
final class Discovery {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** What {@code kubectl get all} shows. */
    private static final Set<ResourceType> SHOWN_AS_ALL =
            EnumSet.of(ResourceType.POD, ResourceType.SERVICE, ResourceType.DAEMON_SET);

    private Discovery() {}

    /** Empty if the path is none of these. */
    static Optional<Reply> answer(List<String> path, String kubernetesVersion) {
        return switch (String.join("/", path)) {
            case "version" -> Optional.of(Reply.ok(version(kubernetesVersion)));
            case "api" -> Optional.of(Reply.ok(coreVersions()));
            case "apis" -> Optional.of(Reply.ok(groups()));
            case "api/v1" -> Optional.of(Reply.ok(resources("", "v1")));
            default ->
                path.size() == 3 && path.getFirst().equals("apis") && isServed(path.get(1), path.get(2))
                        ? Optional.of(Reply.ok(resources(path.get(1), path.get(2))))
                        : path.size() == 2 && path.getFirst().equals("apis") && isServed(path.get(1), "v1")
                                ? Optional.of(Reply.ok(group(path.get(1))))
                                : Optional.empty();
        };
    }

    private static boolean isServed(String group, String version) {
        return !group.isEmpty()
                && Arrays.stream(ResourceType.values())
                        .anyMatch(type -> type.group.equals(group) && type.version.equals(version));
    }

    private static ObjectNode version(String version) {
        String[] parts = version.split("\\.");
        return JSON.objectNode()
                .put("major", parts[0])
                .put("minor", parts[1])
                .put("gitVersion", "v" + version)
                .put("gitCommit", "")
                .put("gitTreeState", "clean")
                .put("buildDate", "1970-01-01T00:00:00Z")
                .put("goVersion", "")
                .put("compiler", "")
                .put("platform", "linux/amd64");
    }

    private static ObjectNode coreVersions() {
        ObjectNode body = JSON.objectNode();
        body.put("kind", "APIVersions");
        body.putArray("versions").add("v1");
        body.putArray("serverAddressByClientCIDRs");
        return body;
    }

    /** All groups but the core one. */
    static List<String> names() {
        return Arrays.stream(ResourceType.values())
                .map(type -> type.group)
                .filter(group -> !group.isEmpty())
                .distinct()
                .toList();
    }

    private static ObjectNode groups() {
        ObjectNode body = JSON.objectNode();
        body.put("kind", "APIGroupList");
        body.put("apiVersion", "v1");
        ArrayNode groups = body.putArray("groups");
        names().forEach(name -> {
            ObjectNode group = group(name);
            group.remove(List.of("kind", "apiVersion"));
            groups.add(group);
        });
        return body;
    }

    private static ObjectNode group(String name) {
        ObjectNode version = JSON.objectNode().put("groupVersion", name + "/v1").put("version", "v1");
        ObjectNode body = JSON.objectNode();
        body.put("kind", "APIGroup");
        body.put("apiVersion", "v1");
        body.put("name", name);
        body.putArray("versions").add(version);
        body.set("preferredVersion", version.deepCopy());
        return body;
    }

    private static ObjectNode resources(String group, String version) {
        ObjectNode body = JSON.objectNode();
        body.put("kind", "APIResourceList");
        body.put("apiVersion", "v1");
        body.put("groupVersion", group.isEmpty() ? version : group + "/" + version);
        ArrayNode resources = body.putArray("resources");
        for (ResourceType type : ResourceType.values()) {
            if (type.group.equals(group)) {
                ObjectNode resource = resource(type, type.plural, type.verbs());
                if (!type.shortName.isEmpty()) {
                    resource.putArray("shortNames").add(type.shortName);
                }
                if (SHOWN_AS_ALL.contains(type)) {
                    resource.putArray("categories").add("all");
                }
                resources.add(resource);
                if (type.hasStatus()) {
                    resources.add(resource(type, type.plural + "/status", List.of("get", "patch", "update")));
                }
            }
        }
        return body;
    }

    private static ObjectNode resource(ResourceType type, String name, List<String> verbs) {
        ObjectNode resource = JSON.objectNode();
        resource.put("name", name);
        resource.put("singularName", name.contains("/") ? "" : type.singular());
        resource.put("namespaced", type.namespaced);
        resource.put("kind", type.kind);
        ArrayNode list = resource.putArray("verbs");
        verbs.forEach(list::add);
        return resource;
    }
}
