package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.jayway.jsonpath.Configuration;
import com.jayway.jsonpath.InvalidPathException;
import com.jayway.jsonpath.JsonPath;
import com.jayway.jsonpath.Option;
import com.jayway.jsonpath.spi.json.JacksonJsonNodeJsonProvider;
import com.jayway.jsonpath.spi.mapper.JacksonMappingProvider;
import dev.kubeproxyfleet.schemas.json.Json;
import java.io.Serial;
import java.util.ArrayList;
import java.util.List;

/**
 * A template as {@code kubectl -o jsonpath} takes it: text, {@code {.paths}}, {@code {"quoted text"}}, and {@code {range .list[*]}} up to
 * {@code {end}}, within which paths begin at the entry. What a path does not find is left out; what it finds several of has spaces
 * between; objects and lists are JSON.
 */
record PathTemplate(List<Part> parts) {

    private static final Configuration LENIENT = Configuration.builder()
            .jsonProvider(new JacksonJsonNodeJsonProvider(Json.MAPPER))
            .mappingProvider(new JacksonMappingProvider(Json.MAPPER))
            .options(Option.ALWAYS_RETURN_LIST, Option.SUPPRESS_EXCEPTIONS)
            .build();

    PathTemplate {
        parts = List.copyOf(parts);
    }

    /** One piece of a template. */
    private sealed interface Part {}

    private record Text(String text) implements Part {}

    private record Value(Path path) implements Part {}

    private record Range(Path path, List<Part> body) implements Part {}

    /** Finds things in JSON. */
    record Path(JsonPath compiled) {

        /** In the order in which they stand there. */
        List<JsonNode> find(JsonNode from) {
            List<JsonNode> found = new ArrayList<>();
            if (compiled.<Object>read(from, LENIENT) instanceof ArrayNode nodes) {
                nodes.forEach(found::add);
            }
            return found;
        }

        /** The same as texts that spoil no terminal. */
        List<String> texts(JsonNode from) {
            return find(from).stream()
                    .map(node -> node.isContainerNode() ? Visible.json(node.toString()) : Visible.text(node.asText()))
                    .toList();
        }
    }

    /** Why a template cannot be read, and from which character on, counted from 1. */
    static final class Unreadable extends RuntimeException {

        @Serial
        private static final long serialVersionUID = 1;

        Unreadable(int at, String why) {
            super("character %d: %s".formatted(at + 1, why));
        }
    }

    /** @throws Unreadable if it is none */
    static PathTemplate parse(String text) {
        return text.contains("{")
                ? new PathTemplate(new Parser(text).template())
                : new PathTemplate(List.of(new Value(path(text))));
    }

    /**
     * A single path, in braces or not, with or without the first dot.
     *
     * @throws Unreadable if it is none
     */
    static Path path(String text) {
        boolean braces = text.startsWith("{") && text.endsWith("}");
        String inner = braces ? text.substring(1, text.length() - 1) : text;
        boolean bare = !inner.isEmpty() && ".[$@".indexOf(inner.charAt(0)) < 0;
        return compiled(bare ? "." + inner : inner, braces ? 1 : 0);
    }

    String render(JsonNode root) {
        StringBuilder out = new StringBuilder();
        render(parts, root, out);
        return out.toString();
    }

    private static void render(List<Part> parts, JsonNode from, StringBuilder out) {
        for (Part part : parts) {
            switch (part) {
                case Text(String text) -> out.append(text);
                case Value(Path path) -> out.append(String.join(" ", path.texts(from)));
                case Range(Path path, List<Part> body) -> path.find(from).forEach(each -> render(body, each, out));
            }
        }
    }

    private static Path compiled(String text, int at) {
        String path = text.strip();
        if (path.isEmpty() || ".[$@".indexOf(path.charAt(0)) < 0) {
            throw new Unreadable(at, "a path begins with a dot, as in {.name}, and not with '%s'".formatted(path));
        }
        String rest = path.charAt(0) == '$' || path.charAt(0) == '@' ? path.substring(1) : path;
        try {
            return new Path(JsonPath.compile("$" + quoted(rest, at)));
        } catch (InvalidPathException e) {
            throw new Unreadable(at, "'%s' is no path: %s".formatted(path, e.getMessage()));
        }
    }

