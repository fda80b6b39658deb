package dev.kubeproxyfleet.cli.delivery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.LinkedHashMap;
import java.util.Map;

/** Documents as YAML, with members in the order in which they were given. */
final class Yaml {

    private static final YAMLMapper MAPPER = YAMLMapper.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
            .build();

    private Yaml() {}

    static String of(Map<String, ?> document) {
        try {
            return MAPPER.writeValueAsString(document);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("maps, lists and texts are YAML", e);
        }
    }

    /** An object of Kubernetes without a namespace. */
    static Map<String, Object> object(String apiVersion, String kind, String name, Map<String, ?> spec) {
        return object(apiVersion, kind, Map.of("name", name), spec);
    }

    static Map<String, Object> object(
            String apiVersion, String kind, String namespace, String name, Map<String, ?> spec) {
        return object(apiVersion, kind, map("name", name, "namespace", namespace), spec);
    }

    private static Map<String, Object> object(
            String apiVersion, String kind, Map<String, ?> metadata, Map<String, ?> spec) {
        return map("apiVersion", apiVersion, "kind", kind, "metadata", metadata, "spec", spec);
    }

    /** @param members names and values in turn; the map keeps their order */
    static Map<String, Object> map(Object... members) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < members.length; i += 2) {
            map.put((String) members[i], members[i + 1]);
        }
        return map;
    }
}
