package dev.kubeproxyfleet.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.comments.CommentLine;
import org.yaml.snakeyaml.comments.CommentType;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/**
 * The page {@code values.md} of a chart of Helm: the comments and defaults of its {@code values.yaml}, and the types of its {@code
 * values.schema.json}. A comment explains the value below it, and all that is in it. The comment that the file begins with lists the
 * values that have no default, as {@code #   path: explanation}.
 */
public final class ChartValues {

    private static final Pattern WITHOUT_DEFAULT = Pattern.compile("^ {3}([\\w.]+): (.+)$", Pattern.MULTILINE);

    private final JsonNode schema;
    private final JsonNode defaults;
    private final StringBuilder page = new StringBuilder();

    private ChartValues(JsonNode schema, JsonNode defaults) {
        this.schema = schema;
        this.defaults = defaults;
    }

    /**
     * @param chart its folder
     * @return Markdown
     * @throws AssertionError if a value has no explanation, or the schema does not know it
     */
    public static String page(Path chart) throws IOException {
        String yaml = Files.readString(chart.resolve("values.yaml"));
        ChartValues values = new ChartValues(
                JsonMapper.builder()
                        .build()
                        .readTree(chart.resolve("values.schema.json").toFile()),
                YAMLMapper.builder().build().readTree(yaml));
        LoaderOptions options = new LoaderOptions();
        options.setProcessComments(true);
        values.write(chart.getFileName().toString(), (MappingNode)
                new Yaml(options).compose(Files.newBufferedReader(chart.resolve("values.yaml"))));
        return values.page.toString();
    }

    private void write(String chart, MappingNode values) {
        page.append("# Values of the chart ").append(chart).append("\n\n");
        page.append(
                "Made from `values.yaml` and `values.schema.json`. Helm refuses a value that is not here, or of another type.\n\n");
        page.append("| value | type | default | is |\n|---|---|---|---|\n");
        List<CommentLine> first = values.getValue().getFirst().getKeyNode().getBlockComments();
        WITHOUT_DEFAULT
                .matcher(text(first.subList(0, end(first)), "\n"))
                .results()
                .forEach(needed -> row(needed.group(1), type(needed.group(1)), "required", needed.group(2)));
        rows("", values, "");
    }

    /** @param outer explanation of the group that these are in; empty if it has none */
    private void rows(String prefix, MappingNode group, String outer) {
        for (NodeTuple entry : group.getValue()) {
            String path = prefix + ((ScalarNode) entry.getKeyNode()).getValue();
            List<CommentLine> comments =
                    Objects.requireNonNullElse(entry.getKeyNode().getBlockComments(), List.of());
            String own = text(comments.subList(end(comments), comments.size()), " ");
            boolean isGroup = entry.getValueNode() instanceof MappingNode inner
                    && !inner.getValue().isEmpty()
                    && !isMapOfTexts(path);
            if (isGroup) {
                if (!own.isEmpty()) {
                    row(path, "", "", own);
                }
                rows(path + ".", (MappingNode) entry.getValueNode(), own.isEmpty() ? outer : own);
            } else if (own.isEmpty() && outer.isEmpty()) {
                throw new AssertionError(path + " has no comment in values.yaml");
            } else {
                row(path, type(path), "`" + defaults.at("/" + path.replace('.', '/')) + "`", own);
            }
        }
    }

    private boolean isMapOfTexts(String path) {
        return definition(path).path("additionalProperties").isObject();
    }

    private void row(String... cells) {
        page.append(Stream.of(cells)
                .map(cell -> cell.replace("|", "\\|").replace("<", "&lt;"))
                .collect(Collectors.joining(" | ", "| ", " |\n")));
    }

    private String type(String path) {
        JsonNode definition = definition(path);
        if (definition.has("enum")) {
            return definition
                    .get("enum")
                    .valueStream()
                    .map(word -> "`" + word.asText() + "`")
                    .collect(Collectors.joining(", "));
        }
        if (definition.has("oneOf")) {
            return definition
                    .get("oneOf")
                    .valueStream()
                    .map(one -> one.get("type").asText())
                    .collect(Collectors.joining(" or "));
        }
        JsonNode type = definition.get("type");
        if (type == null) {
            throw new AssertionError("values.schema.json gives no type to " + path);
        }
        return type.isArray()
                ? type.valueStream().map(JsonNode::asText).collect(Collectors.joining(" or "))
                : type.asText();
    }

    /** What the schema says of a value. */
    private JsonNode definition(String path) {
        JsonNode definition = schema;
        for (String name : path.split("\\.", -1)) {
            JsonNode member = definition.path("properties").path(name);
            if (member.isMissingNode()) {
                member = definition.path("additionalProperties");
            }
            definition =
                    member.has("$ref") ? schema.at(member.get("$ref").asText().substring(1)) : member;
        }
        if (!definition.isObject()) {
            throw new AssertionError("values.schema.json does not know " + path);
        }
        return definition;
    }

    /** Where the comment that is right above a value begins: behind the last empty line. */
    private static int end(List<CommentLine> comments) {
        int end = 0;
        for (int i = 0; i < comments.size(); i++) {
            if (comments.get(i).getCommentType() == CommentType.BLANK_LINE) {
                end = i + 1;
            }
        }
        return end;
    }

    private static String text(List<CommentLine> comments, String between) {
        return comments.stream()
                .filter(line -> line.getCommentType() == CommentType.BLOCK)
                .map(CommentLine::getValue)
                .map(line -> between.equals(" ") ? line.strip() : line)
                .collect(Collectors.joining(between));
    }
}
