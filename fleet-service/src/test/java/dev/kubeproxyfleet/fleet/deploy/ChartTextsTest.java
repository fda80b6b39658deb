package dev.kubeproxyfleet.fleet.deploy;

import static dev.kubeproxyfleet.fleet.deploy.ServiceChart.NEEDED;
import static org.assertj.core.api.Assertions.assertThat;

import com.marcnuri.helm.Helm;
import dev.kubeproxyfleet.testing.ChartValues;
import dev.kubeproxyfleet.testing.StrictObjects;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the service's chart tells its owner. */
class ChartTextsTest {

    private static final Path MADE = Path.of("target", "deploy", "helm", "kubeproxy-fleet", "values.md");

    private static final Pattern COMMAND = Pattern.compile(
            "kubectl -n (?<namespace>\\S+) (?<verb>rollout status|port-forward) (?<object>\\S+)( (?<port>\\d+))?");

    /** Runs the pod that is a hook of a test, and which Helm does not install. */
    private static final String HELM_TEST = "helm -n " + ServiceChart.NAMESPACE + " test fleet --logs";

    @TempDir
    private Path folder = Path.of("");

    @Test
    void thePageOfValuesIsMadeOfTheValues() throws IOException {
        String page = ChartValues.page(ServiceChart.FOLDER);
        Files.createDirectories(MADE.getParent());
        Files.writeString(MADE, page);

        assertThat(ServiceChart.FOLDER.resolve("values.md"))
                .as("the page is out of date: cp fleet-service/%s deploy/helm/kubeproxy-fleet", MADE)
                .hasContent(page);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "image: registry.example/service:1\n",
                "api: {exposedWithoutLogin: true, fromNamespaces: [ingress], hosts: [fleet.example]}\n",
                "api: {login: {enabled: true, issuer: 'https://issuer.example', clientId: fleet, secret: login}}\n",
                "azure: {clientId: 00000000-0000-0000-0000-000000000001}\n"
            })
    void theNotesNameOnlyWhatIsInstalled(String values) throws IOException {
        Set<String> installed = StrictObjects.documents(ServiceChart.rendered(folder, NEEDED + values)).stream()
                .map(document -> document.get("kind").asText().toLowerCase(Locale.ROOT) + "/"
                        + document.at("/metadata/name").asText())
                .collect(Collectors.toSet());

        assertThat(commands(notes(values))).isNotEmpty().allSatisfy(command -> {
            if (command.equals(HELM_TEST)) {
                assertThat(ServiceChart.check(folder, NEEDED + values).getSpec().getContainers())
                        .isNotEmpty();
                return;
            }
            Matcher parts = COMMAND.matcher(command);
            assertThat(parts.matches()).as(command).isTrue();
            assertThat(parts.group("namespace")).isEqualTo(ServiceChart.NAMESPACE);
            assertThat(installed).contains(parts.group("object"));
            assertThat(parts.group("port")).isIn(null, "8080");
        });
    }

    @Test
    void theNotesWarnOfWhatDoesNotWorkYet() throws IOException {
        assertThat(notes("")).contains("has no registry", "azure.clientId is empty", "port-forward");
        assertThat(notes("image: registry.example/service:1\n"
                        + "azure: {clientId: 00000000-0000-0000-0000-000000000001}\n"))
                .doesNotContain("has no registry", "is empty", "NO LOGIN");
        assertThat(notes("api: {exposedWithoutLogin: true, fromNamespaces: [ingress], hosts: [fleet.example]}\n"))
                .contains("THERE IS NO LOGIN", "ingress")
                .doesNotContain("port-forward");
    }

    private static List<String> commands(String notes) {
        return notes.lines()
                .filter(line -> line.startsWith("  "))
                .map(line -> line.replaceAll("\\s+#.*", "").strip())
                .toList();
    }

    private String notes(String values) throws IOException {
        String output = new Helm(ServiceChart.FOLDER)
                .install()
                .clientOnly()
                .dryRun()
                .withName("fleet")
                .withNamespace(ServiceChart.NAMESPACE)
                .withValuesFile(Files.writeString(folder.resolve("values.yaml"), NEEDED + values))
                .call()
                .getOutput();
        return output.substring(output.indexOf("NOTES:"));
    }
}
