package dev.kubeproxyfleet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.contrastsecurity.sarif.PhysicalLocation;
import com.contrastsecurity.sarif.ReportingDescriptor;
import com.contrastsecurity.sarif.Result;
import com.contrastsecurity.sarif.Run;
import com.contrastsecurity.sarif.SarifSchema210;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What lint says of files, and where in them: for people, and for code hosts. */
class LintTest {

    private static final ObjectMapper STRICT =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    private static final String GOOD = """
            apiVersion: kubeproxyfleet.dev/v1
            kind: FleetConfig
            metadata:
              name: prod-ipvs
            spec:
              kubeProxy:
                mode: IPVS
                ipvsConfig:
                  scheduler: LeastConnection
                  TCPTimeoutSeconds: 900
              selector:
                names: ["prod-*"]
            """;

    @TempDir
    Path folder;

    private final Console console = new Console();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "LeastConnection | Fastest | 9 | InvalidValue",
                "TCPTimeoutSeconds: 900 | TCPTimeoutSeconds: 0 | 10 | InvalidValue",
                "mode: IPVS | mood: IPVS | 7 | UnknownField",
                "name: prod-ipvs | name: Prod_Ipvs | 4 | InvalidValue",
                "names: [\"prod-*\"] | names: [\"prod-*\"] : | 12 | NotJson",
            })
    void aMistakeIsNamedWithItsLine(String right, String wrong, int line, String code) throws IOException {
        String file = file("fleet.yaml", GOOD.replace(right, wrong));

        assertThat(console.run("lint", "-f", file)).isEqualTo(ExitCode.USAGE);
        assertThat(console.out()).contains("✗ " + file + ":" + line + ": ", " [" + code + "]");
    }

    @Test
    void linesAreNamedInJsonToo() throws IOException {
        String file = file("fleet.json", """
                {"apiVersion": "kubeproxyfleet.dev/v1", "kind": "FleetConfig",
                 "metadata": {"name": "prod-ipvs"},
                 "spec": {"selector": {"names": ["prod-*"]},
                          "kubeProxy": {"mode": "IPTABLES",
                                        "ipvsConfig": {"scheduler": "LeastConnection"}}}}
                """);

        assertThat(console.run("lint", "-f", file)).isEqualTo(ExitCode.USAGE);
        assertThat(console.out()).contains(file + ":5: ");
    }

    @Test
    void standardInputHasLines() {
        assertThat(console.typing(GOOD.replace("LeastConnection", "Fastest")).run("lint", "-f", "-"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(console.out()).contains("✗ standard input, line 9: ");
    }

    @Test
    void whatIsMissingIsNamedAtWhatItIsMissingIn() throws IOException {
        String file = file("fleet.yaml", GOOD.replace("  selector:\n    names: [\"prod-*\"]\n", ""));

        assertThat(console.run("lint", "-f", file)).isEqualTo(ExitCode.USAGE);
        assertThat(console.out()).contains(file + ":5: /spec/selector");
    }

    @Test
    void twoDocumentsOfOneNameAreRefused() throws IOException {
        String one = file("one.yaml", GOOD);
        String other = file("other.yaml", GOOD.replace("900", "600"));

        assertThat(console.run("lint", "-f", one, "-f", other)).isEqualTo(ExitCode.USAGE);
        assertThat(console.out())
                .contains(
                        "✓ " + one + ": prod-ipvs", "✗ " + other + ": has the kind and the name of what is in " + one);
    }

    @Test
    void sarifIsReadByALibraryAndHasEachMistakeAtItsLine() throws IOException {
        String wrong = file(
                "a folder/fleet.yaml",
                GOOD.replace("LeastConnection", "Fastest").replace("900", "0"));
        String good = file("good.yaml", GOOD);
        String missing = folder.resolve("missing.yaml").toString();

        assertThat(console.run("lint", "-o", "sarif", "-f", wrong, "-f", good, "-f", missing))
                .isEqualTo(ExitCode.USAGE);

        Run run = read().getRuns().getFirst();
        assertThat(run.getTool().getDriver().getName()).isEqualTo("kpfleet lint");
        assertThat(run.getTool().getDriver().getRules())
                .extracting(ReportingDescriptor::getId)
                .containsExactly("InvalidValue", "UnreadableFile");
        assertThat(run.getResults())
                .extracting(Result::getRuleId)
                .containsExactly("InvalidValue", "InvalidValue", "UnreadableFile");
        assertThat(run.getResults())
                .allSatisfy(result -> assertThat(result.getLevel()).isEqualTo(Result.Level.ERROR));
        PhysicalLocation first = place(run.getResults().getFirst());
        assertThat(first.getArtifactLocation().getUri()).endsWith("/a%20folder/fleet.yaml");
        assertThat(first.getRegion().getStartLine()).isEqualTo(9);
        assertThat(place(run.getResults().get(1)).getRegion().getStartLine()).isEqualTo(10);
    }

    @Test
    void sarifOfGoodFilesHasNoResults() throws IOException {
        assertThat(console.run("lint", "-o", "sarif", "-f", file("good.yaml", GOOD)))
                .isZero();
        assertThat(read().getRuns().getFirst().getResults()).isEmpty();
    }

    @Test
    void sarifHasTheMistakesOfOtherKindsOfFilesToo() throws IOException {
        String file = file("kube-proxy.json", "{\"enabled\": true, \"mode\": \"IPVZ\"}");

        assertThat(console.run("lint", "-o", "sarif", "-f", file)).isEqualTo(ExitCode.USAGE);
        assertThat(read().getRuns().getFirst().getResults()).isNotEmpty();
    }

    private SarifSchema210 read() throws IOException {
        return STRICT.readValue(console.out(), SarifSchema210.class);
    }

    private static PhysicalLocation place(Result result) {
        List<com.contrastsecurity.sarif.Location> locations = result.getLocations();
        return locations.getFirst().getPhysicalLocation();
    }

    private String file(String name, String content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.toAbsolutePath().getParent());
        return Files.writeString(file, content).toString();
    }
}
