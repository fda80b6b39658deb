package dev.kubeproxyfleet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.TemplateCommand;
import dev.kubeproxyfleet.schemas.agent.AgentManifest;
import dev.kubeproxyfleet.testing.ChartValues;
import dev.kubeproxyfleet.testing.StrictObjects;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The chart is the plain manifest, with more to set. */
class AgentChartTest {

    private static final Path CHART =
            Path.of(System.getProperty("project.root", ".."), "deploy", "helm", "kubeproxy-fleet-agent");

    private static final String ID =
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c";

    @TempDir
    private Path folder = Path.of("");

    private static TemplateCommand template() {
        return new Helm(CHART).template().withName("node-agent").withNamespace(AgentManifest.NAMESPACE);
    }

    private String rendered(String values) throws IOException {
        return template()
                .withValuesFile(Files.writeString(folder.resolve("values.yaml"), values))
                .call();
    }

    private static String needed() {
        return "clusterId: " + ID + "\nkafka: {bootstrapServers: 'a:9092,b:9092'}\n";
    }

    @Test
    void itRendersThePlainManifest() throws IOException {
        AgentManifest plain =
                new AgentManifest("a:9092,b:9092", AgentManifest.DEFAULT_IMAGE, AgentManifest.DEFAULT_JVM_IMAGE);

        List<HasMetadata> chart = StrictObjects.KUBERNETES.all(rendered(needed() + "namespace: {create: true}\n"));

        assertThat(StrictObjects.sorted(chart))
                .hasSize(5)
                .isEqualTo(StrictObjects.sorted(StrictObjects.KUBERNETES.all(plain.of(ID))));
    }

    @Test
    void itLeavesTheNamespaceToHelmUnlessAskedTo() throws IOException {
        assertThat(StrictObjects.KUBERNETES.all(rendered(needed())))
                .hasSize(4)
                .extracting(object -> object.getKind())
                .doesNotContain("Namespace");
    }

    /** Agents read their variables at the start, so what changes one must change the pods. */
    @Test
    void otherBrokersAndOtherSettingsRestartTheAgents() throws IOException {
        String one = podAnnotations(needed());

        assertThat(podAnnotations(needed().replace("a:9092", "c:9092"))).isNotEqualTo(one);
        assertThat(podAnnotations(needed() + "settings: {KPFLEET_AGENT_INTERVAL: 30s}\n"))
                .isNotEqualTo(one)
                .isNotEqualTo(podAnnotations(needed() + "settings: {KPFLEET_AGENT_INTERVAL: 20s}\n"));
        assertThat(podAnnotations(needed() + "maxUnavailable: 3\n")).isEqualTo(one);
    }

    private String podAnnotations(String values) throws IOException {
        return daemonSets(StrictObjects.KUBERNETES.all(rendered(values))).stream()
                .map(agents -> agents.getSpec().getTemplate().getMetadata().getAnnotations())
                .toList()
                .toString();
    }

    private static List<DaemonSet> daemonSets(List<HasMetadata> objects) {
        return objects.stream()
                .filter(DaemonSet.class::isInstance)
                .map(DaemonSet.class::cast)
                .toList();
    }

    @Test
    void itSetsWhatItsValuesSay() throws IOException {
        String yaml = rendered(needed() + """
                settings: {KPFLEET_AGENT_TOP_SERVICES: "50"}
                amd64: {image: 'r/agent:2', resources: {limits: {memory: 70Mi}}}
                arm64: {image: 'r/jvm:2'}
                imagePullSecrets: [registry]
                priorityClassName: mine
                maxUnavailable: 3
                tolerations: []
                """);
        List<HasMetadata> objects = StrictObjects.KUBERNETES.all(yaml);

        assertThat(objects.stream().filter(ConfigMap.class::isInstance).map(ConfigMap.class::cast))
                .singleElement()
                .satisfies(config -> assertThat(config.getData()).containsEntry("KPFLEET_AGENT_TOP_SERVICES", "50"));
        List<DaemonSet> agents = daemonSets(objects);
        assertThat(agents)
                .extracting(agent -> agent.getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .getFirst()
                        .getImage())
                .containsExactly("r/agent:2", "r/jvm:2");
        assertThat(agents).allSatisfy(agent -> {
            assertThat(agent.getSpec()
                            .getUpdateStrategy()
                            .getRollingUpdate()
                            .getMaxUnavailable()
                            .getIntVal())
                    .isEqualTo(3);
            assertThat(agent.getSpec().getTemplate().getSpec().getPriorityClassName())
                    .isEqualTo("mine");
            assertThat(agent.getSpec().getTemplate().getSpec().getTolerations()).isEmpty();
        });
        assertThat(yaml).contains("imagePullSecrets:\n  - name: registry", "memory: 70Mi", "cpu: 5m");
    }

