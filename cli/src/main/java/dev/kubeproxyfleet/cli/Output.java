package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.kubeproxyfleet.schemas.json.Json;

/** How an answer is printed. */
enum Output {
    /** For people. */
    table,
    /** The same, with more figures where there are any. */
    wide,
    /** As the service answered. */
    json,
    /** The same in YAML. */
    yaml;

    boolean isForPeople() {
        return this == table || this == wide;
    }

    /** Prints {@code answer}; {@code drawing} is asked only where it is for people. */
    void print(JsonNode answer, Drawn drawing, Surroundings world) throws JsonProcessingException {
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
    private static String yaml(JsonNode answer) throws JsonProcessingException {
        String yaml = YAMLMapper.builder()
                .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                .build()
                .writeValueAsString(answer);
        return yaml.codePoints().anyMatch(c -> c != '\n' && Visible.isHidden(c)) ? json(answer) + "\n" : yaml;
    }

    /** Lines that are made only when wanted. */
    interface Drawn {
        java.util.List<Line> lines() throws JsonProcessingException;
    }
}
