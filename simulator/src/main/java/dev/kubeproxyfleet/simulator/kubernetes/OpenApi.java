package dev.kubeproxyfleet.simulator.kubernetes;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * OpenAPI documents that say which calls there are with which parameters, since clients look there for what a server can do. They
 * hold no schemas.
 */
final class OpenApi {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final List<String> PARAMETERS = List.of("dryRun", "fieldManager", "fieldValidation", "force");

    private OpenApi() {}

    /**
     * Empty if the path is none of these.
     *
     * @param prefix path of the cluster
     */
    static Optional<Reply> answer(List<String> path, String prefix) {
        if (path.size() < 2
                || !path.getFirst().equals("openapi")
                || !path.get(1).equals("v3")) {
            return Optional.empty();
        }
        if (path.size() == 2) {
            ObjectNode root = JSON.objectNode();
            ObjectNode paths = root.putObject("paths");
            Arrays.stream(ResourceType.values())
                    .map(OpenApi::groupPath)
                    .distinct()
                    .forEach(group -> paths.putObject(group).put("serverRelativeURL", prefix + "/openapi/v3/" + group));
            return Optional.of(Reply.ok(root));
        }
        String wanted = String.join("/", path.subList(2, path.size()));
        List<ResourceType> types = Arrays.stream(ResourceType.values())
                .filter(type -> groupPath(type).equals(wanted))
                .toList();
        return types.isEmpty() ? Optional.empty() : Optional.of(Reply.ok(document(types)));
    }

    private static String groupPath(ResourceType type) {
        return (type.group.isEmpty() ? "api/" : "apis/") + type.apiVersion();
    }

    private static ObjectNode document(List<ResourceType> types) {
        ObjectNode document = JSON.objectNode();
        document.put("openapi", "3.0.0");
        document.putObject("info").put("title", "Kubernetes").put("version", "simulated");
        ObjectNode paths = document.putObject("paths");
        for (ResourceType type : types) {
            String all = "/" + groupPath(type) + (type.namespaced ? "/namespaces/{namespace}/" : "/") + type.plural;
            operation(paths.putObject(all).putObject("post"), type);
            if (!type.isReview()) {
                operation(paths.putObject(all + "/{name}").putObject("patch"), type);
            }
        }
        return document;
    }

    private static void operation(ObjectNode operation, ResourceType type) {
        var parameters = operation.putArray("parameters");
        PARAMETERS.forEach(name -> parameters
                .addObject()
                .put("name", name)
                .put("in", "query")
                .putObject("schema")
                .put("type", name.equals("force") ? "boolean" : "string"));
        operation.putObject("responses").putObject("200").put("description", "OK");
        operation
                .putObject("x-kubernetes-group-version-kind")
                .put("group", type.group)
                .put("version", type.version)
                .put("kind", type.kind);
    }
}
