package dev.kubeproxyfleet.simulator.kubernetes;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The operations of JSON Patch (RFC 6902) that clients of Kubernetes send: add, replace, remove and test. */
final class JsonPatch {

    private JsonPatch() {}

    /** Changes {@code object}; false if some operation cannot be done. */
    static boolean apply(ObjectNode object, JsonNode operations) {
        if (!operations.isArray()) {
            return false;
        }
        for (JsonNode operation : operations) {
            if (!applyOne(object, operation)) {
                return false;
            }
        }
        return true;
    }

    private static boolean applyOne(ObjectNode object, JsonNode operation) {
        JsonPointer path;
        try {
            path = JsonPointer.compile(operation.path("path").asText());
        } catch (IllegalArgumentException e) {
            return false;
        }
        JsonNode value = operation.path("value");
        JsonNode there = object.at(path);
        return switch (operation.path("op").asText()) {
            case "test" -> there.equals(value);
            case "add" -> path.head() != null && put(object.at(path.head()), path.last(), value, true);
            case "replace" ->
                path.head() != null && !there.isMissingNode() && put(object.at(path.head()), path.last(), value, false);
            case "remove" ->
                path.head() != null && !there.isMissingNode() && remove(object.at(path.head()), path.last());
            default -> false;
        };
    }

    private static boolean put(JsonNode parent, JsonPointer last, JsonNode value, boolean insert) {
        String name = last.getMatchingProperty();
        switch (parent) {
            case ObjectNode object -> object.set(name, value.deepCopy());
            case ArrayNode list when name.equals("-") -> list.add(value.deepCopy());
            case ArrayNode list
            when last.getMatchingIndex() < 0 || last.getMatchingIndex() > list.size() -> {
                return false;
            }
            case ArrayNode list when insert -> list.insert(last.getMatchingIndex(), value.deepCopy());
            case ArrayNode list -> list.set(last.getMatchingIndex(), value.deepCopy());
            default -> {
                return false;
            }
        }
        return true;
    }

    private static boolean remove(JsonNode parent, JsonPointer last) {
        return switch (parent) {
            case ObjectNode object -> object.remove(last.getMatchingProperty()) != null;
            case ArrayNode list -> list.remove(last.getMatchingIndex()) != null;
            default -> false;
        };
    }
}
