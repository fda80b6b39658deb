package dev.kubeproxyfleet.simulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** The forms in which a client may want objects. */
enum Views {
    WHOLE {
        @Override
        JsonNode show(ResourceType type, List<ObjectNode> objects, JsonNode metadata, boolean list) {
            return list ? Reads.listOf(type, objects, metadata) : objects.getFirst();
        }
    },
    TABLE {
        @Override
        JsonNode show(ResourceType type, List<ObjectNode> objects, JsonNode metadata, boolean list) {
            ObjectNode table = JsonNodeFactory.instance.objectNode();
            table.put("kind", "Table");
            table.put("apiVersion", META);
            ObjectNode about = table.putObject("metadata");
            for (String member : List.of("resourceVersion", "continue", "remainingItemCount")) {
                if (metadata.has(member)) {
                    about.set(member, metadata.get(member));
                }
            }
            List<Column> columns = Column.of(type);
            ArrayNode definitions = table.putArray("columnDefinitions");
            columns.forEach(column -> definitions
                    .addObject()
                    .put("name", column.name())
                    .put("type", "string")
                    .put("format", column.name().equals("Name") ? "name" : "")
                    .put("description", column.name())
                    .put("priority", column.wide() ? 1 : 0));
            ArrayNode rows = table.putArray("rows");
            for (ObjectNode object : objects) {
                ObjectNode row = rows.addObject();
                ArrayNode cells = row.putArray("cells");
                columns.forEach(column -> cells.add(column.cell().apply(object)));
                row.set("object", metadataOf(object));
            }
            return table;
        }
    },
    METADATA {
        @Override
        JsonNode show(ResourceType type, List<ObjectNode> objects, JsonNode metadata, boolean list) {
            if (!list) {
                return metadataOf(objects.getFirst());
            }
            ObjectNode answer = JsonNodeFactory.instance.objectNode();
            answer.put("kind", "PartialObjectMetadataList");
            answer.put("apiVersion", META);
            answer.set("metadata", metadata);
            ArrayNode items = answer.putArray("items");
            objects.forEach(object -> items.add(metadataOf(object)));
            return answer;
        }
    };

    private static final String META = "meta.k8s.io/v1";

    /** The first one of those that the client accepts. */
    static Views wanted(Request request) {
        for (String accepted : request.accept().split(",")) {
            String form = accepted.replace(" ", "");
            if (form.startsWith("application/json")) {
                if (!form.contains("as=")) {
                    return WHOLE;
                }
                if (form.contains("as=Table") && form.contains("v=v1;")) {
                    return TABLE;
                }
                if (form.contains("as=PartialObjectMetadata")) {
                    return METADATA;
                }
            }
        }
        return WHOLE;
    }

    private static ObjectNode metadataOf(ObjectNode object) {
        ObjectNode part = JsonNodeFactory.instance.objectNode();
        part.put("kind", "PartialObjectMetadata");
        part.put("apiVersion", META);
        part.set("metadata", object.path("metadata"));
        return part;
    }

    /**
     * Objects in this form.
     *
     * @param objects one, or those of a list; they may be changed
     * @param metadata of the list, or of the object
     */
    abstract JsonNode show(ResourceType type, List<ObjectNode> objects, JsonNode metadata, boolean list);
}
