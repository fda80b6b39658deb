package dev.kubeproxyfleet.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each image starts as its manifest starts it, is alive, ends when it is told to, and needs to write nowhere but in its volumes. */
class StartedImagesTest {

    private static final Path PROJECT = Path.of(System.getProperty("project.root", "../.."));
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Nobody listens on port 9 (discard). */
    private static final String NO_BROKER = "127.0.0.1:9";

    /** What may be run in an image: a program of ours, Java with the helper by which it starts others, and the loader of libraries. */
    private static final Set<String> PROGRAMS = Set.of(
            "/usr/bin/kpfleet-node-agent",
            Product.JAVA + "/bin/java",
            Product.JAVA + "/lib/jspawnhelper",
            Product.JAVA + "/lib/jexec");

    @TempDir
    static Path folder;

    private static Distribution debian;

    @BeforeAll
    static void asRootOnDebian() throws IOException {
        assumeThat(Architecture.ofThisMachine())
                .as("no image is made for such machines")
                .isPresent();
        assumeThat(System.getProperty("user.name"))
                .as("only root can start an image without an engine")
                .isEqualTo("root");
        debian = fetch(Architecture.ofThisMachine().orElseThrow());
    }

    private static Distribution fetch(Architecture architecture) throws IOException {
        try {
            return Distribution.fetch(PROJECT.resolve(".kpfleet/debian"), architecture, Apt.Mirrors.ofThisMachine());
        } catch (ImagesException e) {
            return Assumptions.abort("Debian's packages cannot be had: " + e.getMessage());
        }
    }

    @Test
    void theServiceWaitsForKafkaAliveAndEndsInTime() throws Exception {
        UnpackedImage image = make(Product.SERVICE);
        Path chart = PROJECT.resolve("deploy/kustomize/fleet-service");
        Manifest manifest = Manifest.read(chart.resolve("objects.yaml"));
        JsonNode pod = manifest.object("StatefulSet", "kubeproxy-fleet").at("/spec/template/spec");
        JsonNode container = pod.at("/containers/0");
        int port = freePort();
        Map<String, String> variables = manifest.variables(container);
        variables.put("QUARKUS_HTTP_PORT", Integer.toString(port));
        variables.put("KPFLEET_KAFKA_BOOTSTRAP_SERVERS", NO_BROKER);
        variables.put(
                "KAFKA_SASL_JAAS_CONFIG",
                "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"u\" password=\"p\";");
        Map<String, Path> volumes = new LinkedHashMap<>();
        for (JsonNode mount : container.get("volumeMounts")) {
            String name = mount.get("name").asText();
            Path volume = Files.createDirectories(folder.resolve("volumes").resolve(name));
            switch (name) {
                case "settings" ->
                    Files.copy(chart.resolve("application.properties"), volume.resolve("application.properties"));
                case "kafka-ca" ->
                    Files.copy(image.root().resolve("etc/ssl/certs/ca-certificates.crt"), volume.resolve("ca.crt"));
                default -> ownedByNobody(volume);
            }
            volumes.put(mount.get("mountPath").asText(), volume);
        }

        assertThat(container.get("image").asText()).isEqualTo(nameOf(image));
        try (Container service =
                Container.start(image, arguments(container), variables, volumes, folder.resolve("service.log"))) {
            isAlive(service, container, port);
            assertThat(service.stop(graceOf(pod))).as(service.log()).isTrue();
            assertThat(service.exitCode()).isEqualTo(143);
        }
    }

    @Test
    void theCommandLineShowsItsHelpAndSaysWhatIsMissing() throws Exception {
        UnpackedImage image = make(Product.CLI);

        try (Container help =
                Container.start(image, List.of("--help"), Map.of(), Map.of(), folder.resolve("help.log"))) {
            assertThat(help.ends(PATIENCE)).isTrue();
            assertThat(help.exitCode()).as(help.log()).isZero();
            assertThat(help.log()).contains("Usage: kpfleet ");
        }
        try (Container asked = Container.start(
                image,
                List.of("get", "rollouts", "--server", "http://127.0.0.1:9"),
                Map.of(),
                Map.of(),
                folder.resolve("get.log"))) {
            assertThat(asked.ends(PATIENCE)).isTrue();
            assertThat(asked.exitCode()).as(asked.log()).isEqualTo(4);
            assertThat(asked.log()).contains("http://127.0.0.1:9").doesNotContain("Exception");
        }
    }

    @Test
    void theAgentOnAJavaRuntimeIsAliveWithoutKafkaAndEndsInTime() throws Exception {
        agentIsAliveAndEnds(make(Product.NODE_AGENT_JVM), "node-agent-jvm");
    }

    @Test
    void theNativeAgentIsAliveWithoutKafkaAndEndsInTime() throws Exception {
        assumeNativeAgent();
        agentIsAliveAndEnds(make(Product.NODE_AGENT), "node-agent");
    }

    @Test
    void theNativeAgentStartsOnABaseOfOthers() throws Exception {
        assumeNativeAgent();
        BaseLayout base = BaseLayout.in(folder.resolve("base"));
        debian.base().addTo(base.layout(), Instant.EPOCH).forEach(base::add);
        base.name(base.image(debian.architecture()));
        Base read = BaseReader.read(
                BaseSource.of(base.layout().folder().toString(), folder.resolve("cache")), debian.architecture());

        agentIsAliveAndEnds(unpacked(Product.NODE_AGENT, read, "on-base"), "node-agent");
    }

    @Test
    void theSamePartsMakeTheSameImage() throws Exception {
        List<String> digests = new ArrayList<>();
        for (String time : List.of("first", "second")) {
            Layout layout = Layout.in(folder.resolve(time));
            digests.add(layoutOf(Product.NODE_AGENT_JVM, debian.base(), layout).digest());
        }

        assertThat(digests.getFirst()).isEqualTo(digests.getLast());
    }

