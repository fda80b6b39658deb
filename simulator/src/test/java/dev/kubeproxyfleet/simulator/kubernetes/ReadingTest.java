package dev.kubeproxyfleet.simulator.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.simulator.node.SimulatedNode;
import dev.kubeproxyfleet.simulator.world.KubernetesFault;
import dev.kubeproxyfleet.simulator.world.NodeFault;
import dev.kubeproxyfleet.simulator.world.SimulatedCluster;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeList;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What stands in a cluster, as Fabric8's client reads it. */
class ReadingTest {

    private static final String IPVS =
            "{\"enabled\":true,\"mode\":\"IPVS\",\"ipvsConfig\":{\"scheduler\":\"LeastConnection\",\"tcpTimeoutSeconds\":900}}";

    private Lab lab;
    private SimulatedCluster one;
    private KubernetesClient client;

    @BeforeEach
    void start() throws IOException {
        lab = new Lab(2);
        one = lab.one();
        client = lab.client(one);
    }

    @AfterEach
    void stop() {
        client.close();
        lab.close();
    }

    private DaemonSet kubeProxy() {
        return client.apps()
                .daemonSets()
                .inNamespace("kube-system")
                .withName("kube-proxy")
                .get();
    }

    private List<String> flags(DaemonSet set) {
        return set.getSpec().getTemplate().getSpec().getContainers().getFirst().getCommand();
    }

    private List<Pod> pods() {
        return client.pods()
                .inNamespace("kube-system")
                .withLabel("component", "kube-proxy")
                .list()
                .getItems();
    }

    @Test
    void nodesAreThoseThatAzureCounts() {
        List<Node> nodes = client.nodes().list().getItems();

        assertThat(nodes)
                .extracting(node -> node.getMetadata().getName())
                .containsExactlyInAnyOrderElementsOf(lab.nodeNames(one.id()));
        assertThat(nodes).allSatisfy(node -> {
            assertThat(node.getStatus().getNodeInfo().getKubeletVersion())
                    .isEqualTo("v"
                            + one.document()
                                    .at("/properties/currentKubernetesVersion")
                                    .asText());
            assertThat(node.getStatus().getNodeInfo().getArchitecture()).isEqualTo("amd64");
            assertThat(node.getStatus().getConditions())
                    .anySatisfy(condition -> assertThat(condition.getType() + condition.getStatus())
                            .isEqualTo("ReadyTrue"));
        });
    }

    @Test
    void windowsAndArmNodesAreThereAndKubeProxyRunsOnLinuxOnly() {
        lab.azure.edit(one.id(), document -> {
            ((ObjectNode) document.at("/properties/agentPoolProfiles/1")).put("vmSize", "Standard_D4ps_v5");
            ((ObjectNode) document.at("/properties"))
                    .withArray("agentPoolProfiles")
                    .addObject()
                    .put("name", "win")
                    .put("osType", "Windows")
                    .put("count", 2);
        });
        lab.nodes.follow();

        assertThat(client.nodes()
                        .withLabel("kubernetes.io/arch", "arm64")
                        .list()
                        .getItems())
                .hasSize(2);
        assertThat(client.nodes()
                        .withLabel("kubernetes.io/os", "windows")
                        .list()
                        .getItems())
                .extracting(node -> node.getMetadata().getName())
                .containsExactly("akswin000000", "akswin000001");
        assertThat(pods()).hasSize(5);
        assertThat(kubeProxy().getStatus().getDesiredNumberScheduled()).isEqualTo(5);
    }

    @Test
    void aChangeReachesTheDaemonSetAtOnceAndItsPodsOneAfterTheOther() throws IOException {
        assertThat(flags(kubeProxy())).noneMatch(flag -> flag.startsWith("--proxy-mode"));
        assertThat(kubeProxy().getStatus().getObservedGeneration()).isEqualTo(1);
        List<String> before =
                pods().stream().map(pod -> pod.getMetadata().getUid()).toList();

        lab.configure(one.id(), IPVS);

        assertThat(flags(kubeProxy()))
                .contains("--proxy-mode=ipvs", "--ipvs-scheduler=lc", "--ipvs-tcp-timeout=900s")
                .noneMatch(flag -> flag.startsWith("--ipvs-udp-timeout"));
        assertThat(kubeProxy().getMetadata().getGeneration()).isEqualTo(2);

        lab.clock.advance(Duration.ofSeconds(30));
        int updated = kubeProxy().getStatus().getUpdatedNumberScheduled();
        assertThat(updated).as("some, not all").isBetween(1, 4);
        assertThat(pods())
                .filteredOn(pod ->
                        pod.getSpec().getContainers().getFirst().getCommand().contains("--proxy-mode=ipvs"))
                .hasSize(updated);

        lab.clock.advance(Lab.ROLLED_OUT);
        assertThat(kubeProxy().getStatus().getUpdatedNumberScheduled()).isEqualTo(5);
        assertThat(kubeProxy().getStatus().getNumberAvailable()).isEqualTo(5);
        assertThat(pods()).extracting(pod -> pod.getMetadata().getUid()).doesNotContainAnyElementsOf(before);
        String hash = pods().getFirst().getMetadata().getLabels().get("controller-revision-hash");
        assertThat(client.apps()
                        .controllerRevisions()
                        .inNamespace("kube-system")
                        .withName("kube-proxy-" + hash)
                        .get()
                        .getRevision())
                .isEqualTo(2);
    }

