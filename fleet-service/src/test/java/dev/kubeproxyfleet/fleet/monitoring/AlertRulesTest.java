package dev.kubeproxyfleet.fleet.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AlertRulesTest {

    private static final Path RUNBOOK = Path.of("../docs/runbook.md");
    private static final Path AGENT = Path.of("../node-agent/src/main/java/dev/kubeproxyfleet/agent/Agent.java");
    private static final Pattern SECTION = Pattern.compile("^### (\\w+)$", Pattern.MULTILINE);
    private static final Pattern TEST = Pattern.compile("name: (\\w+) (?:fires|keeps quiet)");

    @Test
    void everyAlertHasItsSectionInTheRunbookAndTheRunbookHasNoOther() throws IOException {
        List<String> sections = SECTION.matcher(Files.readString(RUNBOOK))
                .results()
                .map(section -> section.group(1))
                .toList();
        assertThat(sections)
                .containsExactlyElementsOf(AlertRules.alerts().stream()
                        .map(alert -> alert.get("alert").asText())
                        .toList());
        assertThat(AlertRules.alerts()).allSatisfy(alert -> {
            String anchor = alert.get("alert").asText().toLowerCase(Locale.ROOT);
            assertThat(alert.at("/annotations/runbook_url").asText()).isEqualTo("docs/runbook.md#" + anchor);
            assertThat(alert.at("/annotations/summary").asText()).endsWith(".");
            assertThat(alert.at("/annotations/description").asText()).endsWith(".");
            assertThat(alert.at("/labels/severity").asText()).isIn("critical", "warning");
        });
    }

    @Test
    void everyAlertIsTestedBothWays() throws IOException {
        List<String> tested = TEST.matcher(Files.readString(AlertRules.FOLDER.resolve("rules.test.yaml")))
                .results()
                .map(MatchResult::group)
                .toList();
        assertThat(tested)
                .containsExactlyInAnyOrderElementsOf(AlertRules.alerts().stream()
                        .map(alert -> alert.get("alert").asText())
                        .flatMap(name -> Stream.of("name: " + name + " fires", "name: " + name + " keeps quiet"))
                        .toList());
    }

    @Test
    void whatIsAskedOfAgentsIsWhatTheyTell() throws IOException {
        String agent = Files.readString(AGENT);
        assertThat(ShownMetrics.ofAgents())
                .isNotEmpty()
                .allSatisfy(metric -> assertThat(agent).contains('"' + metric + '"'));
    }

    @Test
    void prometheusTakesTheRulesAndTheyFireWhenTheyMust() throws Exception {
        assumeTrue(Promtool.isThere(), Promtool.MISSING);
        Promtool.run(AlertRules.FOLDER, "check", "rules", "rules.yaml");
        Promtool.run(AlertRules.FOLDER, "test", "rules", "rules.test.yaml");
    }
}
