package dev.kubeproxyfleet.simulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who owns which fields of an object: its {@code metadata.managedFields}. Not thread-safe. */
final class Owners {

    static final String APPLY = "Apply";
    static final String UPDATE = "Update";

    /** @param operation {@link #APPLY} or {@link #UPDATE} */
    record Owner(String manager, String operation, String apiVersion) {}

    /** A field that somebody else owns and has another value for. */
    record Conflict(Owner owner, List<String> path) {}

    private final Map<Owner, Set<List<String>>> fields = new LinkedHashMap<>();
    private final Map<Owner, String> times = new LinkedHashMap<>();

    static Owners of(JsonNode object) {
        Owners owners = new Owners();
        for (JsonNode entry : object.at("/metadata/managedFields")) {
            Owner owner = new Owner(
                    entry.path("manager").asText(),
                    entry.path("operation").asText(),
                    entry.path("apiVersion").asText());
            owners.fields.put(owner, Fields.fromFieldsV1(entry.path("fieldsV1")));
            owners.times.put(owner, entry.path("time").asText());
        }
        return owners;
    }

    /** Where {@code applied} has another value than {@code live}, and somebody else owns the field. */
    List<Conflict> conflicts(Owner applier, Map<List<String>, JsonNode> applied, Map<List<String>, JsonNode> live) {
        List<Conflict> conflicts = new ArrayList<>();
        fields.forEach((owner, paths) -> {
            if (!owner.equals(applier)) {
                applied.forEach((path, value) -> {
                    if (paths.contains(path) && !value.equals(live.get(path))) {
                        conflicts.add(new Conflict(owner, path));
                    }
                });
            }
        });
        return conflicts;
    }

    /** Takes over what is in conflict. */
    void force(List<Conflict> conflicts) {
        conflicts.forEach(conflict -> remove(conflict.owner(), Set.of(conflict.path())));
    }

    /**
     * Notes what {@code applier} applies now.
     *
     * @return what it applied before, does not apply any more, and nobody else owns
     */
    Set<List<String>> apply(Owner applier, Set<List<String>> applied, Instant now) {
        Set<List<String>> left = new LinkedHashSet<>(fields.getOrDefault(applier, Set.of()));
        left.removeAll(applied);
        if (applied.isEmpty()) {
            fields.remove(applier);
        } else if (!applied.equals(fields.get(applier))) {
            fields.put(applier, new LinkedHashSet<>(applied));
            times.put(applier, Objects.time(now));
        }
        fields.forEach((owner, paths) -> {
            if (!owner.equals(applier)) {
                left.removeAll(paths);
            }
        });
        return left;
    }

    /** Notes an update: whoever changes a field owns it alone, and what is gone nobody owns. */
    void update(Owner updater, Map<List<String>, JsonNode> before, Map<List<String>, JsonNode> after, Instant now) {
        Set<List<String>> changed = new LinkedHashSet<>();
        after.forEach((path, value) -> {
            if (!value.equals(before.get(path))) {
                changed.add(path);
            }
        });
        Set<List<String>> touched = new HashSet<>(before.keySet());
        touched.removeAll(after.keySet());
        touched.addAll(changed);
        for (Owner owner : List.copyOf(fields.keySet())) {
            remove(owner, touched);
        }
        if (!changed.isEmpty()) {
            fields.computeIfAbsent(updater, _ -> new LinkedHashSet<>()).addAll(changed);
            times.put(updater, Objects.time(now));
        }
    }

    private void remove(Owner owner, Set<List<String>> paths) {
        Set<List<String>> owned = fields.getOrDefault(owner, new LinkedHashSet<>());
        owned.removeAll(paths);
        if (owned.isEmpty()) {
            fields.remove(owner);
        }
    }

    void into(ObjectNode object) {
        ArrayNode entries = object.withObject("/metadata").putArray("managedFields");
        fields.forEach((owner, paths) -> entries.addObject()
                .put("manager", owner.manager())
                .put("operation", owner.operation())
                .put("apiVersion", owner.apiVersion())
                .put("time", times.getOrDefault(owner, ""))
                .put("fieldsType", "FieldsV1")
                .set("fieldsV1", Fields.toFieldsV1(paths)));
    }
}