    @Test
    void podsShowWhatTheirNodesShowToTheirAgents() {
        lab.azure.nodeFaults().begin(List.of(new NodeFault.CrashLoop(one.id(), null, Duration.ofSeconds(20))));
        lab.clock.advance(Duration.ofMinutes(2));

        for (Pod pod : pods()) {
            SimulatedNode node = lab.nodesOf(one.id()).stream()
                    .filter(there -> there.name().equals(pod.getSpec().getNodeName()))
                    .findFirst()
                    .orElseThrow();
            var container = pod.getStatus().getContainerStatuses().getFirst();
            assertThat(container.getRestartCount()).isGreaterThanOrEqualTo(5);
            boolean answers = node.get("/proxyMode").isPresent();
            assertThat(container.getReady()).isEqualTo(answers);
            var last = container.getLastState().getTerminated();
            assertThat(Instant.parse(last.getStartedAt()))
                    .as("the last run")
                    .isBeforeOrEqualTo(Instant.parse(last.getFinishedAt()));
            if (answers) {
                assertThat(node.get("/metrics").orElseThrow())
                        .as("both say when the process started")
                        .contains("process_start_time_seconds");
                assertThat(Instant.parse(container.getState().getRunning().getStartedAt()))
                        .isEqualTo(Instant.ofEpochSecond(
                                node.kubeProxyPod().orElseThrow().startedAt().getEpochSecond()))
                        .isAfter(Instant.parse(last.getFinishedAt()));
            } else {
                assertThat(container.getState().getWaiting().getReason()).isEqualTo("CrashLoopBackOff");
            }
        }
        assertThat(client.v1()
                        .events()
                        .inNamespace("kube-system")
                        .withField("reason", "BackOff")
                        .list()
                        .getItems())
                .hasSize(5)
                .allSatisfy(event -> assertThat(event.getCount()).isGreaterThanOrEqualTo(5));
    }

    @Test
    void kubeProxyWarnsOfIpvsFromKubernetes135On() throws IOException {
        lab.azure.edit(one.id(), document -> {
            ((ObjectNode) document.at("/properties")).put("currentKubernetesVersion", "1.35.1");
        });
        lab.configure(one.id(), IPVS);
        lab.clock.advance(Lab.ROLLED_OUT);

        assertThat(client.v1()
                        .events()
                        .inAnyNamespace()
                        .withField("reason", "IPVSDeprecation")
                        .list()
                        .getItems())
                .extracting(event -> event.getInvolvedObject().getName())
                .containsExactlyInAnyOrderElementsOf(lab.nodeNames(one.id()));
        assertThat(client.v1()
                        .events()
                        .inAnyNamespace()
                        .withField("source", "kubelet")
                        .list()
                        .getItems())
                .isEmpty();
        lab.clock.advance(Duration.ofHours(1));
        assertThat(client.v1().events().inAnyNamespace().list().getItems()).isEmpty();
    }

    @Test
    void aClusterWithoutKubeProxyHasNothingOfIt() throws IOException {
        lab.configure(one.id(), "{\"enabled\":false}");
        lab.clock.advance(Lab.ROLLED_OUT);

        assertThat(kubeProxy()).isNull();
        assertThat(pods()).isEmpty();
        assertThat(client.nodes().list().getItems()).hasSize(5);
    }

    @Test
    void aGenerationThatNobodyObservesReplacesNoPod() throws IOException {
        kubeProxy();
        lab.azure.kubernetesFaults().begin(List.of(new KubernetesFault.NotRolledOut(one.id())));
        lab.configure(one.id(), IPVS);
        lab.clock.advance(Lab.ROLLED_OUT);

        assertThat(kubeProxy().getMetadata().getGeneration()).isEqualTo(2);
        assertThat(kubeProxy().getStatus().getObservedGeneration()).isEqualTo(1);
        assertThat(lab.nodesOf(one.id()))
                .allSatisfy(node -> assertThat(node.get("/proxyMode")).contains("iptables"));

        lab.azure.kubernetesFaults().end(_ -> true);
        assertThat(kubeProxy().getStatus().getObservedGeneration()).isEqualTo(2);
        assertThat(kubeProxy().getStatus().getUpdatedNumberScheduled()).isEqualTo(5);
    }

