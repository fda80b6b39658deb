package dev.kubeproxyfleet.simulator.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.kubeproxyfleet.schemas.json.Json;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Creating, changing and deleting objects. Thread-safe, as its store is. */
final class Writes {

    private static final YAMLMapper YAML = new YAMLMapper();

    private final ClusterStore store;
    private final Namespaces namespaces;
    private final InstantSource clock;

    Writes(ClusterStore store, Namespaces namespaces, InstantSource clock) {
        this.store = store;
        this.namespaces = namespaces;
        this.clock = clock;
    }

    Reply create(Request request, Request.Target target) {
        Optional<ObjectNode> sent = request.object();
        if (sent.isEmpty()) {
            return Reply.badRequest("the body is no object in JSON");
        }
        ObjectNode object = sent.get();
        ObjectNode metadata = object.withObject("/metadata");
        if (!metadata.hasNonNull("name") && metadata.hasNonNull("generateName")) {
            metadata.put("name", metadata.path("generateName").asText() + suffix());
        }
        Request.Target named = new Request.Target(
                target.type(), target.namespace(), metadata.path("name").asText(), "");
        Optional<Reply> refusal = Checks.refuse(named, object, store);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        if (store.get(named.key()).isPresent()) {
            return Reply.alreadyExists(named.type(), named.name());
        }
        Owners owners = new Owners();
        owners.update(updater(request, named), Map.of(), Fields.of(object), clock.instant());
        return keep(request, named, null, object, owners)
                .orElseGet(() -> Reply.alreadyExists(named.type(), named.name()));
    }

    private static String suffix() {
        return UUID.randomUUID().toString().substring(0, 5);
    }

    Reply update(Request request, Request.Target target) {
        Optional<ObjectNode> sent = request.object();
        if (sent.isEmpty()) {
            return Reply.badRequest("the body is no object in JSON");
        }
        Optional<Reply> misnamed = Checks.refuseName(target, sent.get());
        if (misnamed.isPresent()) {
            return misnamed.get();
        }
        return change(
                request, target, sent.get().at("/metadata/resourceVersion").asText(), _ -> Optional.of(sent.get()));
    }

    Reply patch(Request request, Request.Target target) {
        JsonNode patch;
        try {
            patch = request.isApply() ? YAML.readTree(request.body()) : Json.MAPPER.readTree(request.body());
        } catch (IOException e) {
            return Reply.badRequest("error decoding patch: "
                    + (e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage()));
        }
        String version = patch.at("/metadata/resourceVersion").asText();
        return switch (request.contentType()) {
            case "application/apply-patch+yaml" ->
                patch instanceof ObjectNode object
                        ? apply(request, target, object)
                        : Reply.badRequest("the body is no object");
            case "application/merge-patch+json" ->
                change(request, target, version, there -> {
                    Merge.merge(there, patch);
                    return Optional.of(there);
                });
            case "application/strategic-merge-patch+json" ->
                change(request, target, version, there -> {
                    Merge.strategic(there, patch);
                    return Optional.of(there);
                });
            case "application/json-patch+json" ->
                change(
                        request,
                        target,
                        "",
                        there -> JsonPatch.apply(there, patch) ? Optional.of(there) : Optional.empty());
            default ->
                Reply.refuse(
                        415,
                        "UnsupportedMediaType",
                        "the body of the request was in an unknown format - accepted media types include:"
                                + " application/json-patch+json, application/merge-patch+json,"
                                + " application/strategic-merge-patch+json, application/apply-patch+yaml");
        };
    }

    /** What becomes of an object; empty if that makes no sense. */
    private interface Change {
        Optional<ObjectNode> of(ObjectNode there);
    }

    /** @param expected version that the client has seen; empty for any */
    private Reply change(Request request, Request.Target target, String expected, Change change) {
        while (true) {
            Optional<Stored> found = store.get(target.key());
            if (found.isEmpty()) {
                return Reply.notFound(target.type(), target.name());
            }
            Stored before = found.get();
            if (!expected.isEmpty() && !expected.equals(Long.toString(before.version()))) {
                return Reply.modified(target.type(), target.name());
            }
            ObjectNode there = before.tree();
            Optional<ObjectNode> changed = change.of(before.tree());
            if (changed.isEmpty()) {
                return Reply.refuse(422, "Invalid", "the server rejected our request due to an error in our request");
            }
            ObjectNode after = keepWhatIsNotMeant(target, there, changed.get());
            Optional<Reply> refusal =
                    Checks.refuse(target, after, store).or(() -> Checks.refuseChange(target, there, after));
            if (refusal.isPresent()) {
                return refusal.get();
            }
            Owners owners = Owners.of(there);
            owners.update(updater(request, target), Fields.of(there), Fields.of(after), clock.instant());
            Optional<Reply> reply = keep(request, target, before, after, owners);
            if (reply.isPresent()) {
                return reply.get();
            }
        }
    }

    /** A write of the status leaves all else, and a write of all else leaves the status. */
    private static ObjectNode keepWhatIsNotMeant(Request.Target target, ObjectNode there, ObjectNode sent) {
        if (!target.type().hasStatus()) {
            return sent;
        }
        boolean ofStatus = target.subresource().equals("status");
        ObjectNode base = ofStatus ? there.deepCopy() : sent;
        JsonNode status = (ofStatus ? sent : there).path("status");
        base.remove("status");
        if (!status.isMissingNode()) {
            base.set("status", status);
        }
        return base;
    }

