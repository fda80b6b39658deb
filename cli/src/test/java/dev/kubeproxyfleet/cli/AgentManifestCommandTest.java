package dev.kubeproxyfleet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.agent.AgentManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgentManifestCommandTest {

    private static final Map<String, String> NEEDED =
            Map.of("--kafka", "broker:9092", "--image", "r.example/agent:2", "--jvm-image", "r.example/jvm:2");

    @TempDir
    private Path folder = Path.of("");

    private final FakeFleet fleet = new FakeFleet();
    private final Console console = new Console().server(fleet.address());

    @BeforeEach
    void twoClustersOfOneNameAndAThird() {
        fleet.on(
                "GET /api/v1/clusters",
                200,
                List.of(
                        Fixtures.view("rg-1", "aks", Map.of("env", "prod")),
                        Fixtures.view("rg-2", "aks", Map.of("env", "test")),
                        Fixtures.view("rg-1", "Other", Map.of("env", "prod", "tier", "gold"))));
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    /** With brokers and images, where {@code more} does not name its own. */
    private int manifest(String delivery, String... more) {
        List<String> arguments = new ArrayList<>(List.of("agent", "manifest", "--for", delivery));
        arguments.addAll(List.of(more));
        NEEDED.forEach((option, value) -> {
            if (!arguments.contains(option)) {
                arguments.addAll(List.of(option, value));
            }
        });
        return console.run(arguments.toArray(String[]::new));
    }

    private int saved(String delivery, String... more) {
        List<String> arguments = new ArrayList<>(List.of("-o", folder.toString()));
        arguments.addAll(List.of(more));
        return manifest(delivery, arguments.toArray(String[]::new));
    }

    private List<String> files() throws IOException {
        try (var files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    void oneClustersManifestGoesToStandardOutputAndNothingElseDoes() {
        assertThat(manifest("kubectl", "other")).isZero();

        assertThat(console.err()).isEmpty();
        assertThat(console.out())
                .isEqualTo(new AgentManifest("broker:9092", "r.example/agent:2", "r.example/jvm:2")
                        .of(Fixtures.id("rg-1", "other")));
    }

    @Test
    void manifestsOfSeveralClustersAreNeverOneStream() {
        assertThat(manifest("kubectl", "--select", "env=prod")).isEqualTo(ExitCode.USAGE);

        assertThat(console.err()).contains("kubectl for this selection is 2 files; name a folder for them with -o.");
        assertThat(console.out()).isEmpty();
    }

    @Test
    void aFolderGetsAFileForEachClusterThatMatches() throws IOException {
        assertThat(saved("kubectl", "--select", "env=prod")).isZero();

        assertThat(console.err()).isEmpty();
        assertThat(console.out()).isEqualTo("""
                ✓ 2 files for 2 clusters in %1$s
                  next:  kubectl --context <context> apply -f %1$s/other.yaml
                """.formatted(folder));
        assertThat(files()).containsExactly(".kpfleet-written", "other.yaml", "rg-1-aks.yaml");
    }

    @ParameterizedTest
    @CsvSource({
        "--select, 'env=prod,tier=gold', other.yaml",
        "--select-name, 'OTH*', other.yaml",
        "--location, WestEurope, 'other.yaml rg-1-aks.yaml rg-2-aks.yaml'"
    })
    void aSelectionIsThatOfAConfiguration(String option, String value, String expected) throws IOException {
        assertThat(saved("kubectl", option, value)).isZero();

        assertThat(files()).containsOnly((".kpfleet-written " + expected).split(" "));
    }

    @Test
    void clustersAreNamedOneByOneByNameOrId() throws IOException {
        assertThat(saved("kubectl", "Other", Fixtures.id("rg-2", "aks"))).isZero();

        assertThat(files()).contains("other.yaml", "rg-2-aks.yaml").hasSize(3);
    }

    @Test
    void aNameThatTwoClustersHaveIsNotGuessed() {
        assertThat(manifest("kubectl", "aks")).isEqualTo(ExitCode.REFUSED);

        assertThat(console.err()).contains("2 clusters are named 'aks'", Fixtures.id("rg-2", "aks"));
        assertThat(console.out()).isEmpty();
    }

    @Test
    void nothingIsWrittenWhereNothingMatches() throws IOException {
        assertThat(saved("kubectl", "--select", "env=none")).isEqualTo(ExitCode.REFUSED);

        assertThat(console.err()).contains("no cluster matches");
        assertThat(files()).isEmpty();
    }

    @Test
    void whatTheCommandWroteItWritesAgainAndLeavesWhatItNoLongerWrites() throws IOException {
        assertThat(saved("kubectl", "--select", "env=prod")).isZero();

        assertThat(saved("kubectl", "--kafka", "other-broker:9092", "Other")).isZero();

        assertThat(Files.readString(folder.resolve("other.yaml"))).contains("other-broker:9092");
        assertThat(Files.readString(folder.resolve("rg-1-aks.yaml"))).doesNotContain("other-broker:9092");
        assertThat(console.err())
                .contains("1 file of an earlier time in %s is no longer written".formatted(folder), "rg-1-aks.yaml");
    }

    @Test
    void aFileOfSomebodyElseAndOneThatWasChangedAreLeftAloneUnlessForced() throws IOException {
        assertThat(saved("kubectl", "Other")).isZero();
        Files.writeString(folder.resolve("other.yaml"), "mine now");
        Files.writeString(folder.resolve("rg-1-aks.yaml"), "mine");

        assertThat(saved("kubectl", "--kafka", "new:1", "--select-name", "*")).isEqualTo(ExitCode.USAGE);

        assertThat(console.err()).contains("nothing was written: 2 files in", "--force", "other.yaml", "rg-1-aks.yaml");
        assertThat(files()).doesNotContain("rg-2-aks.yaml");
        assertThat(Files.readString(folder.resolve("other.yaml"))).isEqualTo("mine now");

        assertThat(saved("kubectl", "--kafka", "new:1", "--select-name", "*", "--force"))
                .isZero();
        assertThat(Files.readString(folder.resolve("other.yaml"))).contains("new:1");
    }

    @ParameterizedTest
    @CsvSource({
        "kubectl, '', 'which clusters?'",
        "kubectl, 'Other --select env=prod', 'either clusters or a selection'",
        "kubectl, 'Other --kafka broker', 'host:port'",
        "kubectl, 'Other --image {}', 'registry/name:tag'",
        "flux, 'Other', '--chart-repository'",
        "argocd, 'Other --chart-repository https://r.example', 'oci://registry/path'",
        "flux, 'Other --chart-repository oci://r.example/c --git-path ../x', '..'",
        "rsync, 'Other', 'kustomize'"
    })
    void whatMakesNoSenseIsSaid(String delivery, String more, String said) {
        String[] arguments = more.isEmpty() ? new String[0] : more.split(" ");

        assertThat(manifest(delivery, arguments)).isEqualTo(ExitCode.USAGE);

        assertThat(console.err()).contains(said);
        assertThat(console.out()).isEmpty();
    }

    @Test
    void anImageWithoutARegistryIsPointedOut() {
        assertThat(console.run("agent", "manifest", "--for", "kubectl", "--kafka", "broker:9092", "Other"))
                .isZero();

        assertThat(console.err()).contains("--image");
    }

    @Test
    void aServiceThatDoesNotAnswerIsAnUnreachableOne() {
        fleet.close();

        assertThat(manifest("kubectl", "Other")).isEqualTo(ExitCode.UNREACHABLE);
    }
}
