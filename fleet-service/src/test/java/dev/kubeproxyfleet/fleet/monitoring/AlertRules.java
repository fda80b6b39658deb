package dev.kubeproxyfleet.fleet.monitoring;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** {@code deploy/prometheus/rules.yaml}. */
final class AlertRules {

    static final Path FOLDER = Path.of("..", "deploy", "prometheus");

    private AlertRules() {}

    /** Every rule that is an alert. */
    static List<JsonNode> alerts() throws IOException {
        return rules().filter(rule -> rule.has("alert")).toList();
    }

    /** What the rules ask Prometheus for. */
    static Stream<String> expressions() throws IOException {
        return rules().map(rule -> rule.get("expr").asText());
    }

    private static Stream<JsonNode> rules() throws IOException {
        JsonNode file =
                new KubernetesSerialization().unmarshal(Files.readString(FOLDER.resolve("rules.yaml")), JsonNode.class);
        return file.get("groups")
                .valueStream()
                .flatMap(group -> group.get("rules").valueStream());
    }
}
