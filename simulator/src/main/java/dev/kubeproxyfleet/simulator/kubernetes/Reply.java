package dev.kubeproxyfleet.simulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/**
 * An answer that is known at once: an object, or a {@code Status} with a reason as {@code
 * staging/src/k8s.io/apimachinery/pkg/api/errors/errors.go} words it.
 */
record Reply(int code, JsonNode body, Map<String, String> headers) {

    Reply(int code, JsonNode body) {
        this(code, body, Map.of());
    }

    static Reply ok(JsonNode body) {
        return new Reply(200, body);
    }

    static Reply success(ResourceType type, String name, String uid) {
        ObjectNode body = status("Success", 200);
        body.remove("code");
        new Reply(200, body).about(type.group, type.plural, name);
        body.withObject("/details").put("uid", uid);
        return ok(body);
    }

    static Reply notFound(ResourceType type, String name) {
        return named(404, "NotFound", type, name, "%s \"%s\" not found");
    }

    static Reply alreadyExists(ResourceType type, String name) {
        return named(409, "AlreadyExists", type, name, "%s \"%s\" already exists");
    }

    static Reply modified(ResourceType type, String name) {
        return named(
                409,
                "Conflict",
                type,
                name,
                "Operation cannot be fulfilled on %s \"%s\": the object has been modified; please apply your changes to the"
                        + " latest version and try again");
    }

    /** One of several reasons why an object is not accepted. */
    record Cause(String reason, String message, String field) {}

    static Reply invalid(ResourceType type, String name, List<Cause> causes) {
        StringBuilder why = new StringBuilder();
        for (Cause cause : causes) {
            why.append(why.isEmpty() ? "" : ", ")
                    .append(cause.field())
                    .append(": ")
                    .append(cause.message());
        }
        String group = type.group.isEmpty() ? "" : "." + type.group;
        Reply reply = refuse(
                422,
                "Invalid",
                type.kind + group + " \"" + name + "\" is invalid: " + (causes.size() == 1 ? why : "[" + why + "]"));
        return reply.about(type.group, type.kind, name).because(causes);
    }

    /** @param who owns what is in conflict */
    static Reply applyConflict(List<Cause> causes, String who) {
        String number = causes.size() + (causes.size() == 1 ? " conflict: " : " conflicts: ");
        return refuse(409, "Conflict", "Apply failed with " + number + who).because(causes);
    }

    static Reply noFieldManager() {
        Cause cause = new Cause("FieldValueRequired", "Required value: is required for apply patch", "fieldManager");
        Reply reply = refuse(
                422, "Invalid", "PatchOptions.meta.k8s.io \"\" is invalid: " + cause.field() + ": " + cause.message());
        return reply.about("meta.k8s.io", "PatchOptions", "").because(List.of(cause));
    }

    static Reply badRequest(String message) {
        return refuse(400, "BadRequest", message);
    }

    static Reply unauthorized() {
        return refuse(401, "Unauthorized", "Unauthorized");
    }

    static Reply forbidden(ResourceType type, String verb, String namespace, String name, String user) {
        String where = !type.namespaced
                ? "at the cluster scope"
                : namespace.isEmpty() ? "at the cluster scope" : "in the namespace \"" + namespace + "\"";
        Reply reply = refuse(
                403,
                "Forbidden",
                type.qualified() + (name.isEmpty() ? "" : " \"" + name + "\"") + " is forbidden: User \"" + user
                        + "\" cannot " + verb + " resource \"" + type.plural + "\" in API group \"" + type.group + "\" "
                        + where);
        return reply.about(type.group, type.plural, name);
    }

    /** Where an object that is applied is not there: Kubernetes says no more. */
    static Reply mayNotCreate(ResourceType type, String name) {
        return named(403, "Forbidden", type, name, "%s \"%s\" is forbidden: ");
    }

    static Reply terminating(ResourceType type, String name, String namespace) {
        return named(
                403,
                "Forbidden",
                type,
                name,
                "%s \"%s\" is forbidden: unable to create new content in namespace " + namespace
                        + " because it is being terminated");
    }

    static Reply expired(String message) {
        return refuse(410, "Expired", message);
    }

    static Reply noSuchPath() {
        return refuse(404, "NotFound", "the server could not find the requested resource");
    }

    static Reply methodNotAllowed() {
        return refuse(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
    }

    static Reply refuse(int code, String reason, String message) {
        ObjectNode body = status("Failure", code);
        body.put("message", message);
        body.put("reason", reason);
        return new Reply(code, body);
    }

    private static Reply named(int code, String reason, ResourceType type, String name, String message) {
        return refuse(code, reason, message.formatted(type.qualified(), name)).about(type.group, type.plural, name);
    }

    private Reply about(String group, String kind, String name) {
        ObjectNode details = ((ObjectNode) body).withObject("/details");
        if (!name.isEmpty()) {
            details.put("name", name);
        }
        if (!group.isEmpty()) {
            details.put("group", group);
        }
        details.put("kind", kind);
        return this;
    }

    private Reply because(List<Cause> causes) {
        var list = ((ObjectNode) body).withObject("/details").putArray("causes");
        causes.forEach(cause -> list.addObject()
                .put("reason", cause.reason())
                .put("message", cause.message())
                .put("field", cause.field()));
        return this;
    }

    private static ObjectNode status(String status, int code) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("kind", "Status");
        body.put("apiVersion", "v1");
        body.putObject("metadata");
        body.put("status", status);
        body.put("code", code);
        return body;
    }
}
