package dev.kubeproxyfleet.fleet.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.kubeproxyfleet.testing.StrictObjects;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code deploy/kustomize} is what the chart renders for Kafka as {@code deploy/kafka/strimzi} installs it. */
class KustomizeTest {

    private static final Path FOLDER = ServiceChart.ROOT.resolve("kustomize").resolve("fleet-service");
    private static final Path EXAMPLE = ServiceChart.ROOT.resolve("kustomize").resolve("fleet-service-example");
    private static final Path MADE = Path.of("target", "deploy", "kustomize", "fleet-service");

    private static final String VALUES = """
            kafka:
              bootstrapServers: kubeproxy-fleet-kafka-bootstrap.kafka.svc:9093
              user: {secret: kubeproxy-fleet-service}
              ca: {secret: kubeproxy-fleet-cluster-ca-cert}
            azure: {clientId: 00000000-0000-0000-0000-000000000000}
            """;

    /** Behind the name of a ConfigMap that Kustomize makes. */
    private static final String HASH = "-[2-9bcdfghkmt]{10}\\b";

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .build();

    @TempDir
    private Path folder = Path.of("");

    @ParameterizedTest
    @ValueSource(strings = {"objects.yaml", "application.properties"})
    void aFileIsWhatTheChartRenders(String name) throws IOException {
        String chart = ServiceChart.rendered(folder, VALUES);
        String made = name.equals("objects.yaml")
                ? StrictObjects.documents(chart).stream()
                        .filter(document -> !isConfigMap(document))
                        .map(KustomizeTest::withoutChecksum)
                        .map(KustomizeTest::yaml)
                        .collect(Collectors.joining())
                : ServiceChart.objects(chart, ConfigMap.class)
                        .getFirst()
                        .getData()
                        .get(name);
        Files.createDirectories(MADE);
        Files.writeString(MADE.resolve(name), made);

        assertThat(FOLDER.resolve(name))
                .as(
                        "if the chart was changed on purpose: cp fleet-service/%s/%s deploy/kustomize/fleet-service",
                        MADE, name)
                .hasContent(made);
    }

    @Test
    void kustomizeBuildsWhatTheChartRendersAndANamespace() throws Exception {
        List<HasMetadata> chart = StrictObjects.documents(ServiceChart.rendered(folder, VALUES)).stream()
                .map(KustomizeTest::withoutChecksum)
                .map(ServiceChart.OBJECTS::typed)
                .toList();

        List<HasMetadata> built = ServiceChart.OBJECTS.all(build(FOLDER).replaceAll(HASH, ""));

        assertThat(StrictObjects.sorted(built.stream()
                        .filter(object -> !object.getKind().equals("Namespace"))
                        .toList()))
                .isEqualTo(StrictObjects.sorted(chart));
        assertThat(built)
                .filteredOn(object -> object.getKind().equals("Namespace"))
                .singleElement()
                .satisfies(namespace -> assertThat(namespace.getMetadata().getLabels())
                        .containsEntry("pod-security.kubernetes.io/enforce", "restricted"));
    }

    @Test
    void theExampleChangesWhatAnOwnerChanges() throws Exception {
        String built = build(EXAMPLE);

        assertThat(ServiceChart.settings(built))
                .containsEntry("kpfleet.kafka.bootstrap-servers", "kafka.example:9093")
                .containsOnlyKeys(ServiceChart.settings(ServiceChart.rendered(folder, VALUES))
                        .keySet());
        StatefulSet set = ServiceChart.objects(built, StatefulSet.class).getFirst();
        assertThat(set.getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .getFirst()
                        .getImage())
                .isEqualTo("registry.example/kubeproxy-fleet-service:0.2.0-SNAPSHOT");
        assertThat(ServiceChart.OBJECTS.all(built))
                .filteredOn(object -> object.getKind().equals("ServiceAccount"))
                .singleElement()
                .satisfies(account -> assertThat(account.getMetadata().getAnnotations())
                        .containsEntry("azure.workload.identity/client-id", "11111111-1111-1111-1111-111111111111"));
    }

    private static String build(Path overlay) throws Exception {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "kubectl"))),
                "skipped: there is no kubectl to build with");
        Process process = new ProcessBuilder("kubectl", "kustomize", overlay.toString()).start();
        String built = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor())
                .as(new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                .isZero();
        return built;
    }

    private static boolean isConfigMap(JsonNode document) {
        return document.path("kind").asText().equals("ConfigMap");
    }

    /** Kustomize tells changed settings by the name of the ConfigMap. */
    private static JsonNode withoutChecksum(JsonNode document) {
        if (document.at("/spec/template/metadata") instanceof ObjectNode metadata) {
            metadata.remove("annotations");
        }
        return document;
    }

    private static String yaml(JsonNode document) {
        try {
            return YAML.writeValueAsString(document);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
