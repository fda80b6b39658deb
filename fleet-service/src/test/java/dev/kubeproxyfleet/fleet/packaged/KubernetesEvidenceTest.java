package dev.kubeproxyfleet.fleet.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.simulator.arm.ApiCall;
import dev.kubeproxyfleet.simulator.arm.ArmSimulator;
import dev.kubeproxyfleet.simulator.world.NodeFault;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A fleet without a single agent: clusters converge by what their Kubernetes APIs show, and fail by it. */
class KubernetesEvidenceTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration PERIOD = Duration.ofSeconds(4);
    private static final String CONFIG = """
            apiVersion: kubeproxyfleet.dev/v1
            kind: FleetConfig
            spec:
              kubeProxy: { mode: IPVS, ipvsConfig: { scheduler: LeastConnection } }
              selector: { clusters: ["%s"] }
              strategy:
                deadline: %s
                gate: { evidence: Kubernetes }
                stages:
                  - { name: canary, size: 1, bake: PT1S }
                  - { name: rest, maxConcurrent: 3 }
            """;

    private static final String HOSTILE_KUBECONFIG = """
            apiVersion: v1
            kind: Config
            current-context: hostile
            contexts: [{ name: hostile, context: { cluster: hostile, user: hostile } }]
            clusters: [{ name: hostile, cluster: { server: "http://127.0.0.1:%d" } }]
            users: [{ name: hostile, user: { token: "%s" } }]
            """;
    private static final String FABRIC8 = " io.fabric8.";
    private static final String THREAD = "\"kubernetes-watcher\"";
    private static final String HOSTILE_TOKEN = "token-of-a-kubeconfig";

    @TempDir
    Path folder;

    private final AtomicInteger trapped = new AtomicInteger();
    private HttpServer trap;

    @BeforeEach
    void setTrap() throws IOException {
        trap = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        trap.createContext("/", exchange -> {
            trapped.incrementAndGet();
            exchange.close();
        });
        trap.start();
    }

    @AfterEach
    void closeTrap() {
        trap.stop(0);
        assertThat(trapped).as("requests to the server of a kubeconfig").hasValue(0);
    }

    /** A service in whose surroundings a kubeconfig lies. */
    private WholeSystem system(boolean looksAtKubernetes) throws Exception {
        Path kubeconfig = folder.resolve("kubeconfig");
        Files.writeString(
                kubeconfig, HOSTILE_KUBECONFIG.formatted(trap.getAddress().getPort(), HOSTILE_TOKEN));
        // As the environment variable KUBECONFIG, which cannot be set for the service alone.
        Map<String, String> settings = Map.of(
                "kubeconfig", kubeconfig.toString(), "kpfleet.kubernetes.enabled", Boolean.toString(looksAtKubernetes));
        return WholeSystem.withoutAgents(folder, settings);
    }

    /** Whatever is in the service of what looks into clusters: its threads, and the classes of Fabric8 that it has objects of. */
    private List<String> looking() throws Exception {
        String process = Files.readString(folder.resolve("fleet-service.pid")).split("\\s")[0];
        List<String> lines = new ArrayList<>();
        for (String question : List.of("GC.class_histogram", "Thread.print")) {
            Process jcmd = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                    .toString(),
                            process,
                            question)
                    .redirectErrorStream(true)
                    .start();
            List<String> answer = jcmd.inputReader().readAllLines();
            assertThat(jcmd.waitFor()).as(answer.toString()).isZero();
            lines.addAll(answer);
        }
        return lines.stream()
                .filter(line -> line.contains(FABRIC8) || line.contains(THREAD))
                .toList();
    }

    @Test
    void nothingOfItIsThereUnlessItIsEnabled() throws Exception {
        try (WholeSystem system = system(false)) {
            system.awaitReady();

            assertThat(looking()).isEmpty();
            assertThat(system.azure.journal().of(ApiCall.LIST_USER_CREDENTIALS)).isEmpty();
        }
    }

    @Test
    void podsDecide() throws Exception {
        try (WholeSystem system = system(true)) {
            List<String> clusters = system.visibleClusters().limit(4).toList();
            assertThat(clusters).hasSize(4);
            List<String> good = clusters.subList(0, 2);
            List<String> bad = clusters.subList(2, 4);

            system.publish("good", CONFIG.formatted(ids(good), "PT5M"));
            JsonNode succeeded = reaches(system, "good.1", "Succeeded");
            assertThat(succeeded.at("/stages/1/clusters/converged").asInt()).isEqualTo(1);
            assertThat(looking()).anyMatch(line -> line.contains(FABRIC8)).anyMatch(line -> line.contains(THREAD));

            system.azure
                    .nodeFaults()
                    .begin(bad.stream()
                            .<NodeFault>map(cluster -> new NodeFault.AfterSwitch(
                                    KubeProxyMode.IPVS, new NodeFault.CrashLoop(cluster, null, PERIOD)))
                            .toList());
            system.publish("bad", CONFIG.formatted(ids(bad), "PT20S"));
            reaches(system, "bad.1", "Paused");
            assertThat(system.rollout("bad.1").at("/clusters"))
                    .extracting(cluster ->
                            cluster.at("/state").asText() + cluster.at("/code").asText())
                    .containsExactlyInAnyOrder("FailedPodsCrashLooping", "Waiting");
            assertThat(bad.stream().filter(cluster -> isIpvs(system.azure, cluster)))
                    .hasSize(1);
        }
        assertThat(Files.readString(folder.resolve("fleet-service.log")))
                .doesNotContain(
                        ArmSimulator.SANDBOX_TOKEN, HOSTILE_TOKEN, "BEGIN CERTIFICATE", "PRIVATE KEY", "Bearer ");
    }

    private static String ids(List<String> clusters) {
        return String.join("\", \"", clusters);
    }

    private static boolean isIpvs(ArmSimulator azure, String cluster) {
        return azure.document(cluster)
                .orElseThrow()
                .at("/properties/networkProfile/kubeProxyConfig/mode")
                .asText()
                .equals("IPVS");
    }

    private static JsonNode reaches(WholeSystem system, String rollout, String state) {
        return await(rollout + " to be " + state)
                .atMost(PATIENCE)
                .until(
                        () -> system.rollout(rollout).at("/rollout"),
                        found -> found.at("/state").asText().equals(state));
    }
}