    @Test
    void thePageOfValuesIsMadeOfTheValues() throws IOException {
        String page = ChartValues.page(CHART);
        Path made = Files.writeString(Files.createDirectories(Path.of("target")).resolve("values.md"), page);

        assertThat(CHART.resolve("values.md"))
                .as("the page is out of date: cp cli/%s deploy/helm/kubeproxy-fleet-agent", made)
                .hasContent(page);
    }

    @Test
    void theNotesNameCommandsThatThereAre() throws IOException {
        String output = new Helm(CHART)
                .install()
                .clientOnly()
                .dryRun()
                .withName("node-agent")
                .withNamespace(AgentManifest.NAMESPACE)
                .withValuesFile(Files.writeString(folder.resolve("values.yaml"), needed()))
                .call()
                .getOutput();
        List<String> commands = output.substring(output.indexOf("NOTES:"))
                .lines()
                .filter(line -> line.startsWith("  "))
                .map(String::strip)
                .toList();

        assertThat(commands)
                .hasSize(4)
                .contains(
                        "kubectl -n kubeproxy-fleet rollout status daemonset/node-agent",
                        "kubectl -n kubeproxy-fleet rollout status daemonset/node-agent-jvm",
                        "az aks safeguards update -g <group> -n <cluster> --excluded-ns kubeproxy-fleet");
        assertThat(commands)
                .filteredOn(command -> command.startsWith("kpfleet "))
                .singleElement()
                .satisfies(command -> new Console()
                        .accepts(command.substring("kpfleet ".length()).split(" ")));
    }

    @Test
    void helmFindsNothingToSayAgainstIt() throws IOException {
        Path chart = folder.resolve("chart");
        copy(CHART, chart);
        Files.writeString(
                chart.resolve("values.yaml"),
                Files.readString(CHART.resolve("values.yaml"))
                        .replace("kafka:\n", "clusterId: " + ID + "\nkafka:\n  bootstrapServers: a:9092\n"));

        LintResult result = new Helm(chart).lint().strict().call();

        assertThat(result.isFailed())
                .as(String.join("\n", result.getMessages()))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "clusterId, aks-1, clusterId",
        "kafka.bootstrapServers, broker, bootstrapServers",
        "kafka.secret, Not A Name, secret",
        "kafka.password, s3cret, password",
        "settings.PATH, /, PATH",
        "settings.KPFLEET_AGENT_CLUSTER_ID, x, KPFLEET_AGENT_CLUSTER_ID",
        "amd64.image, two words, image",
        "arm64.memory, 1Gi, memory",
        "amd64.resources.limits.memory, much, memory",
        "maxUnavailable, 0%, maxUnavailable",
        "unheard, of, unheard"
    })
    void aValueThatCannotBeIsRefused(String name, String value, String named) throws IOException {
        Path values = Files.writeString(folder.resolve("values.yaml"), needed());

        assertThatThrownBy(
                        () -> template().withValuesFile(values).set(name, value).call())
                .hasMessageContaining("values don't meet the specifications of the schema")
                .hasMessageContaining(named);
    }

    @ParameterizedTest
    @CsvSource({"'kafka: {bootstrapServers: a:1}', clusterId", "'clusterId: " + ID + "', bootstrapServers"})
    void aValueThatIsNeededIsNamed(String values, String named) {
        assertThatThrownBy(() -> rendered(values)).hasMessageContaining(named);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }
}