    /** Names with escaped dots, as kubectl writes them, become quoted ones. */
    private static String quoted(String path, int at) {
        StringBuilder out = new StringBuilder();
        int i = 0;
        while (i < path.length()) {
            char c = path.charAt(i);
            if (c == '[') {
                int end = endOfBracket(path, i, at);
                out.append(path, i, end);
                i = end;
                continue;
            }
            if (c != '.') {
                throw new Unreadable(
                        at + i, "'%s' follows a part of a path without a dot".formatted(path.substring(i)));
            }
            boolean deep = path.startsWith("..", i);
            i += deep ? 2 : 1;
            StringBuilder name = new StringBuilder();
            while (i < path.length() && path.charAt(i) != '.' && path.charAt(i) != '[') {
                if (path.charAt(i) == '\\' && i + 1 < path.length()) {
                    i++;
                }
                name.append(path.charAt(i++));
            }
            out.append(deep ? ".." : "");
            if (name.toString().equals("*")) {
                out.append(deep ? "*" : "[*]");
            } else if (!name.isEmpty()) {
                out.append("['")
                        .append(name.toString().replace("\\", "\\\\").replace("'", "\\'"))
                        .append("']");
            } else if (i < path.length() && path.charAt(i) != '[' || deep && i == path.length()) {
                throw new Unreadable(at + i, "a name is missing after the dot");
            }
        }
        return out.toString();
    }

    private static int endOfBracket(String path, int from, int at) {
        char quote = 0;
        for (int i = from + 1; i < path.length(); i++) {
            char c = path.charAt(i);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '\'' || c == '"') {
                quote = c;
            } else if (c == ']') {
                return i + 1;
            }
        }
        throw new Unreadable(at + from, "'[' has no ']'");
    }

    /** Reads a template from left to right. */
    private static final class Parser {

        private final String text;
        private int at;

        Parser(String text) {
            this.text = text;
        }

        List<Part> template() {
            List<Part> parts = parts(-1);
            if (at < text.length()) {
                throw new Unreadable(at, "{end} without {range}");
            }
            return parts;
        }

        /** @param range where the range began that these are in; -1 for none */
        private List<Part> parts(int range) {
            List<Part> parts = new ArrayList<>();
            while (at < text.length()) {
                int open = text.indexOf('{', at);
                int until = open < 0 ? text.length() : open;
                if (until > at) {
                    parts.add(new Text(text.substring(at, until)));
                }
                at = until;
                if (open < 0) {
                    break;
                }
                int close = close(open);
                String inner = text.substring(open + 1, close).strip();
                if (inner.equals("end")) {
                    if (range >= 0) {
                        at = close + 1;
                    }
                    return parts;
                }
                at = close + 1;
                parts.add(part(inner, open));
            }
            if (range >= 0) {
                throw new Unreadable(range, "{range} has no {end}");
            }
            return parts;
        }

        private Part part(String inner, int open) {
            if (inner.equals("range") || inner.startsWith("range ")) {
                Path path = compiled(inner.substring("range".length()), open + 1);
                return new Range(path, parts(open));
            }
            if (inner.startsWith("\"") || inner.startsWith("'")) {
                return new Text(literal(inner, open + 1));
            }
            return new Value(compiled(inner, open + 1));
        }

        /** Braces within quotes are none. */
        private int close(int open) {
            char quote = 0;
            for (int i = open + 1; i < text.length(); i++) {
                char c = text.charAt(i);
                if (quote != 0) {
                    if (c == '\\') {
                        i++;
                    } else if (c == quote) {
                        quote = 0;
                    }
                } else if (c == '"' || c == '\'') {
                    quote = c;
                } else if (c == '}') {
                    return i;
                }
            }
            throw new Unreadable(open, quote == 0 ? "'{' has no '}'" : "a quote is not closed");
        }

        private static String literal(String inner, int at) {
            if (inner.length() < 2 || inner.charAt(inner.length() - 1) != inner.charAt(0)) {
                throw new Unreadable(at, "text in quotes stands alone in its braces");
            }
            try {
                return inner.substring(1, inner.length() - 1).translateEscapes();
            } catch (IllegalArgumentException e) {
                throw new Unreadable(at, "an escape that is none; there are \\n, \\t, \\\\ and quotes");
            }
        }
    }
}
