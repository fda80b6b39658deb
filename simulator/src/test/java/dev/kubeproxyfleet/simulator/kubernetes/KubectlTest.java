package dev.kubeproxyfleet.simulator.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.kubeproxyfleet.simulator.world.KubernetesFault;
import dev.kubeproxyfleet.simulator.world.SimulatedCluster;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * kubectl against the simulated API, with the manifests that people apply. Skipped where there is no kubectl.
 */
class KubectlTest {

    private static final Path MANIFEST = Path.of("..", "deploy", "node-agent", "daemonset.yaml");

    @TempDir
    Path folder;

    private Lab lab;
    private SimulatedCluster one;

    private record Output(int code, String text) {}

    @BeforeEach
    void start() throws Exception {
        assumeTrue(run("version", "--client").code() == 0, "there is no kubectl");
        lab = new Lab(2);
        one = lab.one();
        Files.writeString(folder.resolve("ca.pem"), lab.kubernetes.caPem());
        Files.writeString(folder.resolve("config"), """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: "%s", certificate-authority: ca.pem}}]
                users: [{name: u, user: {token: sandbox}}]
                contexts: [{name: c, context: {cluster: c, user: u}}]
                current-context: c
                """.formatted(lab.kubernetes.url(one.id())));
    }

    @AfterEach
    void stop() {
        if (lab != null) {
            lab.close();
        }
    }

    private Output run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("kubectl"));
        command.addAll(List.of("--kubeconfig", folder.resolve("config").toString()));
        command.addAll(List.of("--cache-dir", folder.resolve("cache").toString()));
        command.addAll(List.of(arguments));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            return new Output(process.exitValue(), text);
        } catch (IOException e) {
            return new Output(-1, e.toString());
        }
    }

    private String kubectl(String... arguments) throws IOException, InterruptedException {
        Output output = run(arguments);
        assertThat(output.code()).as(output.text()).isZero();
        return output.text();
    }

    private String manifest(String clusterId) throws IOException {
        Path file = folder.resolve("agent.yaml");
        Files.writeString(
                file,
                Files.readString(MANIFEST)
                        .replace("KPFLEET_AGENT_CLUSTER_ID: \"\"", "KPFLEET_AGENT_CLUSTER_ID: " + clusterId));
        return file.toString();
    }

    @Test
    void getPrintsColumns() throws Exception {
        assertThat(kubectl("get", "nodes", "-o", "wide"))
                .contains("STATUS", "KERNEL-VERSION", "5.15.0-1098-azure")
                .contains(lab.nodeNames(one.id()));
        assertThat(kubectl("get", "daemonsets", "-n", "kube-system"))
                .containsPattern("NAME +DESIRED +CURRENT +READY +UP-TO-DATE +AVAILABLE")
                .containsPattern("kube-proxy +5 +5 +5 +5 +5");
        assertThat(kubectl("get", "pods", "-A", "-l", "component=kube-proxy", "-o", "name")
                        .lines())
                .hasSize(5);
        assertThat(kubectl("rollout", "status", "ds/kube-proxy", "-n", "kube-system"))
                .contains("successfully rolled out");
    }

    @Test
    void agentsAreAppliedRolledOutAndDeleted() throws Exception {
        String manifest = manifest(one.id());
        String node = lab.nodeNames(one.id()).getFirst();

        assertThat(kubectl("apply", "--server-side", "-f", manifest))
                .contains("daemonset.apps/node-agent serverside-applied");
        lab.clock.advance(DaemonSets.START);
        assertThat(kubectl("rollout", "status", "ds/node-agent", "-n", "kubeproxy-fleet", "--timeout=20s"))
                .contains("successfully rolled out");
        assertThat(lab.kubernetes.agentOn(one.id(), node)).contains(one.id());

        assertThat(kubectl("apply", "--server-side", "-f", manifest, "--dry-run=server"))
                .contains("server dry run");
        kubectl("set", "image", "ds/node-agent", "node-agent=other:1", "-n", "kubeproxy-fleet");
        Output conflict = run("apply", "--server-side", "-f", manifest);
        assertThat(conflict.code()).isEqualTo(1);
        assertThat(conflict.text())
                .contains("conflict with \"kubectl-set\" using apps/v1:"
                        + " .spec.template.spec.containers[name=\"node-agent\"].image");
        kubectl("apply", "--server-side", "--force-conflicts", "-f", manifest);

        kubectl("delete", "-f", manifest, "--wait=false");
        lab.clock.advance(Namespaces.TERMINATION);
        assertThat(kubectl("get", "namespaces")).doesNotContain("kubeproxy-fleet");
        assertThat(lab.kubernetes.agentOn(one.id(), node)).isEmpty();
    }

    @Test
    void theServiceIsAppliedTwiceAndItsImageIsItsOwners() throws Exception {
        String folder = Path.of("..", "deploy", "kustomize", "fleet-service").toString();

        assertThat(kubectl("apply", "--server-side", "-k", folder).lines())
                .hasSize(8)
                .allMatch(line -> line.endsWith(" serverside-applied"))
                .contains(
                        "statefulset.apps/kubeproxy-fleet serverside-applied",
                        "poddisruptionbudget.policy/kubeproxy-fleet serverside-applied",
                        "networkpolicy.networking.k8s.io/kubeproxy-fleet serverside-applied");
        String version = kubectl(
                "get", "sts", "kubeproxy-fleet", "-n", "kubeproxy-fleet", "-o", "jsonpath={.metadata.resourceVersion}");
        kubectl("apply", "--server-side", "-k", folder);
        assertThat(kubectl(
                        "get",
                        "sts",
                        "kubeproxy-fleet",
                        "-n",
                        "kubeproxy-fleet",
                        "-o",
                        "jsonpath={.metadata.resourceVersion}"))
                .isEqualTo(version);

        kubectl("set", "image", "sts/kubeproxy-fleet", "fleet-service=other:1", "-n", "kubeproxy-fleet");
        assertThat(run("apply", "--server-side", "-k", folder).text())
                .contains(".spec.template.spec.containers[name=\"fleet-service\"].image");
    }

    @Test
    void aClientSideApplyWorksToo() throws Exception {
        String manifest = manifest(one.id());
        assertThat(kubectl("apply", "-f", manifest)).contains("daemonset.apps/node-agent created");
        assertThat(kubectl("apply", "-f", manifest)).contains("daemonset.apps/node-agent unchanged");
        Files.writeString(Path.of(manifest), Files.readString(Path.of(manifest)).replace("cpu: 5m", "cpu: 6m"));
        assertThat(kubectl("apply", "-f", manifest)).contains("daemonset.apps/node-agent configured");
        assertThat(kubectl("get", "ds", "node-agent", "-n", "kubeproxy-fleet", "-o", "yaml"))
                .contains("cpu: 6m");
    }

    @Test
    void rightsAreAskedFor() throws Exception {
        assertThat(kubectl("auth", "can-i", "get", "daemonsets.apps", "-n", "kube-system"))
                .contains("yes");
        lab.azure.kubernetesFaults().begin(List.of(new KubernetesFault.Forbidden(one.id(), "get apps/daemonsets")));
        Output cannot = run("auth", "can-i", "get", "daemonsets.apps", "-n", "kube-system");
        assertThat(cannot.text()).contains("no");
        assertThat(cannot.code()).isEqualTo(1);
        assertThat(run("get", "ds", "kube-proxy", "-n", "kube-system").text())
                .contains("Error from server (Forbidden): daemonsets.apps \"kube-proxy\" is forbidden");
    }
}
