package dev.kubeproxyfleet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.marcnuri.helm.Helm;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.kubeproxyfleet.cli.delivery.Delivery;
import dev.kubeproxyfleet.cli.delivery.Order;
import dev.kubeproxyfleet.cli.delivery.Target;
import dev.kubeproxyfleet.schemas.agent.AgentManifest;
import dev.kubeproxyfleet.schemas.view.ClusterView;
import dev.kubeproxyfleet.testing.StrictObjects;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever brings the agent into a cluster, it is the plain manifest with this cluster's id that arrives there. */
class DeliveryTest {

    private static final AgentManifest AGENT =
            new AgentManifest("broker-1:9092,broker-2:9092", "r.example/agent:2", "r.example/agent-jvm:2");

    private static final List<ClusterView> FLEET = List.of(
            Fixtures.view("rg-1", "aks", Map.of()),
            Fixtures.view("rg-2", "aks", Map.of()),
            Fixtures.view("rg-1", "Other", Map.of()));

    private static final Path CHART =
            Path.of(System.getProperty("project.root", ".."), "deploy", "helm", "kubeproxy-fleet-agent");

    @TempDir
    private Path folder = Path.of("");

    private static Order order() {
        return new Order(AGENT, Target.of(FLEET), "oci://r.example:5000/charts", "infrastructure/agents");
    }

    private static Map<String, String> files(Delivery delivery) {
        return delivery.write(order()).files();
    }

    private static String file(Delivery delivery, String path) {
        return Objects.requireNonNull(files(delivery).get(path), path);
    }

    private static List<HasMetadata> plain(Target cluster) {
        return StrictObjects.sorted(StrictObjects.KUBERNETES.all(AGENT.of(cluster.id())));
    }

    private void save(Delivery delivery) throws IOException {
        new WrittenFolder(folder).write(files(delivery));
    }

    private List<HasMetadata> rendered(Path chart, JsonNode values) throws IOException {
        Path file = Files.writeString(folder.resolve("values.yaml"), values.toString());
        return StrictObjects.sorted(StrictObjects.KUBERNETES.all(new Helm(chart)
                .template()
                .withName("node-agent")
                .withNamespace(AgentManifest.NAMESPACE)
                .withValuesFile(file)
                .call()));
    }

    @Test
    void kubectlGetsThePlainManifest() {
        for (Target cluster : order().clusters()) {
            assertThat(file(Delivery.kubectl, cluster.label() + ".yaml")).isEqualTo(AGENT.of(cluster.id()));
        }
        assertThat(files(Delivery.kubectl)).containsOnlyKeys("other.yaml", "rg-1-aks.yaml", "rg-2-aks.yaml");
    }

    @Test
    void anOverlayOfKustomizeIsThePlainManifest() throws Exception {
        files(Delivery.kustomize).forEach((path, text) -> {
            if (path.endsWith("kustomization.yaml")) {
                valid("kustomize", StrictObjects.documents(text).getFirst());
            }
        });
        save(Delivery.kustomize);
        assumeTrue(kubectlIsThere(), "there is no kubectl to build overlays with");

        for (Target cluster : order().clusters()) {
            String built = run(
                    "kubectl",
                    "kustomize",
                    folder.resolve("overlays/" + cluster.label()).toString());

            assertThat(StrictObjects.sorted(StrictObjects.KUBERNETES.all(built)))
                    .isEqualTo(plain(cluster));
        }
    }

    @Test
    void helmGetsTheChartAndWhatItMakesOfTheValuesIsThePlainManifestWithoutItsNamespace() throws IOException {
        save(Delivery.helm);
        Path chart = folder.resolve("kubeproxy-fleet-agent");

        assertThat(filesIn(chart)).isEqualTo(filesIn(CHART)).isNotEmpty();
        for (Target cluster : order().clusters()) {
            JsonNode values = document(file(Delivery.helm, "values/" + cluster.label() + ".yaml"));

            assertThat(rendered(chart, values))
                    .isEqualTo(plain(cluster).stream()
                            .filter(object -> !object.getKind().equals("Namespace"))
                            .toList());
        }
    }

