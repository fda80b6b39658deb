package dev.kubeproxyfleet.fleet.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Grafana's dashboards in {@code deploy/grafana}. */
final class Dashboards {

    private static final Path FOLDER = Path.of("..", "deploy", "grafana");

    private Dashboards() {}

    static List<JsonNode> all() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.sorted().map(Dashboards::read).toList();
        }
    }

    /** What their panels ask Prometheus for. */
    static Stream<String> expressions() throws IOException {
        return all().stream()
                .flatMap(dashboard -> dashboard.get("panels").valueStream())
                .flatMap(panel -> panel.get("targets").valueStream())
                .map(target -> target.get("expr").asText());
    }

    private static JsonNode read(Path file) {
        try {
            return Json.MAPPER.readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
    }
}
