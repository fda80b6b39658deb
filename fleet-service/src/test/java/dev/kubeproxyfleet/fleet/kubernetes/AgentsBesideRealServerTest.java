package dev.kubeproxyfleet.fleet.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.kubeproxyfleet.fleet.azure.ArmParts;
import dev.kubeproxyfleet.fleet.azure.ArmRequest;
import dev.kubeproxyfleet.fleet.azure.ArmResult;
import dev.kubeproxyfleet.fleet.azure.Backoff;
import dev.kubeproxyfleet.fleet.azure.Fences;
import dev.kubeproxyfleet.schemas.config.AgentConfig;
import dev.kubeproxyfleet.schemas.config.Desired;
import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.message.Outcome;
import dev.kubeproxyfleet.schemas.reason.InstallReason;
import dev.kubeproxyfleet.schemas.reason.KubernetesReason;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Installation of agents in a real API server, by nothing but the rights of {@code deploy/azure/agent-installation/cluster-role.yaml}.
 *
 * <p>Runs only where {@code KPFLEET_KUBE_LAB} names a folder of scripts that start and stop one.
 */
class AgentsBesideRealServerTest {

    private static final String VARIABLE = "KPFLEET_KUBE_LAB";
    private static final String ROLE = "../deploy/azure/agent-installation/cluster-role.yaml";
    private static final String NOBODY = "00000000-0000-0000-0000-000000000000";
    private static final AgentConfig NONE = AgentConfig.DISABLED;
    private static final AgentConfig FIRST = AgentLab.FIRST;
    private static final AgentConfig SECOND = AgentLab.SECOND;

    @TempDir
    Path folder;

    private final ApiClients clients = new ApiClients(Duration.ofSeconds(20), 4L * 1024 * 1024, new Random(5));
    private Instant now = Objects.NOW;
    private ClusterAccess access;
    private KubernetesClient administrator;

    @BeforeEach
    void start() throws Exception {
        assumeTrue(System.getenv(VARIABLE) != null, VARIABLE + " is not set");
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        script("start.sh", folder.toString(), Integer.toString(port));
        String kubeconfig = ClusterAccessTest.kubeconfig(
                "https://127.0.0.1:" + port, Files.readString(folder.resolve("ca.crt")), "");
        ArmResult document = new ArmResult.Ok(200, ClusterAccessTest.document(), null, null);
        ArmResult credential = new ArmResult.Ok(200, ClusterAccessTest.credential(kubeconfig), null, null);
        access = new ClusterAccess(
                request -> request instanceof ArmRequest.GetCluster ? document : credential,
                URI.create("https://localhost:1"),
                _ -> true,
                () -> now);
        ClusterAccess.Access.Granted granted = (ClusterAccess.Access.Granted) access.open(ClusterAccessTest.CLUSTER);
        administrator = clients.open(granted.server(), () -> "admin-token", new OpenWatches(() -> now));
    }

    @AfterEach
    void stop() throws Exception {
        if (administrator != null) {
            administrator.close();
            script("stop.sh", folder.toString());
        }
        clients.close();
    }

    private static void script(String name, String... arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(Path.of(System.getenv(VARIABLE), name).toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor(180, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }

    private Outcome.Result run(AgentConfig agents) {
        AgentProcedure procedure = new AgentProcedure(new AgentProcedure.Means(
                access,
                ArmParts.tokens(() -> "fleet-token", () -> now),
                clients,
                (_, atMost) -> now = now.plus(atMost),
                () -> now,
                new Backoff(Duration.ofSeconds(2), Duration.ofMinutes(1), new Random(11)),
                Duration.ofSeconds(30)));
        Operation operation = Operation.of(
                "agents",
                "agents." + agents.image(),
                1,
                ClusterAccessTest.CLUSTER,
                1,
                new Desired.Agents(agents),
                now,
                now.plus(Duration.ofMinutes(10)));
        return procedure.run(operation, Fences.open(), _ -> {}).orElseThrow();
    }

    private String versions() {
        StringBuilder versions = new StringBuilder();
        administrator
                .apps()
                .daemonSets()
                .inNamespace(AgentLab.NAMESPACE)
                .list()
                .getItems()
                .forEach(set -> versions.append(
                        set.getMetadata().getName() + set.getMetadata().getResourceVersion()));
        administrator
                .configMaps()
                .inNamespace(AgentLab.NAMESPACE)
                .list()
                .getItems()
                .forEach(map -> versions.append(
                        map.getMetadata().getName() + map.getMetadata().getResourceVersion()));
        return versions.toString();
    }

    @Test
    void aRealServerAnswersAsTheSimulatedOne() throws Exception {
        assertThat(run(FIRST))
                .isEqualTo(new Outcome.Skipped(KubernetesReason.AccessForbidden, "the service may not get namespaces"));

        administrator
                .load(new ByteArrayInputStream(
                        Files.readString(Path.of(ROLE)).replace(NOBODY, "fleet").getBytes(StandardCharsets.UTF_8)))
                .create();
        assertThat(run(FIRST)).isEqualTo(new Outcome.Delivered(NONE, true));
        String installed = versions();
        assertThat(run(FIRST)).isEqualTo(new Outcome.Delivered(FIRST, false));
        assertThat(versions()).isEqualTo(installed);
        assertThat(run(SECOND)).isEqualTo(new Outcome.Delivered(FIRST, true));
        assertThat(versions()).isNotEqualTo(installed);

        administrator
                .apps()
                .daemonSets()
                .inNamespace(AgentLab.NAMESPACE)
                .withName("node-agent-jvm")
                .edit(set -> {
                    set.getSpec()
                            .getTemplate()
                            .getSpec()
                            .getContainers()
                            .getFirst()
                            .setImage("mine:1");
                    return set;
                });
        String edited = versions();
        assertThat(run(FIRST)).isInstanceOfSatisfying(Outcome.Failed.class, failed -> {
            assertThat(failed.code()).isEqualTo(InstallReason.FieldConflict);
            assertThat(failed.message()).contains("conflict with", "image");
        });
        assertThat(versions()).isEqualTo(edited);

        assertThat(run(NONE)).isInstanceOf(Outcome.Delivered.class);
        assertThat(run(NONE)).isEqualTo(new Outcome.Delivered(NONE, false));
        assertThat(administrator
                        .apps()
                        .daemonSets()
                        .inNamespace(AgentLab.NAMESPACE)
                        .list()
                        .getItems())
                .isEmpty();

        ConfigMap theirs = new ConfigMap();
        theirs.setMetadata(new ObjectMetaBuilder()
                .withName("node-agent")
                .withNamespace(AgentLab.NAMESPACE)
                .build());
        theirs.setData(Map.of("a", "b"));
        administrator.resource(theirs).fieldManager("flux").serverSideApply();
        assertThat(run(FIRST))
                .isEqualTo(new Outcome.Skipped(
                        InstallReason.AgentsNotOurs, "ConfigMap node-agent is there, managed by flux"));
    }
}