    private static void assumeNativeAgent() {
        assumeThat(debian.architecture()).as("the native agent is for amd64").isEqualTo(Architecture.AMD64);
        assumeThat(Product.NODE_AGENT.program(PROJECT))
                .as("no native-image built the native agent")
                .exists();
    }

    private static void agentIsAliveAndEnds(UnpackedImage image, String daemonSet) throws Exception {
        Manifest manifest = Manifest.read(PROJECT.resolve("deploy/node-agent/daemonset.yaml"));
        JsonNode pod = manifest.object("DaemonSet", daemonSet).at("/spec/template/spec");
        JsonNode container = pod.at("/containers/0");
        int port = freePort();
        Map<String, String> variables = manifest.variables(container);
        variables.put(
                "KPFLEET_AGENT_CLUSTER_ID",
                "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c");
        variables.put("KPFLEET_AGENT_NODE_NAME", "node-1");
        variables.put("KPFLEET_AGENT_HTTP_PORT", Integer.toString(port));
        variables.put("KAFKA_BOOTSTRAP_SERVERS", NO_BROKER);

        assertThat(container.get("image").asText()).isEqualTo(nameOf(image));
        assertThat(container.path("volumeMounts"))
                .as("it writes nowhere")
                .allSatisfy(
                        mount -> assertThat(mount.path("readOnly").asBoolean()).isTrue());
        try (Container agent =
                Container.start(image, arguments(container), variables, Map.of(), folder.resolve(daemonSet + ".log"))) {
            isAlive(agent, container, port);
            assertThat(agent.stop(graceOf(pod))).as(agent.log()).isTrue();
            assertThat(agent.exitCode()).as(agent.log()).isIn(0, 143);
            assertThat(agent.log()).doesNotContain("Read-only file system");
        }
    }

    private static void isAlive(Container started, JsonNode container, int port) {
        for (String probe : List.of("startupProbe", "livenessProbe")) {
            String path = container.at("/" + probe + "/httpGet/path").asText();
            await(probe).atMost(PATIENCE).until(() -> {
                assertThat(started.isRunning()).as(() -> logOf(started)).isTrue();
                return Container.status(port, path) == 200;
            });
        }
    }

    private static String logOf(Container started) {
        try {
            return started.log();
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static Blob layoutOf(Product product, Base base, Layout layout) throws IOException, ImagesException {
        assumeThat(product.program(PROJECT))
                .as("what goes into " + product.image() + " is not built")
                .exists();
        return new ImageMaker(PROJECT, Images.version(), Instant.EPOCH, Optional.empty(), debian, base)
                .make(product, layout);
    }

    private static UnpackedImage make(Product product) throws IOException, ImagesException {
        UnpackedImage image = unpacked(product, debian.base(), product.image());
        billNamesAllOf(image);
        return image;
    }

    private static UnpackedImage unpacked(Product product, Base base, String name) throws IOException, ImagesException {
        Layout layout = Layout.in(folder.resolve("layouts").resolve(name));
        layout.name(layoutOf(product, base, layout), Images.version());
        UnpackedImage image = UnpackedImage.of(
                layout.folder(), debian.architecture(), folder.resolve("roots").resolve(name));
        assertThat(image.executables()).as("no shell, no other program").isSubsetOf(PROGRAMS);
        return image;
    }

    /** Debian's packages, and every jar that another one wrote, with its licence. */
    private static void billNamesAllOf(UnpackedImage image) throws IOException {
        Set<String> named = new TreeSet<>();
        JsonNode bill = new ObjectMapper()
                .readTree(image.root().resolve(Sbom.PATH.substring(1)).toFile());
        assertThat(bill.get("bomFormat").asText()).isEqualTo("CycloneDX");
        for (JsonNode component : bill.get("components")) {
            String file = component.get("name").asText() + "-"
                    + component.get("version").asText();
            named.add(
                    component.get("purl").asText().startsWith("pkg:deb/")
                            ? component.get("name").asText()
                            : file);
            if (component.path("purl").asText().startsWith("pkg:maven/")
                    && !component.get("group").asText().equals("dev.kubeproxyfleet")) {
                assertThat(component.at("/licenses/0/expression").asText())
                        .as(file)
                        .isNotEmpty();
            }
        }
        try (Stream<Path> files = Files.walk(image.root())) {
            assertThat(files.filter(file -> file.toString().matches(".*(/app/lib/.*\\.jar|/status\\.d/.*)"))
                            .map(file -> file.getFileName().toString().replaceFirst("\\.jar$", "")))
                    .isNotEmpty()
                    .allSatisfy(file -> assertThat(named).anyMatch(it -> file.equals(it) || file.endsWith("." + it)));
        }
    }

    /** As charts and manifests name it. */
    private static String nameOf(UnpackedImage image) {
        JsonNode labels = image.config().at("/config/Labels");
        return labels.get("org.opencontainers.image.title").asText() + ":"
                + labels.get("org.opencontainers.image.version").asText();
    }

    private static List<String> arguments(JsonNode container) {
        assertThat(container.has("command")).isFalse();
        List<String> arguments = new ArrayList<>();
        container.path("args").forEach(argument -> arguments.add(argument.asText()));
        return arguments;
    }

    private static Duration graceOf(JsonNode pod) {
        return Duration.ofSeconds(pod.get("terminationGracePeriodSeconds").asLong());
    }

    private static void ownedByNobody(Path volume) throws IOException {
        Files.setAttribute(volume, "unix:uid", Base.NOBODY);
        Files.setAttribute(volume, "unix:gid", Base.NOBODY);
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }
}
