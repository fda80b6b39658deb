package dev.kubeproxyfleet.simulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Why an object is not accepted. What Kubernetes checks beyond this is not checked here. */
final class Checks {

    private static final Pattern SUBDOMAIN =
            Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");

    private static final int LONGEST_NAME = 253;

    private Checks() {}

    static Optional<Reply> refuse(Request.Target target, ObjectNode object, ClusterStore store) {
        ResourceType type = target.type();
        if (!object.path("kind").asText(type.kind).equals(type.kind)
                || !object.path("apiVersion").asText(type.apiVersion()).equals(type.apiVersion())) {
            return Optional.of(Reply.badRequest(type.kind + " in version \"" + type.version
                    + "\" cannot be handled as a " + object.path("kind").asText()));
        }
        JsonNode metadata = object.path("metadata");
        if (!metadata.path("namespace").asText(target.namespace()).equals(target.namespace())) {
            return Optional.of(Reply.badRequest(
                    "the namespace of the provided object does not match the namespace sent on the request"));
        }
        Optional<Reply> misnamed = refuseName(target, object);
        if (misnamed.isPresent()) {
            return misnamed;
        }
        if (type.namespaced) {
            Optional<Stored> namespace = store.get(new Key(ResourceType.NAMESPACE, "", target.namespace()));
            if (namespace.isEmpty()) {
                return Optional.of(Reply.notFound(ResourceType.NAMESPACE, target.namespace()));
            }
            if (store.get(target.key()).isEmpty()
                    && Namespaces.isTerminating(namespace.get().tree())) {
                return Optional.of(Reply.terminating(type, target.name(), target.namespace()));
            }
        }
        List<Reply.Cause> causes = new ArrayList<>();
        checkName(type, target.name(), causes);
        if (type == ResourceType.DAEMON_SET) {
            checkDaemonSet(object, causes);
        }
        return causes.isEmpty() ? Optional.empty() : Optional.of(Reply.invalid(type, target.name(), causes));
    }

    static Optional<Reply> refuseName(Request.Target target, ObjectNode object) {
        String name = object.at("/metadata/name").asText();
        return name.equals(target.name())
                ? Optional.empty()
                : Optional.of(Reply.badRequest("the name of the object (" + name
                        + ") does not match the name on the URL (" + target.name() + ")"));
    }

    private static void checkName(ResourceType type, String name, List<Reply.Cause> causes) {
        boolean free = type.group.equals("rbac.authorization.k8s.io");
        if (name.isEmpty()) {
            causes.add(new Reply.Cause(
                    "FieldValueRequired", "Required value: name or generateName is required", "metadata.name"));
        } else if (!free
                && (name.length() > LONGEST_NAME || !SUBDOMAIN.matcher(name).matches())) {
            causes.add(new Reply.Cause(
                    "FieldValueInvalid",
                    "Invalid value: \"" + name + "\": a lowercase RFC 1123 subdomain must consist of lower case"
                            + " alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character"
                            + " (e.g. 'example.com', regex used for validation is '" + SUBDOMAIN + "')",
                    "metadata.name"));
        }
    }

    private static void checkDaemonSet(ObjectNode set, List<Reply.Cause> causes) {
        JsonNode wanted = set.at("/spec/selector/matchLabels");
        JsonNode labels = set.at("/spec/template/metadata/labels");
        if (set.at("/spec/selector").isEmpty()) {
            causes.add(new Reply.Cause("FieldValueRequired", "Required value", "spec.selector"));
        } else if (wanted.properties().stream()
                .anyMatch(label -> !label.getValue().equals(labels.get(label.getKey())))) {
            causes.add(new Reply.Cause(
                    "FieldValueInvalid",
                    "Invalid value: " + labels + ": `selector` does not match template `labels`",
                    "spec.template.metadata.labels"));
        }
        JsonNode containers = set.at("/spec/template/spec/containers");
        if (containers.isEmpty()) {
            causes.add(new Reply.Cause("FieldValueRequired", "Required value", "spec.template.spec.containers"));
        }
        for (int i = 0; i < containers.size(); i++) {
            for (String member : List.of("name", "image")) {
                if (containers.get(i).path(member).asText().isEmpty()) {
                    causes.add(new Reply.Cause(
                            "FieldValueRequired",
                            "Required value",
                            "spec.template.spec.containers[" + i + "]." + member));
                }
            }
        }
    }

    /** Why {@code before} cannot become {@code after}. */
    static Optional<Reply> refuseChange(Request.Target target, ObjectNode before, ObjectNode after) {
        return switch (target.type()) {
            case DAEMON_SET -> refuseChange(target, before, after, "/spec/selector", "spec.selector");
            case ROLE_BINDING, CLUSTER_ROLE_BINDING -> refuseChange(target, before, after, "/roleRef", "roleRef");
            default -> Optional.empty();
        };
    }

    private static Optional<Reply> refuseChange(
            Request.Target target, ObjectNode before, ObjectNode after, String pointer, String field) {
        return before.at(pointer).equals(after.at(pointer))
                ? Optional.empty()
                : Optional.of(Reply.invalid(
                        target.type(),
                        target.name(),
                        List.of(new Reply.Cause(
                                "FieldValueInvalid",
                                "Invalid value: " + after.at(pointer) + ": field is immutable",
                                field))));
    }
}