    @Test
    void aStuckPodKeepsItsFlagsAndItsNodeKeepsItsMode() throws IOException {
        String node = lab.nodeNames(one.id()).getFirst();
        lab.azure.kubernetesFaults().begin(List.of(new KubernetesFault.StuckPods(one.id(), node)));
        lab.configure(one.id(), IPVS);
        lab.clock.advance(Lab.ROLLED_OUT);

        assertThat(kubeProxy().getStatus().getUpdatedNumberScheduled()).isEqualTo(4);
        assertThat(client.pods()
                        .inNamespace("kube-system")
                        .withField("spec.nodeName", node)
                        .list()
                        .getItems())
                .singleElement()
                .satisfies(pod -> assertThat(
                                pod.getSpec().getContainers().getFirst().getCommand())
                        .doesNotContain("--proxy-mode=ipvs"));
        assertThat(lab.nodesOf(one.id()).getFirst().get("/proxyMode")).contains("iptables");
    }

    @Test
    void flagsThatSomebodyEditedAreWhatTheNodesRun() {
        lab.azure
                .kubernetesFaults()
                .begin(List.of(new KubernetesFault.OtherFlags(
                        one.id(), new KubeProxyConfig(true, KubeProxyMode.NFTABLES, null))));
        lab.clock.advance(Lab.ROLLED_OUT);

        assertThat(flags(kubeProxy())).contains("--proxy-mode=nftables");
        assertThat(lab.nodesOf(one.id()))
                .allSatisfy(node -> assertThat(node.get("/proxyMode")).contains("nftables"));
        assertThat(lab.azure
                        .document(one.id())
                        .orElseThrow()
                        .at("/properties/networkProfile/kubeProxyConfig")
                        .isMissingNode())
                .as("ARM knows nothing of it")
                .isTrue();

        lab.azure.kubernetesFaults().end(_ -> true);
        lab.clock.advance(Lab.ROLLED_OUT);
        assertThat(flags(kubeProxy())).noneMatch(flag -> flag.startsWith("--proxy-mode"));
    }

    @Test
    void aListComesInPages() {
        NodeList first =
                client.nodes().list(new ListOptionsBuilder().withLimit(2L).build());
        assertThat(first.getItems()).hasSize(2);
        assertThat(first.getMetadata().getRemainingItemCount()).isEqualTo(3);

        NodeList rest = client.nodes()
                .list(new ListOptionsBuilder()
                        .withLimit(10L)
                        .withContinue(first.getMetadata().getContinue())
                        .build());
        assertThat(rest.getItems()).hasSize(3).doesNotContainAnyElementsOf(first.getItems());
        assertThat(rest.getMetadata().getContinue()).isNullOrEmpty();
        assertThatThrownBy(() -> client.nodes()
                        .list(new ListOptionsBuilder().withContinue("bm90").build()))
                .isInstanceOfSatisfying(
                        KubernetesClientException.class,
                        e -> assertThat(e.getCode()).isEqualTo(400));
    }

    @Test
    void selectorsSelect() {
        PodList none = client.pods()
                .inNamespace("kube-system")
                .withLabelNotIn("tier", "node", "other")
                .list();
        assertThat(none.getItems()).isEmpty();
        assertThat(client.pods()
                        .inAnyNamespace()
                        .withLabelIn("tier", "node", "other")
                        .list()
                        .getItems())
                .hasSize(5);
        assertThat(client.pods().inNamespace("default").list().getItems()).isEmpty();
        assertThatThrownBy(() -> client.pods()
                        .inAnyNamespace()
                        .withField("spec.nodename", "x")
                        .list())
                .isInstanceOfSatisfying(KubernetesClientException.class, e -> {
                    assertThat(e.getCode()).isEqualTo(400);
                    assertThat(e.getMessage()).contains("field label not supported: spec.nodename");
                });
    }

    @Test
    void aStoppedClusterHasNoServer() {
        lab.azure.edit(
                one.id(), document -> ((ObjectNode) document.at("/properties/powerState")).put("code", "Stopped"));

        assertThatThrownBy(() -> client.nodes().list())
                .isInstanceOfSatisfying(
                        KubernetesClientException.class,
                        e -> assertThat(e.getCode()).as("no answer at all").isNegative());
    }
}
