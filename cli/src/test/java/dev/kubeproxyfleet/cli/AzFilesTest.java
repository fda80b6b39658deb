package dev.kubeproxyfleet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the commands make of files for az, of pasted clusters, and of a file given with the wrong option. */
class AzFilesTest {

    private static final String IPVS =
            "{\"mode\": \"IPVS\", \"ipvsConfig\": {\"scheduler\": \"RoundRobin\", \"tcpTimeoutSeconds\": 800}}";

    /** What {@code az aks show} prints, with secrets as a service principal and Windows nodes have them. */
    private static final String CLUSTER = """
            {"id": "/subscriptions/s/resourcegroups/rg/providers/Microsoft.ContainerService/managedClusters/shop-1",
             "kind": "Base", "name": "shop-1",
             "networkProfile": {"networkPlugin": "azure", "kubeProxyConfig": %s},
             "servicePrincipalProfile": {"clientId": "c", "secret": "S3cret"},
             "windowsProfile": {"adminPassword": "S3cret"}}
            """;

    private static final String FLEET_CONFIG = """
            apiVersion: kubeproxyfleet.dev/v1
            kind: FleetConfig
            metadata: { name: prod-ipvs }
            spec:
              kubeProxy: { mode: IPVS }
              selector: { names: ["*"] }
            """;

    @TempDir
    private Path folder = Path.of("");

    private final FakeFleet fleet = new FakeFleet()
            .on("POST /api/v1/plans", 200, Fixtures.plan())
            .on(
                    "PUT /api/v1/configs/x",
                    200,
                    Fixtures.audit(AuditRecord.Verdict.Done, "RolloutPlanned", "Generation 2 goes to 6 clusters."));
    private final Console console = new Console().server(fleet.address());

    @AfterEach
    void stop() {
        fleet.close();
    }