    @Test
    void fluxMakesThePlainManifestOfTheReleaseAndTheClustersId() throws IOException {
        JsonNode source = document(file(Delivery.flux, "base/source.yaml"));
        valid("OCIRepository", source);
        assertThat(source.at("/spec/url").asText()).isEqualTo("oci://r.example:5000/charts/kubeproxy-fleet-agent");
        assertThat(source.at("/spec/ref/tag").asText())
                .isEqualTo(document(Files.readString(CHART.resolve("Chart.yaml")))
                        .get("version")
                        .asText());
        valid("kustomize", document(file(Delivery.flux, "base/kustomization.yaml")));

        for (Target cluster : order().clusters()) {
            JsonNode kustomization = document(file(Delivery.flux, "clusters/" + cluster.label() + ".yaml"));
            valid("Kustomization", kustomization);
            assertThat(kustomization.at("/spec/path").asText()).isEqualTo("./infrastructure/agents/base");
            String release = substituted(
                    file(Delivery.flux, "base/release.yaml"),
                    kustomization.at("/spec/postBuild/substitute"),
                    "${",
                    "}");
            valid("HelmRelease", document(release));

            assertThat(document(release).at("/spec/chartRef/name")).isEqualTo(source.at("/metadata/name"));
            assertThat(document(release).at("/spec/targetNamespace").asText()).isEqualTo(AgentManifest.NAMESPACE);
            assertThat(rendered(CHART, document(release).at("/spec/values"))).isEqualTo(plain(cluster));
        }
    }

    @Test
    void fluxInstallsNothingWithoutTheClustersId() {
        JsonNode release = document(file(Delivery.flux, "base/release.yaml").replaceAll("\\$\\{\\w+}", "''"));

        assertThatThrownBy(() -> rendered(CHART, release.at("/spec/values"))).hasMessageContaining("clusterId");
    }

    @Test
    void argoCdMakesAnApplicationOfThePlainManifestForEachCluster() throws IOException {
        JsonNode set = document(file(Delivery.argocd, "applicationset.yaml"));
        valid("ApplicationSet", set);
        JsonNode elements = set.at("/spec/generators/0/list/elements");
        assertThat(elements).hasSameSizeAs(FLEET);

        for (int i = 0; i < elements.size(); i++) {
            Target cluster = order().clusters().get(i);
            JsonNode application =
                    document(substituted(set.at("/spec/template").toString(), elements.get(i), "{{.", "}}"));

            assertThat(application.at("/metadata/name").asText()).isEqualTo("node-agent-" + cluster.label());
            assertThat(application.at("/spec/destination/name").asText()).isEqualTo(cluster.label());
            assertThat(application.at("/spec/source/repoURL").asText()).isEqualTo("r.example:5000/charts");
            assertThat(rendered(CHART, application.at("/spec/source/helm/valuesObject")))
                    .isEqualTo(plain(cluster));
        }
    }

    @Test
    void aFleetHubPlacesThePlainManifestAndEachClustersAgentsReadTheirOwnId() {
        List<JsonNode> hub = StrictObjects.documents(file(Delivery.fleet, "hub.yaml"));
        JsonNode override = one(hub, "ResourceOverride", "node-agent");
        JsonNode placement = one(hub, "ClusterResourcePlacement", "kubeproxy-fleet-agent");
        valid("ResourceOverride", override);
        valid("ClusterResourcePlacement", placement);
        List<JsonNode> objects = hub.stream()
                .filter(document -> !document.get("apiVersion").asText().startsWith("placement."))
                .toList();
        objects.forEach(StrictObjects.KUBERNETES::typed);

        assertThat(placement.at("/spec/policy/clusterNames"))
                .extracting(JsonNode::asText)
                .containsExactly("other", "rg-1-aks", "rg-2-aks");
        assertThat(override.at("/spec/placement/name")).isEqualTo(placement.at("/metadata/name"));
        for (Target cluster : order().clusters()) {
            List<JsonNode> placed = objects.stream()
                    .map(object -> overridden(object, override, cluster.label()))
                    .toList();

            List<HasMetadata> resolved = placed.stream()
                    .filter(object -> !isConfigMapOfIds(object))
                    .map(object -> withItsIdResolved(object, placed))
                    .map(StrictObjects.KUBERNETES::typed)
                    .toList();
            assertThat(StrictObjects.sorted(resolved)).isEqualTo(plain(cluster));
        }
    }

    @Test
    void aFleetHubIsNotAskedForMoreThanItPlacesByName() {
        List<ClusterView> many = IntStream.rangeClosed(0, 100)
                .mapToObj(i -> Fixtures.view("rg", "aks-" + i, Map.of()))
                .toList();
        Order order = new Order(AGENT, Target.of(many), null, "agents");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Delivery.fleet.write(order))
                .withMessageContaining("101 clusters match")
                .withMessageContaining("at most 100");
        assertThat(Delivery.fleet
                        .write(new Order(AGENT, Target.of(many.subList(0, 100)), null, "agents"))
                        .files())
                .hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void theSameOrderIsTheSameFilesInWhateverOrderClustersCome(Delivery delivery) {
        Order other = new Order(
                AGENT,
                Target.of(new ArrayList<>(FLEET).reversed()),
                "oci://r.example:5000/charts",
                "infrastructure/agents");

        assertThat(delivery.write(other)).isEqualTo(delivery.write(order()));
    }

