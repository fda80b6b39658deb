package dev.kubeproxyfleet.fleet.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DashboardsTest {

    @TempDir
    Path folder;

    @Test
    void eachHasAnAddressOfItsOwnAndSaysWhatItsPanelsShow() throws IOException {
        assertThat(Dashboards.all())
                .extracting(dashboard -> dashboard.get("uid").asText())
                .doesNotHaveDuplicates();
        assertThat(Dashboards.all()).hasSize(5).allSatisfy(dashboard -> {
            assertThat(dashboard
                            .get("panels")
                            .valueStream()
                            .map(panel -> panel.get("id").asInt()))
                    .doesNotHaveDuplicates();
            assertThat(dashboard.get("panels")).allSatisfy(panel -> {
                assertThat(panel.get("description").asText()).endsWith(".");
                assertThat(panel.at("/datasource/uid").asText()).isEqualTo("${datasource}");
                assertThat(panel.at("/gridPos/x").asInt()
                                + panel.at("/gridPos/w").asInt())
                        .isLessThanOrEqualTo(24);
            });
        });
    }

    @Test
    void prometheusUnderstandsWhatTheyAsk() throws Exception {
        assumeTrue(Promtool.isThere(), Promtool.MISSING);
        List<String> expressions = Dashboards.expressions().toList();
        List<JsonNode> rules = IntStream.range(0, expressions.size())
                .mapToObj(i -> Json.MAPPER.<JsonNode>valueToTree(Map.of(
                        "record", "panel:" + i, "expr", expressions.get(i).replace("$__rate_interval", "5m"))))
                .toList();
        Files.writeString(
                folder.resolve("rules.json"),
                Json.MAPPER.writeValueAsString(Map.of("groups", List.of(Map.of("name", "panels", "rules", rules)))));
        Promtool.run(folder, "check", "rules", "rules.json");
    }
}
