package dev.kubeproxyfleet.fleet.alerts;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code deploy/prometheus/rules.yaml}. */
public final class AlertRules {

    public static final Path FOLDER = Path.of("..", "deploy", "prometheus");

    private static final Pattern METRIC = Pattern.compile("\\bkpfleet_[a-z_0-9]+");
    private static final String OF_AGENTS = "kpfleet_agent_";

    private AlertRules() {}

    /** Every rule that is an alert. */
    static List<JsonNode> alerts() throws IOException {
        return rules().filter(rule -> rule.has("alert")).toList();
    }

    /** Names of the service's metrics that the rules ask for. */
    public static Set<String> metricsOfTheService() throws IOException {
        return metrics().filter(name -> !name.startsWith(OF_AGENTS)).collect(Collectors.toUnmodifiableSet());
    }

    /** The same of the agent's. */
    static Set<String> metricsOfAgents() throws IOException {
        return metrics().filter(name -> name.startsWith(OF_AGENTS)).collect(Collectors.toUnmodifiableSet());
    }

    private static Stream<String> metrics() throws IOException {
        return rules().flatMap(rule ->
                METRIC.matcher(rule.get("expr").asText()).results().map(MatchResult::group));
    }

    private static Stream<JsonNode> rules() throws IOException {
        JsonNode file =
                new KubernetesSerialization().unmarshal(Files.readString(FOLDER.resolve("rules.yaml")), JsonNode.class);
        return file.get("groups")
                .valueStream()
                .flatMap(group -> group.get("rules").valueStream());
    }
}