    @ParameterizedTest
    @EnumSource
    void everyClusterIsInItAndNoSecretIs(Delivery delivery) {
        String all = String.join("\n", files(delivery).values());

        assertThat(all).contains(order().clusters().stream().map(Target::id).toList());
        assertThat(kinds(files(delivery))).doesNotContain("Secret").isNotEmpty();
        assertThat(delivery.write(order()).next()).isNotEmpty();
    }

    @Test
    void aMemberThatNoTypeHasIsFound() {
        assertThatThrownBy(() -> StrictObjects.KUBERNETES.all(
                        AGENT.of(order().clusters().getFirst().id()).replace("hostNetwork:", "hostNetwrok:")))
                .hasMessageContaining("hostNetwrok");
    }

    /** Values that the test reads are texts, so what replaces a variable needs no quotes. */
    private static String substituted(String text, JsonNode values, String before, String after) {
        String result = text;
        for (Map.Entry<String, JsonNode> value : values.properties()) {
            result = result.replace(
                    before + value.getKey() + after, value.getValue().asText());
        }
        assertThat(result).doesNotContain(before);
        return result;
    }

    /** What the hub makes of an object for one member; source: pkg/controllers/workgenerator/override.go of KubeFleet. */
    private static JsonNode overridden(JsonNode object, JsonNode override, String member) {
        boolean selected = Stream.of(0, 1)
                .map(i -> override.at("/spec/resourceSelectors/" + i))
                .anyMatch(selector -> selector.get("kind").equals(object.get("kind"))
                        && selector.get("name").equals(object.at("/metadata/name")));
        if (!selected) {
            return object;
        }
        ObjectNode copy = object.deepCopy();
        JsonNode patch = override.at("/spec/policy/overrideRules/0/jsonPatchOverrides/0");
        assertThat(patch.get("op").asText()).isEqualTo("add");
        String path = patch.get("path").asText();
        assertThat(path).endsWith("/-");
        ((ArrayNode) copy.at(path.substring(0, path.length() - 2)))
                .add(document(patch.get("value").toString().replace("${MEMBER-CLUSTER-NAME}", member)));
        return copy;
    }

    private static boolean isConfigMapOfIds(JsonNode object) {
        return object.at("/metadata/name").asText().equals("node-agent-clusters");
    }

    /** The object as if the id that its containers take from the ConfigMap of ids stood where the plain manifest has it. */
    private static JsonNode withItsIdResolved(JsonNode object, List<JsonNode> placed) {
        String id = one(placed, "DaemonSet", "node-agent-jvm")
                .at("/spec/template/spec/containers/0/env/2/valueFrom/configMapKeyRef/key")
                .asText();
        ObjectNode copy = object.deepCopy();
        if (copy.at("/metadata/name").asText().equals("node-agent") && copy.has("data")) {
            ((ObjectNode) copy.get("data"))
                    .set(
                            "KPFLEET_AGENT_CLUSTER_ID",
                            one(placed, "ConfigMap", "node-agent-clusters").at("/data/" + id));
        }
        if (copy.get("kind").asText().equals("DaemonSet")) {
            JsonNode added = ((ArrayNode) copy.at("/spec/template/spec/containers/0/env")).remove(2);
            assertThat(added.get("name").asText()).isEqualTo("KPFLEET_AGENT_CLUSTER_ID");
            assertThat(added.at("/valueFrom/configMapKeyRef/name").asText()).isEqualTo("node-agent-clusters");
        }
        return copy;
    }

    private static List<String> kinds(Map<String, String> files) {
        return files.entrySet().stream()
                .filter(file ->
                        !file.getKey().contains("templates/") && file.getKey().endsWith(".yaml"))
                .flatMap(file -> StrictObjects.documents(file.getValue()).stream())
                .map(document -> document.path("kind").asText())
                .toList();
    }

    private static JsonNode one(List<JsonNode> documents, String kind, String name) {
        return documents.stream()
                .filter(document -> document.get("kind").asText().equals(kind)
                        && document.at("/metadata/name").asText().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static JsonNode document(String yaml) {
        return StrictObjects.documents(yaml).getFirst();
    }

    private static void valid(String schema, JsonNode document) {
        assertThat(schema(schema).validate(document)).as(document.toString()).isEmpty();
    }

    private static Schema schema(String name) {
        try (InputStream in = DeliveryTest.class.getResourceAsStream("/deliveries/" + name + ".schema.json")) {
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(new YAMLMapper().readTree(Objects.requireNonNull(in, name)));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Map<String, String> filesIn(Path root) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            Map<String, String> files = new java.util.TreeMap<>();
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                files.put(root.relativize(path).toString(), Files.readString(path));
            }
            return files;
        }
    }

    static boolean kubectlIsThere() throws InterruptedException {
        try {
            return new ProcessBuilder("kubectl", "kustomize", "--help").start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
