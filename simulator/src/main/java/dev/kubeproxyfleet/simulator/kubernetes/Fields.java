package dev.kubeproxyfleet.simulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Fields of objects by their paths, whose elements are those of {@code fieldsV1}: {@code f:<member>}, {@code k:<key of an item>},
 * {@code v:<item of a set>}, and {@code .} for an item of a list itself.
 */
final class Fields {

    private static final String ITSELF = ".";

    /** Maps that are the same whether they are empty or absent; other objects say something by being there. */
    private static final Set<String> MAPS =
            Set.of("annotations", "binaryData", "data", "labels", "limits", "matchLabels", "requests", "stringData");

    private Fields() {}

    /** All that a client may own: not who the object is, and not what the server keeps. */
    static Map<List<String>, JsonNode> of(ObjectNode object) {
        Map<List<String>, JsonNode> fields = new LinkedHashMap<>();
        object.properties().forEach(member -> {
            switch (member.getKey()) {
                case "apiVersion", "kind", "status" -> {
                    // Who it is, and what no client of this server writes with the rest.
                }
                case "metadata" ->
                    member.getValue().properties().forEach(meta -> {
                        if (Set.of("labels", "annotations", "finalizers", "ownerReferences")
                                .contains(meta.getKey())) {
                            add(fields, List.of("f:metadata", "f:" + meta.getKey()), meta.getKey(), meta.getValue());
                        }
                    });
                default -> add(fields, List.of("f:" + member.getKey()), member.getKey(), member.getValue());
            }
        });
        return fields;
    }

    private static void add(Map<List<String>, JsonNode> fields, List<String> path, String member, JsonNode value) {
        if (value.isEmpty() && value.isObject() && MAPS.contains(member)) {
            return;
        }
        if (value.isObject() && !value.isEmpty() && !Lists.isAtomicObject(member)) {
            value.properties()
                    .forEach(inner -> add(fields, then(path, "f:" + inner.getKey()), inner.getKey(), inner.getValue()));
        } else if (value.isArray() && Lists.isSet(member)) {
            value.forEach(item -> fields.put(then(path, "v:" + item), item));
        } else if (value.isArray() && !Lists.keys(member, value).isEmpty()) {
            List<String> keys = Lists.keys(member, value);
            for (JsonNode item : value) {
                List<String> ofItem = then(path, Lists.key(keys, item));
                fields.put(then(ofItem, ITSELF), JsonNodeFactory.instance.nullNode());
                item.properties()
                        .forEach(inner ->
                                add(fields, then(ofItem, "f:" + inner.getKey()), inner.getKey(), inner.getValue()));
            }
        } else {
            fields.put(path, value);
        }
    }

    private static List<String> then(List<String> path, String element) {
        List<String> longer = new ArrayList<>(path);
        longer.add(element);
        return longer;
    }

    /** As {@code managedFields} has them. */
    static ObjectNode toFieldsV1(Set<List<String>> paths) {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        for (List<String> path : paths) {
            ObjectNode at = tree;
            for (String element : path) {
                at = at.get(element) instanceof ObjectNode inner ? inner : at.putObject(element);
            }
        }
        return tree;
    }

    static Set<List<String>> fromFieldsV1(JsonNode tree) {
        Set<List<String>> paths = new LinkedHashSet<>();
        collect(paths, List.of(), tree);
        return paths;
    }

    private static void collect(Set<List<String>> paths, List<String> path, JsonNode tree) {
        if (tree.isEmpty() && !path.isEmpty()) {
            paths.add(path);
        }
        tree.properties().forEach(element -> collect(paths, then(path, element.getKey()), element.getValue()));
    }

    /** As messages name a path, such as {@code .spec.template.spec.containers[name="agent"].image}. */
    static String shown(List<String> path) {
        StringBuilder text = new StringBuilder();
        for (String element : path) {
            switch (element.charAt(0)) {
                case 'f' -> text.append('.').append(element.substring(2));
                case 'k' ->
                    text.append(Lists.parsed(element).properties().stream()
                            .map(key -> key.getKey() + "=" + key.getValue())
                            .collect(Collectors.joining(",", "[", "]")));
                case 'v' -> text.append("[=").append(element.substring(2)).append(']');
                default -> {
                    // The item itself is named by its key.
                }
            }
        }
        return text.toString();
    }

    /** Takes a field away, and what is empty without it. */
    static void remove(ObjectNode object, List<String> path) {
        remove((JsonNode) object, "", path);
    }

    /** @param member that {@code at} is the value of */
    private static void remove(JsonNode at, String member, List<String> path) {
        String first = path.getFirst();
        List<String> rest = path.subList(1, path.size());
        switch (first.charAt(0)) {
            case 'f' -> {
                String name = first.substring(2);
                if (at instanceof ObjectNode object && object.has(name)) {
                    if (!rest.isEmpty()) {
                        remove(object.get(name), name, rest);
                    }
                    if (rest.isEmpty() || object.get(name).isEmpty()) {
                        object.remove(name);
                    }
                }
            }
            case 'k' -> {
                List<String> keys = Lists.keys(member, at);
                JsonNode item = keys.isEmpty() ? at : Lists.find(keys, at, first);
                if (rest.equals(List.of(ITSELF))) {
                    removeItem(at, item);
                } else if (item.isObject() && item != at) {
                    remove(item, member, rest);
                }
            }
            default -> {
                for (JsonNode item : at) {
                    if (first.equals("v:" + item)) {
                        removeItem(at, item);
                        return;
                    }
                }
            }
        }
    }

    private static void removeItem(JsonNode list, JsonNode item) {
        var items = list.iterator();
        while (items.hasNext()) {
            if (items.next() == item) {
                items.remove();
            }
        }
    }
}
