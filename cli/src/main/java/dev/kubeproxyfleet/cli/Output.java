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
    /** As the service answered. */
    json,
    /** The same in YAML. */
    yaml;

    /** Prints {@code answer}; {@code drawing} is asked only for {@link #table}. */
    void print(JsonNode answer, Drawn drawing, Surroundings world) throws JsonProcessingException {
        switch (this) {
            case table -> world.print(drawing.lines());
            case json ->
                world.out().println(Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(answer));
            case yaml ->
                world.out()
                        .print(YAMLMapper.builder()
                                .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                                .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                                .build()
                                .writeValueAsString(answer));
        }
        world.out().flush();
    }

    /** Lines that are made only when wanted. */
    interface Drawn {
        java.util.List<Line> lines() throws JsonProcessingException;
    }
}