    private Reply apply(Request request, Request.Target target, ObjectNode applied) {
        if (request.parameter("fieldManager").isEmpty()) {
            return Reply.noFieldManager();
        }
        if (applied.path("metadata").has("managedFields")) {
            return Reply.badRequest("metadata.managedFields must be nil");
        }
        Owners.Owner applier = new Owners.Owner(
                request.fieldManager(), Owners.APPLY, target.type().apiVersion());
        Map<List<String>, JsonNode> fields = Fields.of(applied);
        while (true) {
            @Nullable Stored before = store.get(target.key()).orElse(null);
            String expected = applied.at("/metadata/resourceVersion").asText();
            if (!expected.isEmpty() && (before == null || !expected.equals(Long.toString(before.version())))) {
                return Reply.modified(target.type(), target.name());
            }
            ObjectNode there = before == null ? bare(target) : before.tree();
            Owners owners = Owners.of(there);
            List<Owners.Conflict> conflicts = owners.conflicts(applier, fields, Fields.of(there));
            if (!conflicts.isEmpty() && !request.flag("force")) {
                return refuse(conflicts);
            }
            owners.force(conflicts);
            ObjectNode after = there.deepCopy();
            owners.apply(applier, fields.keySet(), clock.instant()).forEach(path -> Fields.remove(after, path));
            ObjectNode sent = applied.deepCopy();
            sent.remove("status");
            Merge.apply(after, sent);
            Optional<Reply> refusal = Checks.refuse(target, after, store)
                    .or(() -> before == null ? Optional.empty() : Checks.refuseChange(target, there, after));
            if (refusal.isPresent()) {
                return refusal.get();
            }
            Optional<Reply> reply = keep(request, target, before, after, owners);
            if (reply.isPresent()) {
                return reply.get();
            }
        }
    }

    private static ObjectNode bare(Request.Target target) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("apiVersion", target.type().apiVersion());
        object.put("kind", target.type().kind);
        object.putObject("metadata").put("name", target.name());
        return object;
    }

    private static Reply refuse(List<Owners.Conflict> conflicts) {
        Map<Owners.Owner, List<String>> byOwner = new LinkedHashMap<>();
        List<Reply.Cause> causes = new ArrayList<>();
        for (Owners.Conflict conflict : conflicts) {
            String path = Fields.shown(conflict.path());
            byOwner.computeIfAbsent(conflict.owner(), _ -> new ArrayList<>()).add(path);
            causes.add(new Reply.Cause("FieldManagerConflict", "conflict with " + shown(conflict.owner()), path));
        }
        if (causes.size() == 1) {
            Reply.Cause only = causes.getFirst();
            return Reply.applyConflict(causes, only.message() + ": " + only.field());
        }
        List<String> who = new ArrayList<>();
        byOwner.forEach(
                (owner, paths) -> who.add("conflicts with " + shown(owner) + ":\n- " + String.join("\n- ", paths)));
        return Reply.applyConflict(causes, String.join("\n", who));
    }

    private static String shown(Owners.Owner owner) {
        String name = "\"" + owner.manager() + "\"";
        return owner.operation().equals(Owners.UPDATE) ? name + " using " + owner.apiVersion() : name;
    }

    private static Owners.Owner updater(Request request, Request.Target target) {
        return new Owners.Owner(
                request.fieldManager(), Owners.UPDATE, target.type().apiVersion());
    }

    /** Empty if somebody else was faster. */
    private Optional<Reply> keep(
            Request request, Request.Target target, @Nullable Stored before, ObjectNode after, Owners owners) {
        Completion.complete(target.key(), before == null ? null : before.tree(), after, clock.instant());
        owners.into(after);
        int code = before == null ? 201 : 200;
        if (before != null) {
            if (Stored.of(target.key(), before.version(), after).tree().equals(before.tree())) {
                return Optional.of(Reply.ok(after));
            }
        }
        if (request.isDryRun()) {
            return Optional.of(new Reply(code, after));
        }
        return store.put(target.key(), before, after).map(stored -> new Reply(code, stored.tree()));
    }

    Reply delete(Request request, Request.Target target) {
        Optional<Stored> found = store.get(target.key());
        if (found.isEmpty()) {
            return Reply.notFound(target.type(), target.name());
        }
        ObjectNode there = found.get().tree();
        String uid = there.at("/metadata/uid").asText();
        JsonNode conditions =
                request.object().map(options -> options.path("preconditions")).orElse(there.path("none"));
        if (!conditions.path("uid").asText(uid).equals(uid)
                || !conditions
                        .path("resourceVersion")
                        .asText(Long.toString(found.get().version()))
                        .equals(Long.toString(found.get().version()))) {
            return Reply.modified(target.type(), target.name());
        }
        if (target.type() == ResourceType.NAMESPACE) {
            return namespaces.delete(found.get(), request.isDryRun());
        }
        if (!request.isDryRun()) {
            store.remove(target.key());
            if (target.type() == ResourceType.DAEMON_SET) {
                store.all().stream()
                        .map(Stored::key)
                        .filter(key -> isMadeBy(target, uid, key))
                        .forEach(store::remove);
            }
        }
        return Reply.success(target.type(), target.name(), uid);
    }

    private boolean isMadeBy(Request.Target daemonSet, String uid, Key key) {
        return (key.type() == ResourceType.POD || key.type() == ResourceType.CONTROLLER_REVISION)
                && key.namespace().equals(daemonSet.namespace())
                && store.get(key)
                        .map(object -> object.tree()
                                .at("/metadata/ownerReferences/0/uid")
                                .asText())
                        .filter(uid::equals)
                        .isPresent();
    }
}