    private String file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content).toString();
    }

    private String utf16(String name, String content) throws IOException {
        return Files.write(folder.resolve(name), ("\uFEFF" + content).getBytes(StandardCharsets.UTF_16LE))
                .toString();
    }

    private JsonNode sent() throws IOException {
        return Json.MAPPER.readTree(fleet.last().body()).at("/spec/kubeProxy");
    }

    @ParameterizedTest
    @ValueSource(strings = {"plan", "apply"})
    void aFileOfPowerShellIsTaken(String verb) throws IOException {
        String file = utf16("kube-proxy.json", IPVS);

        int code = console.run(verb, "--name", "x", "--kube-proxy-config", file, "--select-name", "*");

        assertThat(console.err()).isEmpty();
        assertThat(code).isZero();
        assertThat(sent()).isEqualTo(Json.MAPPER.readTree(IPVS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"plan", "apply"})
    void aPastedClusterIsUsedAndSaidToBe(String verb) throws IOException {
        String file = file("cluster.json", CLUSTER.formatted(IPVS));

        int code = console.run(verb, "--name", "x", "--kube-proxy-config", file, "--select-name", "*");

        assertThat(code).isZero();
        assertThat(console.err())
                .isEqualTo(
                        "./kpfleet: " + file
                                + ": used networkProfile.kubeProxyConfig of an AKS cluster as az or ARM shows it: IPVS RoundRobin tcp=800s tcpfin=120s udp=300s\n");
        assertThat(sent()).isEqualTo(Json.MAPPER.readTree(IPVS));
    }

    @Test
    void ipvsSettingsOfADisabledKubeProxyAreLeftOutAndSaidToBe() throws IOException {
        String file = file("off.json", "{\"enabled\": false, \"mode\": \"IPVS\", \"ipvsConfig\": {}}");

        assertThat(console.run("apply", "--name", "x", "--kube-proxy-config", file, "--select-name", "*"))
                .isZero();
        assertThat(console.err()).contains("left out ipvsConfig, which has no effect where enabled is false");
        assertThat(sent()).isEqualTo(Json.MAPPER.readTree("{\"enabled\": false, \"mode\": \"IPVS\"}"));
    }

    @Test
    void aClusterWithoutAConfigurationIsToldWhichObjectIsMeant() throws IOException {
        String file = file("cluster.json", CLUSTER.formatted("null"));

        int code = console.run("apply", "--name", "x", "--kube-proxy-config", file, "--select-name", "*");

        assertThat(code).isEqualTo(ExitCode.USAGE);
        assertThat(console.err())
                .contains("holds no kubeProxyConfig", "{\"enabled\": true, \"mode\": \"IPVS\"}", "az aks show")
                .contains("nothing was sent.")
                .doesNotContain("S3cret", "shop-1");
        assertThat(fleet.requests()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "kube-proxy.json | a kube-proxy file as az takes it, IPVS RoundRobin tcp=800s",
                "cluster.json | an AKS cluster as az or ARM shows it, IPVS RoundRobin tcp=800s"
            })
    void lintSaysWhatKindAFileIsAndWhatItHolds(String name, String said) throws IOException {
        String file = file(name, name.startsWith("cluster") ? CLUSTER.formatted(IPVS) : IPVS);

        assertThat(console.run("lint", "-f", file)).isZero();
        assertThat(console.out()).startsWith("✓ " + file + ": " + said).doesNotContain("S3cret", "apiVersion");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"mode\": \"EBPF\", \"fast\": true} | a kube-proxy file as az takes it | /mode is \"EBPF\"; allowed is",
                "{\"mode\": \"EBPF\", \"fast\": true} | a kube-proxy file as az takes it | /fast is not a known field",
                "{\"kubeProxyConfig\": null} | a kubeProxyConfig wrapper | holds no kubeProxyConfig"
            })
    void lintNamesTheMistakesOfThatKind(String content, String kind, String mistake) throws IOException {
        assertThat(console.run("lint", "-f", file("kube-proxy.json", content))).isEqualTo(ExitCode.USAGE);
        assertThat(console.out()).contains("✗ ", "this is " + kind, mistake).doesNotContain("apiVersion");
    }

    private static final Pattern COMMAND = Pattern.compile("\\./kpfleet ((?:plan|lint) .*)");
    private static final Pattern WORD = Pattern.compile("'((?:[^']|'\\\\'')*)'|(\\S+)");

    /** What a shell makes of the suggested command. */
    private static String[] words(String said) {
        Matcher command = COMMAND.matcher(said);
        assertThat(command.find()).as(said).isTrue();
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(command.group(1));
        while (word.find()) {
            words.add(word.group(1) == null ? word.group(2) : word.group(1).replace("'\\''", "'"));
        }
        return words.toArray(String[]::new);
    }

    @ParameterizedTest
    @CsvSource({
        "plan,kube-proxy.json",
        "apply,kube-proxy.json",
        "plan,Prod IPVS (new).json",
        "apply,it's.json",
        "plan,---.json",
        "plan,cluster.json"
    })
    void aKubeProxyFileGivenAsFleetConfigNamesTheCommandThatTakesIt(String verb, String name) throws IOException {
        String file = file(name, name.startsWith("cluster") ? CLUSTER.formatted(IPVS) : IPVS);

        assertThat(console.run(verb, "-f", file)).isEqualTo(ExitCode.USAGE);
        assertThat(console.err())
                .contains("which --kube-proxy-config takes and -f does not")
                .doesNotContain("apiVersion");
        assertThat(fleet.requests()).isEmpty();

        Console second = new Console().server(fleet.address());
        assertThat(second.run(words(console.err()))).as(second.err()).isZero();
        assertThat(sent()).isEqualTo(Json.MAPPER.readTree(IPVS));
    }

    @Test
    void noCommandIsGivenForAFileThatNoneTakes() throws IOException {
        for (String content :
                List.of("{\"mode\": \"EBPF\"}", "[" + CLUSTER.formatted(IPVS) + "]", CLUSTER.formatted("{}"))) {
            Console each = new Console().server(fleet.address());

            assertThat(each.run("apply", "-f", file("file.json", content))).isEqualTo(ExitCode.USAGE);
            assertThat(each.err())
                    .contains("and no FleetConfig; a file made for az is given with --kube-proxy-config.")
                    .doesNotContain("; try ", "S3cret", "shop-1");
        }
    }

    @Test
    void theCommandThatLintGivesIsAccepted() throws IOException {
        console.run("lint", "-f", file("kube-proxy.json", IPVS));

        assertThat(new Console().server(fleet.address()).run(words(console.out())))
                .isZero();
    }

    @Test
    void aFleetConfigGivenAsKubeProxyFileNamesTheCommandThatTakesIt() throws IOException {
        String file = file("fleet-config.yaml", FLEET_CONFIG);

        assertThat(console.run("plan", "--name", "x", "--kube-proxy-config", file, "--select-name", "*"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).contains("which -f takes and --kube-proxy-config does not");
        assertThat(new Console().run(words(console.err()))).isZero();
    }
}
