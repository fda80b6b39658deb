package dev.kubeproxyfleet.schemas.config;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.path.NodePath;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.reason.DocumentReason;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The JSON Schema of {@link FleetConfig}, and its errors in our words. Thread-safe. */
final class FleetConfigSchema {

    private static final String RESOURCE = "/dev/kubeproxyfleet/schemas/fleet-config.schema.json";

    private static final JsonNode SOURCE = load();

    /** The whole document. */
    static final FleetConfigSchema DOCUMENT = new FleetConfigSchema(SOURCE, "");

    /** A {@link FleetStrategy}. */
    static final FleetConfigSchema STRATEGY = new FleetConfigSchema(SOURCE, "#/$defs/fleetStrategy");

    /** {@code spec.kubeProxy} by itself. */
    static final FleetConfigSchema KUBE_PROXY = new FleetConfigSchema(SOURCE, "#/$defs/kubeProxy");

    private final Schema schema;

    private FleetConfigSchema(JsonNode source, String fragment) {
        String id = source.path("$id").asText();
        SchemaRegistry registry = SchemaRegistry.withDefaultDialect(
                SpecificationVersion.DRAFT_2020_12, builder -> builder.schemas(Map.of(id, source.toString())));
        this.schema = registry.getSchema(SchemaLocation.of(id + fragment));
    }

    /** What is wrong with {@code tree}; empty if it is valid. One problem for each path. */
    List<Problem> problems(JsonNode tree) {
        List<Problem> problems = new ArrayList<>();
        for (Error error : schema.validate(tree)) {
            Problem problem = problem(error);
            if (problems.stream().noneMatch(known -> known.path().equals(problem.path()))) {
                problems.add(problem);
            }
            if (problems.size() == FleetConfigReader.MAX_PROBLEMS) {
                break;
            }
        }
        return problems;
    }

    private static Problem problem(Error error) {
        JsonPointer path = pointer(error.getInstanceLocation(), 0);
        JsonNode rule = SOURCE.at(pointer(error.getSchemaLocation().getFragment(), 1));
        return switch (error.getKeyword()) {
            case "additionalProperties" -> unknown(path.appendProperty(error.getProperty()), rule);
            case "required" ->
                Problems.problem(
                        DocumentReason.MissingField,
                        path.appendProperty(error.getProperty()),
                        "is missing; expected is " + allowed(property(rule, error.getProperty())) + ".");
            case "type" -> wrong(DocumentReason.WrongType, path, error, rule);
            case "enum", "const" ->
                wrong(
                        error.getInstanceNode().isTextual() ? DocumentReason.InvalidValue : DocumentReason.WrongType,
                        path,
                        error,
                        rule);
            default -> wrong(DocumentReason.InvalidValue, path, error, rule);
        };
    }

    private static Problem unknown(JsonPointer field, JsonNode rule) {
        JsonNode known = rule.path("properties");
        return Problems.problem(
                DocumentReason.UnknownField,
                field,
                "is not a known field; allowed " + (known.size() == 1 ? "is " : "are ") + names(known) + ".");
    }

    private static Problem wrong(DocumentReason code, JsonPointer path, Error error, JsonNode rule) {
        return Problems.problem(
                code, path, "is " + Problems.found(error.getInstanceNode()) + "; allowed is " + allowed(rule) + ".");
    }

    /** What a part of the schema allows, in words. */
    private static String allowed(JsonNode rule) {
        if (rule.has("$ref")) {
            return allowed(SOURCE.at(rule.get("$ref").textValue().substring(1)));
        }
        if (rule.has("const")) {
            return rule.get("const").asText();
        }
        if (rule.has("enum")) {
            return StreamSupport.stream(rule.get("enum").spliterator(), false)
                    .map(JsonNode::asText)
                    .collect(Collectors.joining(" or "));
        }
        return rule.path("title").asText();
    }

    private static JsonNode property(JsonNode rule, String name) {
        return rule.path("properties").path(name);
    }

    private static String names(JsonNode properties) {
        Iterable<String> names = properties::fieldNames;
        return String.join(", ", names);
    }

    /** {@code path} without its last {@code dropped} steps. */
    private static JsonPointer pointer(NodePath path, int dropped) {
        JsonPointer pointer = JsonPointer.empty();
        for (int step = 0; step < path.getNameCount() - dropped; step++) {
            pointer = path.getElement(step) instanceof Integer index
                    ? pointer.appendIndex(index)
                    : pointer.appendProperty(path.getName(step));
        }
        return pointer;
    }

    private static JsonNode load() {
        try (InputStream resource = FleetConfigSchema.class.getResourceAsStream(RESOURCE)) {
            return Json.MAPPER.readTree(resource);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + RESOURCE + " from the class path", e);
        }
    }
}
