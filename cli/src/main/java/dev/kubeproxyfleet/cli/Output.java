package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.kubeproxyfleet.schemas.json.Json;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How an answer is printed. */
sealed interface Output {

    /** Prints {@code answer}; {@code drawing} is asked only where it is for people. */
    void print(JsonNode answer, Drawn drawing, Surroundings world) throws JsonProcessingException;

    default boolean isForPeople() {
        return this == Form.table || this == Form.wide;
    }

    /** Lines that are made only when wanted. */
    interface Drawn {
        List<Line> lines() throws JsonProcessingException;
    }

    /** The forms that an answer has without more words. */
    enum Form implements Output {
        /** For people. */
        table,
        /** The same, with more figures where there are any. */
        wide,
        /** As the service answered. */
        json,
        /** The same in YAML. */
        yaml;

        @Override
        public void print(JsonNode answer, Drawn drawing, Surroundings world) throws JsonProcessingException {
            switch (this) {
                case table, wide -> world.print(drawing.lines());
                case json -> world.out().println(json(answer));
                case yaml -> world.out().print(yaml(answer));
            }
            world.out().flush();
        }

        private static String json(JsonNode answer) throws JsonProcessingException {
            return Visible.json(Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(answer));
        }

        /** YAML has no escapes outside of quotes; JSON has, and is YAML too. */
        static String yaml(JsonNode answer) throws JsonProcessingException {
            String yaml = YAMLMapper.builder()
                    .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                    .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                    .build()
                    .writeValueAsString(answer);
            return yaml.codePoints().anyMatch(c -> c != '\n' && Visible.isHidden(c)) ? json(answer) + "\n" : yaml;
        }
    }

    /** What a template takes from an answer; a list is below {@code .items}, as kubectl has it. */
    record Template(PathTemplate template) implements Output {

        @Override
        public void print(JsonNode answer, Drawn drawing, Surroundings world) {
            world.out()
                    .print(template.render(
                            answer.isArray() ? Json.MAPPER.createObjectNode().set("items", answer) : answer));
            world.out().flush();
        }

        @Override
        public String toString() {
            return "jsonpath";
        }
    }

    /** A row for each entry of a list, or for the one thing that was asked for, in columns of one's own. */
    record Columns(List<Column> columns) implements Output {

        private static final String NONE = "<none>";

        /** @param path from the entry on */
        record Column(String heading, PathTemplate.Path path) {}

        @Override
        public void print(JsonNode answer, Drawn drawing, Surroundings world) {
            Table table = new Table(columns.stream().map(Column::heading).toArray(String[]::new));
            for (JsonNode entry : answer.isArray() ? answer : List.of(answer)) {
                table.add(columns.stream()
                        .map(column -> column.path().texts(entry))
                        .map(texts -> Line.of(texts.isEmpty() ? NONE : String.join(",", texts)))
                        .toArray(Line[]::new));
            }
            world.print(table.lines());
            world.out().flush();
        }

        @Override
        public String toString() {
            return "custom-columns";
        }
    }

    /** How rows are written that are not for a terminal. */
    enum Style {
        /** RFC 4180, with the headings in the first line. */
        csv {
            @Override
            String row(List<String> texts) {
                return texts.stream()
                        .map(text -> text.matches("[^\",]*") ? text : '"' + text.replace("\"", "\"\"") + '"')
                        .collect(Collectors.joining(","));
            }
        },
        /** A table as GitHub and others show it. */
        markdown {
            @Override
            String row(List<String> texts) {
                return texts.stream().map(Style::escaped).collect(Collectors.joining(" | ", "| ", " |"));
            }

            @Override
            List<String> below(List<String> headings) {
                return List.of("|" + " --- |".repeat(headings.size()));
            }
        };

        abstract String row(List<String> texts);

        /** A text as it reads in Markdown, whatever is in it. */
        static String escaped(String text) {
            return text.replaceAll("([\\\\|<`*_\\[])", "\\\\$1");
        }

        /** What stands between the headings and the rows. */
        List<String> below(List<String> headings) {
            return List.of();
        }
    }

    /** Texts in columns, for other programs or for a page. */
    record Rows(Style style, List<String> headings, Maker maker) implements Output {

        /** Makes as many texts of each entry of an answer as there are headings. */
        interface Maker {
            List<List<String>> rows(JsonNode answer) throws JsonProcessingException;
        }

        @Override
        public void print(JsonNode answer, Drawn drawing, Surroundings world) throws JsonProcessingException {
            world.out().println(style.row(headings));
            style.below(headings).forEach(world.out()::println);
            for (List<String> texts : maker.rows(answer)) {
                world.out().println(style.row(texts.stream().map(Visible::text).toList()));
            }
            world.out().flush();
        }

        @Override
        public String toString() {
            return style.name();
        }
    }

    /** Paragraphs and tables for a comment in a pull request. */
    record Comment(Maker maker) implements Output {

        /** Makes the lines of an answer. */
        interface Maker {
            List<String> lines(JsonNode answer) throws JsonProcessingException;
        }

        @Override
        public void print(JsonNode answer, Drawn drawing, Surroundings world) throws JsonProcessingException {
            maker.lines(answer).forEach(world.out()::println);
            world.out().flush();
        }

        @Override
        public String toString() {
            return Style.markdown.name();
        }
    }

    /** Reads what stands after {@code -o}. */
    class Converter implements ITypeConverter<Output> {

        private static final String TEMPLATE = "jsonpath=";
        private static final String COLUMNS = "custom-columns=";

        /** Forms that a command has beside those of all, by their words. */
        SortedMap<String, Output> more() {
            return Collections.emptySortedMap();
        }

        @Override
        public Output convert(String text) {
            Output own = more().get(text);
            if (own != null) {
                return own;
            }
            try {
                if (text.startsWith(TEMPLATE)) {
                    return new Template(PathTemplate.parse(text.substring(TEMPLATE.length())));
                }
                if (text.startsWith(COLUMNS)) {
                    return columns(text.substring(COLUMNS.length()));
                }
            } catch (PathTemplate.Unreadable e) {
                throw new TypeConversionException(text + ": " + e.getMessage());
            }
            return Arrays.stream(Form.values())
                    .filter(form -> form.name().equals(text))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException(
                            "'%s' is none of table, wide, json, yaml, jsonpath={…} and custom-columns=NAME:.name,…"
                                            .formatted(text)
                                    + too()));
        }

        private String too() {
            return more().isEmpty()
                    ? ""
                    : "; here %s %s taken too"
                            .formatted(String.join(" and ", more().keySet()), more().size() == 1 ? "is" : "are");
        }

        private static Columns columns(String text) {
            List<Columns.Column> columns = new ArrayList<>();
            for (String column : text.split(",", -1)) {
                int colon = column.indexOf(':');
                if (colon < 1 || colon == column.length() - 1) {
                    throw new TypeConversionException(
                            "'%s' is no column; give custom-columns=NAME:.name,ROLLOUT:.rollout.id".formatted(column));
                }
                columns.add(
                        new Columns.Column(column.substring(0, colon), PathTemplate.path(column.substring(colon + 1))));
            }
            return new Columns(columns);
        }
    }
}
