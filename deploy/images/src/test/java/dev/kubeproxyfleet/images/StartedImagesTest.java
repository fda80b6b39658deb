package dev.kubeproxyfleet.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
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

    private static UnpackedImage make(Product product) throws IOException, ImagesException {
        Layout layout = Layout.in(folder.resolve("layouts").resolve(product.image()));
        ImageMaker maker = new ImageMaker(PROJECT, Images.version(), Instant.EPOCH, Optional.empty());
        layout.name(maker.make(product, debian, layout), Images.version());
        return UnpackedImage.of(
                layout.folder(), debian.architecture(), folder.resolve("roots").resolve(product.image()));
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
