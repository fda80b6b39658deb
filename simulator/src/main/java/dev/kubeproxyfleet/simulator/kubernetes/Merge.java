package dev.kubeproxyfleet.simulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Merging what was sent into what is there. */
final class Merge {

    private Merge() {}

    /** Server-side apply: lists by their keys, atomic ones whole. */
    static void apply(ObjectNode into, JsonNode sent) {
        sent.properties().forEach(member -> {
            String name = member.getKey();
            JsonNode value = member.getValue();
            JsonNode there = into.path(name);
            if (value.isObject() && there instanceof ObjectNode object && !Lists.isAtomicObject(name)) {
                apply(object, value);
            } else if (value.isArray() && there instanceof ArrayNode list && isMerged(name, value)) {
                items(list, name, value);
            } else {
                into.set(name, value.deepCopy());
            }
        });
    }

    private static boolean isMerged(String member, JsonNode list) {
        return Lists.isSet(member) || !Lists.keys(member, list).isEmpty();
    }

    private static void items(ArrayNode into, String member, JsonNode sent) {
        List<String> keys = Lists.keys(member, sent);
        for (JsonNode item : sent) {
            JsonNode there = keys.isEmpty() ? item : Lists.find(keys, into, Lists.key(keys, item));
            if (!keys.isEmpty() && there instanceof ObjectNode object) {
                apply(object, item);
            } else if (!contains(into, item)) {
                into.add(item.deepCopy());
            }
        }
    }

    private static boolean contains(ArrayNode list, JsonNode item) {
        for (JsonNode there : list) {
            if (there.equals(item)) {
                return true;
            }
        }
        return false;
    }

    /** JSON merge patch (RFC 7396). */
    static void merge(ObjectNode into, JsonNode patch) {
        patch.properties().forEach(member -> {
            if (member.getValue().isNull()) {
                into.remove(member.getKey());
            } else if (member.getValue().isObject()) {
                ObjectNode inner =
                        into.get(member.getKey()) instanceof ObjectNode there ? there : into.putObject(member.getKey());
                merge(inner, member.getValue());
            } else {
                into.set(member.getKey(), member.getValue().deepCopy());
            }
        });
    }

    /**
     * Kubernetes' strategic merge patch: as a merge patch, but lists with keys are merged by them. Of its directives {@code
     * $patch: delete} and {@code $patch: replace} are known; the order that {@code $setElementOrder} wants is not kept.
     */
    static void strategic(ObjectNode into, JsonNode patch) {
        patch.properties().forEach(member -> {
            String name = member.getKey();
            JsonNode value = member.getValue();
            if (name.startsWith("$")) {
                return;
            }
            if (value.isNull() || value.path("$patch").asText().equals("delete")) {
                into.remove(name);
            } else if (value.isObject()) {
                boolean replaces = value.path("$patch").asText().equals("replace");
                ObjectNode inner =
                        !replaces && into.get(name) instanceof ObjectNode there ? there : into.putObject(name);
                strategic(inner, value);
            } else if (value.isArray() && into.get(name) instanceof ArrayNode there && isMerged(name, value)) {
                strategicItems(there, name, value);
            } else {
                into.set(name, value.deepCopy());
            }
        });
    }

    private static void strategicItems(ArrayNode into, String member, JsonNode patch) {
        List<String> keys = Lists.keys(member, patch);
        for (JsonNode item : patch) {
            JsonNode there = keys.isEmpty() ? item : Lists.find(keys, into, Lists.key(keys, item));
            if (item.path("$patch").asText().equals("delete")) {
                var items = into.iterator();
                while (items.hasNext()) {
                    if (items.next() == there) {
                        items.remove();
                    }
                }
            } else if (!keys.isEmpty() && there instanceof ObjectNode object) {
                strategic(object, item);
            } else if (!contains(into, item)) {
                into.add(item.deepCopy());
            }
        }
    }
}
