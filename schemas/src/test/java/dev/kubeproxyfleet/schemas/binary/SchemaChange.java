package dev.kubeproxyfleet.schemas.binary;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.Incompatibility;

/** What stands between two schemas of one type. */
final class SchemaChange {

    private SchemaChange() {}

    /** Why one of the two cannot read what the other has written, a line for each reason; empty if both can. */
    static List<String> incompatibilities(Schema one, Schema other) {
        return Stream.concat(unreadable(one, other), unreadable(other, one)).toList();
    }

    private static Stream<String> unreadable(Schema reader, Schema writer) {
        return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
                .getResult()
                .getIncompatibilities()
                .stream()
                .map(found -> field(reader, found) + ": " + found.getType() + ", " + found.getMessage());
    }

    /** The name of the field, behind those that lead to it. */
    private static String field(Schema reader, Incompatibility found) {
        JsonNode node = json(reader);
        StringJoiner names = new StringJoiner(".");
        names.add(reader.getName());
        String before = "";
        for (String step : found.getLocation().substring(1).split("/")) {
            node = node.isArray() ? node.path(Integer.parseInt(step)) : node.path(step);
            if (before.equals("fields")) {
                names.add(node.path("name").asText());
            }
            before = step;
        }
        return names.toString();
    }

    /** The schema as the archive keeps it: without comments, which change nothing. */
    static String withoutComments(Schema schema) {
        JsonNode json = json(schema);
        strip(json);
        return json.toPrettyString() + "\n";
    }

    private static void strip(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.remove("doc");
        }
        node.forEach(SchemaChange::strip);
    }

    /** Enums that a later version could not give another constant, since older ones would not know what to make of it. */
    static List<String> closedEnums(Schema schema) {
        List<String> closed = new ArrayList<>();
        json(schema).findParents("symbols").stream()
                .filter(node -> !node.has("default"))
                .forEach(node -> closed.add(node.path("name").asText()));
        return closed;
    }

    private static JsonNode json(Schema schema) {
        try {
            return Json.MAPPER.readTree(schema.toString());
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
