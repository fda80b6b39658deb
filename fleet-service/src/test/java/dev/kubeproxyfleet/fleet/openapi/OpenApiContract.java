package dev.kubeproxyfleet.fleet.openapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import dev.kubeproxyfleet.schemas.json.Json;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Holds answers against an OpenAPI document: the operation declares the status and the kind of content, and the body is what its
 * schema says. A member that the schema does not have is refused too, though a client has to let it pass.
 */
public final class OpenApiContract {

    private static final String JSON = "application/json";

    private final JsonNode document;
    private final SchemaRegistry registry = SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            builder -> builder.schemaRegistryConfig(
                    SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build()));
    private final Map<JsonNode, Schema> schemas = new ConcurrentHashMap<>();

    public OpenApiContract(JsonNode document) {
        this.document = document.deepCopy();
        this.document.path("components").path("schemas").forEach(OpenApiContract::close);
    }

    private static void close(JsonNode schema) {
        if (schema instanceof ObjectNode object && object.has("properties")) {
            object.put("additionalProperties", false);
        }
    }

    /**
     * @param method of HTTP
     * @param path with or without a query
     * @param contentType null or empty without a body
     * @return what the answer has that it must not have, or lacks; empty if it is as declared
     */
    public List<String> broken(String method, String path, int status, String contentType, String body) {
        String plain = path.split("\\?", 2)[0];
        Optional<JsonNode> operation = operation(method, plain);
        if (operation.isEmpty()) {
            return status == 404 || status == 405 ? List.of() : List.of("no operation " + method + " " + plain);
        }
        JsonNode declared = resolved(operation.get().path("responses").path(Integer.toString(status)));
        if (declared.isMissingNode()) {
            return List.of(operation.get().path("operationId").asText() + " does not declare status " + status);
        }
        String type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        JsonNode content = declared.path("content").path(type);
        if (content.isMissingNode()) {
            return List.of(operation.get().path("operationId").asText() + " does not declare content " + type
                    + " of status " + status);
        }
        return type.equals(JSON) ? invalid(content.path("schema"), body) : List.of();
    }

    /** What is wrong with JSON that shall be as the component of this name. */
    public List<String> broken(String component, String json) {
        return invalid(Json.MAPPER.createObjectNode().put("$ref", "#/components/schemas/" + component), json);
    }

    private Optional<JsonNode> operation(String method, String path) {
        String verb = method.toLowerCase(Locale.ROOT);
        return document.path("paths").properties().stream()
                .filter(each -> each.getValue().has(verb))
                .filter(each ->
                        path.matches(pattern(each.getKey(), each.getValue().path(verb))))
                .map(each -> each.getValue().path(verb))
                .findFirst();
    }

    /** A parameter of the path is any segment, unless its schema has a pattern. */
    private static String pattern(String template, JsonNode operation) {
        String pattern = template;
        for (JsonNode parameter : operation.path("parameters")) {
            String segment = parameter.path("schema").path("pattern").asText("[^/]+");
            pattern = pattern.replace("{" + parameter.path("name").asText() + "}", "(?:" + segment + ")");
        }
        return pattern;
    }

    private JsonNode resolved(JsonNode answer) {
        return answer.has("$ref") ? document.at(answer.path("$ref").asText().substring(1)) : answer;
    }

    private List<String> invalid(JsonNode schema, String body) {
        try {
            return schemas.computeIfAbsent(schema, this::compiled).validate(Json.MAPPER.readTree(body)).stream()
                    .map(error -> error.getInstanceLocation() + " " + error.getMessage())
                    .toList();
        } catch (JsonProcessingException e) {
            return List.of("the body is no JSON: " + e.getOriginalMessage());
        }
    }

    private Schema compiled(JsonNode schema) {
        ObjectNode whole = Json.MAPPER.createObjectNode();
        whole.set("components", document.path("components"));
        whole.putArray("allOf").add(schema);
        return registry.getSchema(whole);
    }
}
