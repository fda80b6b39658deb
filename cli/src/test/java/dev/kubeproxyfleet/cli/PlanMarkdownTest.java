package dev.kubeproxyfleet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.message.RolloutPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A plan as reviewers read it in a pull request. */
class PlanMarkdownTest {

    private static final String CONFIG = """
            apiVersion: kubeproxyfleet.dev/v1
            kind: FleetConfig
            metadata: {name: NAME}
            spec:
              kubeProxy: {mode: IPVS}
              selector: {names: ["*"]}
            """;

    @TempDir
    Path folder;

    private final FakeFleet fleet = new FakeFleet().on("POST /api/v1/plans", 200, Fixtures.plan());
    private final Console console = new Console().server(fleet.address());

    @AfterEach
    void stop() {
        fleet.close();
    }

    @Test
    void saysWhatWouldChangeWhatToKnowAndWhichClusters() throws IOException {
        assertThat(console.run("plan", "-f", file("prod-ipvs"), "-o", "markdown"))
                .isZero();

        assertThat(console.out()).isEqualTo("""
                ### prod-ipvs → IPVS LeastConnection tcp=900s tcpfin=120s udp=300s

                **5 clusters would change** in 3 stages, 1 converged already, 1 would be skipped.

                - **IpvsDeprecated**: Upstream has deprecated IPVS mode. (7 clusters: aks-weu-01, aks-weu-02, …)

                | stage | cluster | has | gets or why not |
                | --- | --- | --- | --- |
                | canary | aks-weu-01 | IPTABLES | IPVS LeastConnection tcp=900s tcpfin=120s udp=300s |
                | early | aks-neu-01 | IPTABLES | IPVS LeastConnection tcp=900s tcpfin=120s udp=300s |
                | early | aks-neu-02 | IPTABLES | IPVS LeastConnection tcp=900s tcpfin=120s udp=300s |
                | early | aks-weu-02 | IPTABLES | IPVS LeastConnection tcp=900s tcpfin=120s udp=300s |
                | rest | aks-eus-01 | IPTABLES | IPVS LeastConnection tcp=900s tcpfin=120s udp=300s, waits: OutsideWindow: The next window opens at 22:00 UTC. |
                | skipped | aks-eus-02 | IPTABLES | ClusterStopped: The cluster is stopped. |

                """);
    }

    /** Other forms print one plan, since a program reads them. */
    @Test
    void hasASectionForEachConfiguration() throws IOException {
        assertThat(console.run("plan", "-f", file("one"), "-f", file("two"), "-o", "markdown"))
                .isZero();
        assertThat(console.out().lines().filter(line -> line.startsWith("### ")))
                .hasSize(2);
        assertThat(console.run("plan", "-f", file("one"), "-f", file("two"), "-o", "json"))
                .isEqualTo(ExitCode.USAGE);
    }

    @Test
    void aLongListIsCut() {
        RolloutPlan plan = Fixtures.plan();
        RolloutPlan.Stage stage = plan.stages().getFirst();
        List<String> lines = PlanMarkdown.of(with(
                plan,
                new RolloutPlan.Stage(
                        stage.name(),
                        1,
                        0,
                        Collections.nCopies(
                                PlanMarkdown.MAX_CLUSTERS, stage.clusters().getFirst()),
                        null)));
        assertThat(lines).filteredOn(line -> line.startsWith("| canary")).hasSize(PlanMarkdown.MAX_CLUSTERS);
        assertThat(lines).contains("… and 1 cluster more; `kpfleet plan` lists all.");
    }

    /** A name or a message may hold what Markdown takes for its own. */
    @Test
    void whatIsInATextDoesNotBecomeMarkup() {
        RolloutPlan plan = Fixtures.plan();
        List<String> lines = PlanMarkdown.of(with(
                plan,
                new RolloutPlan.Stage(
                        "a|b",
                        1,
                        0,
                        List.of(new RolloutPlan.Change(
                                Fixtures.id("aks-1"), null, "<img src=x> *b* [l](u) `c` \u202E", "IPVS", null)),
                        null)));
        assertThat(String.join("\n", lines))
                .contains("| a\\|b | aks-1 | \\<img src=x> \\*b\\* \\[l](u) \\`c\\` ")
                .doesNotContain("\u202E");
    }

    @Test
    void anotherFormIsRefusedAndThisOneNamed() throws IOException {
        assertThat(console.run("plan", "-f", file("one"), "-o", "html")).isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).contains("'html' is none of", "here markdown is taken too");
    }

    private static RolloutPlan with(RolloutPlan plan, RolloutPlan.Stage stage) {
        return new RolloutPlan(
                plan.config(),
                plan.kubeProxy(),
                plan.agents(),
                plan.to(),
                null,
                List.of(stage),
                plan.converged(),
                plan.skipped(),
                plan.warnings(),
                null,
                null,
                null);
    }

    private String file(String name) throws IOException {
        return Files.writeString(folder.resolve(name + ".yaml"), CONFIG.replace("NAME", name))
                .toString();
    }
}
