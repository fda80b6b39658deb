package dev.kubeproxyfleet.fleet.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The documentation comment of a type, as the compiler has stored it beside the class, in Markdown.
 *
 * @param text what stands before the tags; null without any
 * @param parameters text of each {@code @param} by name
 * @param constants text of each constant of an enum that has one, in order
 */
record Javadoc(@Nullable String text, Map<String, String> parameters, Map<String, String> constants) {

    private static final Javadoc NONE = new Javadoc(null, Map.of(), Map.of());

    private static final Pattern TAG = Pattern.compile("(?m)^\\s*@");
    private static final Pattern PARAMETER = Pattern.compile("param\\s+(\\w+)\\s+(.*)", Pattern.DOTALL);
    private static final Pattern CODE = Pattern.compile("\\{@code\\s+([^}]*)}");
    private static final Pattern LINK = Pattern.compile("\\{@link(?:plain)?\\s+([^}\\s]*)(?:\\s+([^}]*))?}");

    /** Of a type whose module keeps its comments; empty for another one. */
    static Javadoc of(Class<?> type) {
        String file = type.getName().replace('.', '/') + "__Javadoc.json";
        try (InputStream stored = Thread.currentThread().getContextClassLoader().getResourceAsStream(file)) {
            return stored == null ? NONE : read(Json.MAPPER.readTree(stored));
        } catch (IOException e) {
            throw new UncheckedIOException("the comments in " + file + " cannot be read", e);
        }
    }

    private static Javadoc read(JsonNode stored) {
        String[] parts = TAG.split(stored.path("doc").asText());
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String part : parts) {
            Optional.of(PARAMETER.matcher(part))
                    .filter(java.util.regex.Matcher::matches)
                    .ifPresent(found -> parameters.put(found.group(1), markdown(found.group(2))));
        }
        Map<String, String> constants = new LinkedHashMap<>();
        for (JsonNode constant : stored.path("enumConstants")) {
            String text = markdown(constant.path("doc").asText());
            if (!text.isEmpty()) {
                constants.put(constant.path("name").asText(), text);
            }
        }
        String text = markdown(parts.length == 0 ? "" : parts[0]);
        return new Javadoc(text.isEmpty() ? null : text, parameters, constants);
    }

    private static String markdown(String comment) {
        String code = CODE.matcher(comment).replaceAll("`$1`");
        String plain = LINK.matcher(code).replaceAll(Javadoc::linked);
        return plain.replaceAll("<[^>]+>", "").replaceAll("\\s+", " ").strip();
    }

    private static String linked(MatchResult link) {
        String words = link.group(2) == null ? link.group(1) : link.group(2);
        String name = words.substring(Math.max(words.lastIndexOf('#'), words.lastIndexOf('.')) + 1);
        return java.util.regex.Matcher.quoteReplacement("`" + name.replace("()", "") + "`");
    }
}
