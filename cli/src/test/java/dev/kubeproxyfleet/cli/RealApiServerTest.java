package dev.kubeproxyfleet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.marcnuri.helm.Helm;
import dev.kubeproxyfleet.cli.delivery.Delivery;
import dev.kubeproxyfleet.cli.delivery.Order;
import dev.kubeproxyfleet.cli.delivery.Target;
import dev.kubeproxyfleet.schemas.agent.AgentManifest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real API server takes the manifests, and finds nothing to change when another delivery brings the same. Runs only where {@code
 * KPFLEET_KUBE_LAB} names the folder of scripts that start an API server.
 */
class RealApiServerTest {

    private static final String LAB_VARIABLE = "KPFLEET_KUBE_LAB";

    /** Those of the API server and, above it, of etcd. */
    private static final int PORTS = 3;

    @TempDir
    static Path folder = Path.of("");

    private static @Nullable Path lab;

    private final Order order = new Order(
            new AgentManifest("broker:9092", "r.example/agent:2", "r.example/jvm:2"),
            Target.of(List.of(Fixtures.view("rg", "aks", Map.of()))),
            null,
            "agents");

    @BeforeAll
    static void startTheServer() throws Exception {
        String scripts = System.getenv(LAB_VARIABLE);
        if (scripts != null && DeliveryTest.kubectlIsThere()) {
            lab = Path.of(scripts).toAbsolutePath();
            run(
                    "",
                    lab.resolve("start.sh").toString(),
                    folder.resolve("api").toString(),
                    Integer.toString(freePorts()));
        }
    }

    @BeforeEach
    void needsTheServer() {
        assumeThat(lab)
                .as("no real API server and kubectl: set " + LAB_VARIABLE + " to the folder of start.sh")
                .isNotNull();
    }

    @AfterAll
    static void stopTheServer() throws Exception {
        if (lab != null) {
            run("", lab.resolve("stop.sh").toString(), folder.resolve("api").toString());
        }
    }

    @Test
    void itTakesThePlainManifestAndFindsNothingNewInTheOthers() throws Exception {
        String plain = Delivery.kubectl.write(order).files().firstEntry().getValue();
        Path written = folder.resolve("written");
        new WrittenFolder(written).write(Delivery.kustomize.write(order).files());
        new WrittenFolder(written).write(Delivery.helm.write(order).files());
        String chart = new Helm(written.resolve("kubeproxy-fleet-agent"))
                .template()
                .withName("node-agent")
                .withNamespace(AgentManifest.NAMESPACE)
                .withValuesFile(written.resolve("values/aks.yaml"))
                .call();

        assertThat(kubectl(plain, "-f", "-")).hasSize(5).allMatch(line -> line.endsWith(" created"));
        assertThat(kubectl("", "-k", written.resolve("overlays/aks").toString()))
                .hasSize(5)
                .allMatch(line -> line.endsWith(" unchanged"));
        assertThat(kubectl(chart, "-f", "-")).hasSize(4).allMatch(line -> line.endsWith(" unchanged"));
    }

    private static List<String> kubectl(String input, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "kubectl", "--kubeconfig", folder.resolve("api/kubeconfig").toString(), "apply"));
        command.addAll(List.of(arguments));
        return run(input, command.toArray(String[]::new)).lines().toList();
    }

    private static String run(String input, String... command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(folder, "output", null);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
        int status = process.waitFor();
        assertThat(status).as(Files.readString(output)).isZero();
        return Files.readString(output);
    }

    /** The first of so many in a row on which nobody listens. */
    private static int freePorts() throws IOException {
        while (true) {
            List<ServerSocket> sockets = new ArrayList<>();
            try {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
                int first = sockets.getFirst().getLocalPort();
                for (int i = 1; i < PORTS; i++) {
                    sockets.add(new ServerSocket(first + i, 1, InetAddress.getLoopbackAddress()));
                }
                return first;
            } catch (IOException | IllegalArgumentException taken) {
                // Another three.
            } finally {
                for (ServerSocket socket : sockets) {
                    socket.close();
                }
            }
        }
    }
}
