package dev.kubeproxyfleet.simulator.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kubeproxyfleet.simulator.world.KubernetesFault;
import dev.kubeproxyfleet.simulator.world.SimulatedCluster;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What people apply, as Fabric8's client sends it, and what becomes of it. */
class WritingTest {

    private static final String NAMESPACE = "kubeproxy-fleet";

    private Lab lab;
    private SimulatedCluster one;
    private KubernetesClient client;

    @BeforeEach
    void start() throws IOException {
        lab = new Lab(2);
        one = lab.one();
        client = lab.client(one);
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(NAMESPACE)
                        .endMetadata()
                        .build())
                .create();
    }

    @AfterEach
    void stop() {
        client.close();
        lab.close();
    }

    private static PatchContext by(String manager, boolean force) {
        return new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager(manager)
                .withForce(force)
                .build();
    }

    private static ConfigMap map(Map<String, String> data) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName("node-agent")
                .withNamespace(NAMESPACE)
                .endMetadata()
                .withData(data)
                .build();
    }

    private static DaemonSet agents(String image) {
        Map<String, String> labels =
                Map.of("app.kubernetes.io/name", "node-agent", "app.kubernetes.io/part-of", "kubeproxy-fleet");
        return new DaemonSetBuilder()
                .withNewMetadata()
                .withName("node-agent")
                .withNamespace(NAMESPACE)
                .withLabels(labels)
                .endMetadata()
                .withNewSpec()
                .withNewSelector()
                .withMatchLabels(labels)
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .withLabels(labels)
                .endMetadata()
                .withNewSpec()
                .withNodeSelector(Map.of("kubernetes.io/os", "linux"))
                .addNewContainer()
                .withName("node-agent")
                .withImage(image)
                .addNewEnvFrom()
                .withNewConfigMapRef("node-agent", false)
                .endEnvFrom()
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
    }

    private DaemonSet agents() {
        return client.apps()
                .daemonSets()
                .inNamespace(NAMESPACE)
                .withName("node-agent")
                .get();
    }

    private List<Pod> pods() {
        return client.pods().inNamespace(NAMESPACE).list().getItems();
    }

    private static void assertRefused(int code, String reason, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(KubernetesClientException.class, e -> {
            assertThat(e.getCode()).isEqualTo(code);
            assertThat(e.getStatus().getReason()).isEqualTo(reason);
        });
    }

    @Test
    void whoAppliesFirstOwnsAFieldUntilSomebodyForcesIt() {
        client.resource(map(Map.of("a", "1", "b", "1"))).patch(by("first", false));
        client.resource(map(Map.of("b", "1", "c", "1"))).patch(by("second", false));

        assertThatThrownBy(() -> client.resource(map(Map.of("a", "2"))).patch(by("second", false)))
                .isInstanceOfSatisfying(KubernetesClientException.class, e -> {
                    assertThat(e.getCode()).isEqualTo(409);
                    assertThat(e.getStatus().getMessage())
                            .isEqualTo("Apply failed with 1 conflict: conflict with \"first\": .data.a");
                    assertThat(e.getStatus().getDetails().getCauses())
                            .singleElement()
                            .satisfies(cause -> assertThat(cause.getReason() + cause.getField())
                                    .isEqualTo("FieldManagerConflict.data.a"));
                });

        ConfigMap forced = client.resource(map(Map.of("a", "2"))).patch(by("second", true));
        assertThat(forced.getData())
                .as("b is still the first one's, c was the second one's alone")
                .containsExactlyInAnyOrderEntriesOf(Map.of("a", "2", "b", "1"));
        assertThat(forced.getMetadata().getManagedFields())
                .extracting(ManagedFieldsEntry::getManager)
                .containsExactlyInAnyOrder("first", "second");

        ConfigMap left = client.resource(map(Map.of())).patch(by("first", false));
        assertThat(left.getData()).containsExactlyEntriesOf(Map.of("a", "2"));
    }

    @Test
    void whatIsAppliedTwiceChangesNothing() {
        ConfigMap first = client.resource(map(Map.of("a", "1"))).patch(by("one", false));
        lab.clock.advance(Duration.ofMinutes(1));
        ConfigMap second = client.resource(map(Map.of("a", "1"))).patch(by("one", false));

        assertThat(second).isEqualTo(first);
        DaemonSet set = client.resource(agents("agent:1")).patch(by("one", false));
        DaemonSet again = client.resource(agents("agent:1")).patch(by("one", false));
        assertThat(again.getMetadata().getGeneration())
                .isEqualTo(set.getMetadata().getGeneration());
        assertThat(client.resource(agents("agent:2"))
                        .patch(by("one", false))
                        .getMetadata()
                        .getGeneration())
                .isEqualTo(2);
    }

    @Test
    void anUpdateTakesOverWhatItChangesAndADryRunChangesNothing() {
        client.resource(map(Map.of("a", "1", "b", "1"))).patch(by("one", false));
        client.configMaps()
                .inNamespace(NAMESPACE)
                .withName("node-agent")
                .edit(there -> new ConfigMapBuilder(there).addToData("a", "2").build());

        assertRefused(
                409, "Conflict", () -> client.resource(map(Map.of("a", "3"))).patch(by("one", false)));
        ConfigMap dry = client.resource(map(Map.of("a", "3"))).dryRun().patch(by("one", true));
        assertThat(dry.getData()).containsExactlyEntriesOf(Map.of("a", "3"));
        assertThat(client.resource(map(Map.of())).get().getData())
                .containsEntry("a", "2")
                .containsEntry("b", "1");
    }

    @Test
    void anOlderVersionIsNotWrittenOver() {
        ConfigMap first = client.resource(map(Map.of("a", "1"))).create();
        client.resource(map(Map.of("a", "2"))).patch(by("other", true));

        assertRefused(
                409,
                "Conflict",
                () -> client.resource(first).lockResourceVersion().update());
        assertRefused(409, "AlreadyExists", () -> client.resource(first).create());
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        ConfigMap nowhere = map(Map.of());
        nowhere.getMetadata().setNamespace("nowhere");
        assertRefused(404, "NotFound", () -> client.resource(nowhere).create());

        DaemonSet mislabelled = agents("agent:1");
        mislabelled.getSpec().getTemplate().getMetadata().setLabels(Map.of("other", "label"));
        assertRefused(422, "Invalid", () -> client.resource(mislabelled).create());
        assertRefused(422, "Invalid", () -> client.resource(agents("")).patch(by("one", false)));

        client.resource(agents("agent:1")).create();
        DaemonSet moved = agents("agent:1");
        Map<String, String> labels = Map.of("other", "label");
        moved.getSpec().getSelector().setMatchLabels(labels);
        moved.getSpec().getTemplate().getMetadata().setLabels(labels);
        assertRefused(422, "Invalid", () -> client.resource(moved).patch(by("one", true)));
    }

    @Test
    void podsOfADaemonSetComeStartAndAreReplacedAFewAtATime() {
        client.resource(map(Map.of(AgentPods.CLUSTER_ID, one.id()))).create();
        client.resource(agents("agent:1")).create();

        assertThat(pods())
                .hasSize(5)
                .allSatisfy(pod -> assertThat(pod.getStatus().getPhase()).isEqualTo("Pending"));
        lab.clock.advance(DaemonSets.START);
        assertThat(agents().getStatus().getNumberReady()).isEqualTo(5);
        assertThat(lab.kubernetes.agentOn(one.id(), lab.nodeNames(one.id()).getFirst()))
                .contains(one.id());

        client.resource(agents("agent:2")).patch(by("one", true));
        for (int updated = 1; updated <= 5; updated++) {
            assertThat(agents().getStatus().getUpdatedNumberScheduled()).isEqualTo(updated);
            assertThat(agents().getStatus().getNumberReady()).isEqualTo(4);
            lab.clock.advance(DaemonSets.START);
        }
        assertThat(agents().getStatus().getNumberReady()).isEqualTo(5);
        assertThat(pods())
                .extracting(pod -> pod.getSpec().getContainers().getFirst().getImage())
                .containsOnly("agent:2");

        client.resource(agents()).delete();
        assertThat(pods()).isEmpty();
        assertThat(lab.kubernetes.agentOn(one.id(), lab.nodeNames(one.id()).getFirst()))
                .isEmpty();
    }

    @Test
    void anImageThatCannotBePulledAndAConfigMapThatIsMissingKeepPodsFromStarting() {
        client.resource(agents("agent:1")).create();
        lab.clock.advance(DaemonSets.START);
        assertThat(pods()).extracting(WritingTest::waitsFor).containsOnly("CreateContainerConfigError");

        lab.azure.kubernetesFaults().begin(List.of(new KubernetesFault.ImageNotPullable(one.id())));
        client.resource(map(Map.of(AgentPods.CLUSTER_ID, one.id()))).create();
        assertThat(pods()).extracting(WritingTest::waitsFor).containsOnly("ImagePullBackOff");
        assertThat(lab.kubernetes.agentOn(one.id(), lab.nodeNames(one.id()).getFirst()))
                .isEmpty();

        lab.azure.kubernetesFaults().end(_ -> true);
        assertThat(agents().getStatus().getNumberReady()).isEqualTo(5);
    }

    private static String waitsFor(Pod pod) {
        return pod.getStatus()
                .getContainerStatuses()
                .getFirst()
                .getState()
                .getWaiting()
                .getReason();
    }

    @Test
    void aNamespaceEndsWithAllThatIsInIt() {
        client.resource(map(Map.of("a", "1"))).create();
        client.namespaces().withName(NAMESPACE).delete();

        assertThat(client.namespaces().withName(NAMESPACE).get().getStatus().getPhase())
                .isEqualTo("Terminating");
        assertRefused(403, "Forbidden", () -> client.resource(agents("agent:1")).create());
        lab.clock.advance(Namespaces.TERMINATION);
        assertThat(client.namespaces().withName(NAMESPACE).get()).isNull();
        assertThat(client.configMaps().inAnyNamespace().list().getItems()).isEmpty();
    }

    @Test
    void whatSomebodyDoesToKubeProxyIsUndone() {
        client.apps()
                .daemonSets()
                .inNamespace("kube-system")
                .withName("kube-proxy")
                .edit(there -> new DaemonSetBuilder(there)
                        .editSpec()
                        .editTemplate()
                        .editSpec()
                        .editFirstContainer()
                        .withCommand("kube-proxy", "--proxy-mode=ipvs")
                        .endContainer()
                        .endSpec()
                        .endTemplate()
                        .endSpec()
                        .build());

        assertThat(client.apps()
                        .daemonSets()
                        .inNamespace("kube-system")
                        .withName("kube-proxy")
                        .get()
                        .getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .getFirst()
                        .getCommand())
                .doesNotContain("--proxy-mode=ipvs");
    }
}
