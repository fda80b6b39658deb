package dev.kubeproxyfleet.schemas.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.kubeproxyfleet.schemas.reason.DocumentReason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Builds a tree from the tokens of one JSON document, YAML document or other tree, and refuses what a tree would hide or
 * could not be written again: fields that come twice, aliases, numbers beyond every type, text that is not Unicode, more
 * documents than one.
 *
 * <p>A number without a fraction becomes an integer, as JSON Schema counts {@code 900.0} among them.
 */
final class TreeReader {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** Beyond it a double no longer holds every whole number. */
    private static final double MAX_EXACT_INTEGER = 1L << 53;

    private final JsonParser parser;

    private TreeReader(JsonParser parser) {
        this.parser = parser;
    }

    /** Reads the only document of {@code parser}. */
    static JsonNode read(JsonParser parser) throws IOException, DocumentRefused {
        JsonToken first = parser.nextToken();
        if (first == null) {
            throw new DocumentRefused(
                    DocumentReason.NotJson, "", "The document is empty; a JSON or YAML object is expected.");
        }
        JsonNode tree = new TreeReader(parser).value(first, JsonPointer.empty(), 0);
        if (parser.nextToken() != null) {
            throw new DocumentRefused(
                    DocumentReason.NotJson, "", "More follows after the first document; one record or file holds one.");
        }
        return tree;
    }

    private JsonNode value(@Nullable JsonToken token, JsonPointer at, int depth) throws IOException, DocumentRefused {
        if (parser instanceof YAMLParser yaml && yaml.isCurrentAlias()) {
            throw refused(DocumentReason.NotJson, at, "is a YAML alias; write the value out in its place.");
        }
        return switch (token) {
            case START_OBJECT -> object(at, deeper(at, depth));
            case START_ARRAY -> array(at, deeper(at, depth));
            case VALUE_STRING -> NODES.textNode(unicode(parser.getText(), at));
            case VALUE_NUMBER_INT -> integer();
            case VALUE_NUMBER_FLOAT -> decimal(parser.getDoubleValue(), at);
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            case VALUE_NULL -> NODES.nullNode();
            case VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME ->
                throw refused(
                        DocumentReason.WrongType, at, "is nothing that JSON can hold; plain text or numbers can.");
            case null -> throw refused(DocumentReason.NotJson, at, "is where the document ends too early.");
        };
    }

    private ObjectNode object(JsonPointer at, int depth) throws IOException, DocumentRefused {
        ObjectNode object = NODES.objectNode();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = unicode(parser.currentName(), at);
            JsonPointer field = at.appendProperty(name);
            if (object.has(name)) {
                throw refused(DocumentReason.DuplicateKey, field, "is given twice; leave one of them out.");
            }
            object.set(name, value(parser.nextToken(), field, depth));
        }
        return object;
    }

    private ArrayNode array(JsonPointer at, int depth) throws IOException, DocumentRefused {
        ArrayNode array = NODES.arrayNode();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            array.add(value(token, at.appendIndex(array.size()), depth));
        }
        return array;
    }

    private JsonNode integer() throws IOException {
        return switch (parser.getNumberType()) {
            case INT -> NODES.numberNode(parser.getIntValue());
            case LONG -> NODES.numberNode(parser.getLongValue());
            case BIG_INTEGER, FLOAT, DOUBLE, BIG_DECIMAL -> NODES.numberNode(parser.getBigIntegerValue());
        };
    }

    private static JsonNode decimal(double value, JsonPointer at) throws DocumentRefused {
        if (!Double.isFinite(value)) {
            throw refused(DocumentReason.InvalidValue, at, "is no finite number; numbers go up to about 1.8e308.");
        }
        if (value == Math.rint(value) && Math.abs(value) <= MAX_EXACT_INTEGER) {
            long whole = (long) value;
            return whole == (int) whole ? NODES.numberNode((int) whole) : NODES.numberNode(whole);
        }
        return NODES.numberNode(value);
    }

    private static String unicode(String text, JsonPointer at) throws DocumentRefused {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw refused(DocumentReason.InvalidValue, at, "holds half a surrogate pair, which is no Unicode text.");
        }
        return text;
    }

    private static int deeper(JsonPointer at, int depth) throws DocumentRefused {
        if (depth == FleetConfigReader.MAX_DEPTH) {
            throw refused(
                    DocumentReason.TooDeep,
                    at,
                    "lies more than " + FleetConfigReader.MAX_DEPTH + " objects or lists deep; that is the limit.");
        }
        return depth + 1;
    }

    private static DocumentRefused refused(DocumentReason code, JsonPointer at, String found) {
        return new DocumentRefused(code, at.toString(), Problems.at(at) + " " + found);
    }
}
