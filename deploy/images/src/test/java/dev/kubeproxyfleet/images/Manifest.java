package dev.kubeproxyfleet.images;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Objects of Kubernetes. */
record Manifest(List<JsonNode> objects) {

    static Manifest read(Path file) throws IOException {
        try (MappingIterator<JsonNode> documents =
                new ObjectMapper(new YAMLFactory()).readerFor(JsonNode.class).readValues(file.toFile())) {
            return new Manifest(documents.readAll());
        }
    }

    JsonNode object(String kind, String name) {
        return objects.stream()
                .filter(it -> it.path("kind").asText().equals(kind)
                        && it.at("/metadata/name").asText().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Variables of a container that have a value here: its own, and those of the ConfigMaps that it takes whole. */
    Map<String, String> variables(JsonNode container) {
        Map<String, String> variables = new HashMap<>();
        container.path("envFrom").forEach(from -> {
            if (from.has("configMapRef")) {
                object("ConfigMap", from.at("/configMapRef/name").asText())
                        .get("data")
                        .properties()
                        .forEach(entry ->
                                variables.put(entry.getKey(), entry.getValue().asText()));
            }
        });
        container.path("env").forEach(variable -> {
            if (variable.has("value")) {
                variables.put(
                        variable.get("name").asText(), variable.get("value").asText());
            }
        });
        return variables;
    }
}
