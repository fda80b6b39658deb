package dev.kubeproxyfleet.fleet.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.fleet.deploy.ServiceChart;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.testing.StrictObjects;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the chart gives to Prometheus and Grafana is what the files say. */
class ChartMonitoringTest {

    private static final String ADDRESS = "https://wiki.example/fleet/runbook.md";

    @TempDir
    private Path folder = Path.of("");

    private String chart = "";

    @BeforeEach
    void render() {
        chart = ServiceChart.rendered(folder, ServiceChart.NEEDED + """
                metrics:
                  rules: {enabled: true, runbookUrl: '%s', labels: {release: prometheus}}
                  dashboards: {enabled: true, annotations: {grafana_folder: Fleet}}
                """.formatted(ADDRESS));
    }

    @Test
    void thePrometheusRuleHoldsTheRulesAndAddressesOfTheRunbook() throws Exception {
        JsonNode rule = ServiceChart.document(chart, "PrometheusRule");
        JsonNode file = StrictObjects.documents(Files.readString(AlertRules.FOLDER.resolve("rules.yaml")))
                .getFirst();

        assertThat(rule.at("/metadata/labels/release").asText()).isEqualTo("prometheus");
        assertThat(rule.get("spec").toString()).isEqualTo(file.toString().replace("docs/runbook.md#", ADDRESS + "#"));
        assertThat(rule.get("spec").findValuesAsText("runbook_url"))
                .hasSameSizeAs(AlertRules.alerts())
                .allMatch(address -> address.startsWith(ADDRESS + "#kpfleet"));

        assumeTrue(Promtool.isThere(), Promtool.MISSING);
        Files.writeString(folder.resolve("rules.json"), rule.get("spec").toString());
        Promtool.run(folder, "check", "rules", "rules.json");
    }

    @Test
    void theConfigMapHoldsEveryDashboardAndTheLabelThatGrafanaLooksFor() throws IOException {
        JsonNode map = StrictObjects.documents(chart).stream()
                .filter(document -> document.at("/metadata/name").asText().equals("kubeproxy-fleet-dashboards"))
                .findFirst()
                .orElseThrow();
        List<JsonNode> dashboards =
                map.get("data").valueStream().map(ChartMonitoringTest::json).toList();

        assertThat(map.at("/metadata/labels/grafana_dashboard").asText()).isEqualTo("1");
        assertThat(map.at("/metadata/annotations/grafana_folder").asText()).isEqualTo("Fleet");
        assertThat(map.get("data").propertyStream())
                .allMatch(entry -> entry.getKey().matches("kubeproxy-fleet-\\w+\\.json"));
        assertThat(dashboards).containsExactlyElementsOf(Dashboards.all());
    }

    @Test
    void neitherIsThereUnlessAskedFor() {
        assertThat(ServiceChart.rendered(folder, ServiceChart.NEEDED))
                .doesNotContain("PrometheusRule", "dashboards", "PodMonitor");
    }

    private static JsonNode json(JsonNode text) {
        try {
            return Json.MAPPER.readTree(text.asText());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
