package dev.kubeproxyfleet.fleet.kubernetes;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.agent.AgentManifest;
import dev.kubeproxyfleet.schemas.config.AgentConfig;
import dev.kubeproxyfleet.schemas.message.Outcome;
import dev.kubeproxyfleet.schemas.reason.InstallReason;
import dev.kubeproxyfleet.schemas.reason.KubernetesReason;
import dev.kubeproxyfleet.simulator.world.KubernetesFault;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Installation of agents against the simulated Azure and the simulated Kubernetes API. */
class AgentProcedureTest {

    private static final AgentConfig NONE = AgentConfig.DISABLED;
    private static final AgentConfig FIRST = AgentLab.FIRST;
    private static final AgentConfig SECOND = AgentLab.SECOND;

    private static final int CLUSTERS = 60;

    private static AgentLab lab;

    @BeforeAll
    static void start() throws IOException {
        lab = new AgentLab(CLUSTERS);
    }

    @AfterAll
    static void stop() {
        lab.close();
    }

    @BeforeEach
    void takeACluster() {
        lab.nextCluster();
    }

    @Test
    void installsAgentsThatBearItsNameAndTheClustersId() {
        assertThat(lab.run(FIRST)).isEqualTo(new Outcome.Delivered(NONE, true));

        Map<String, HasMetadata> there = lab.there();
        assertThat(there)
                .containsOnlyKeys(
                        "Namespace kubeproxy-fleet",
                        "ServiceAccount node-agent",
                        "ConfigMap node-agent",
                        "DaemonSet node-agent",
                        "DaemonSet node-agent-jvm");
        assertThat(there.values()).allSatisfy(object -> {
            assertThat(object.getMetadata().getLabels())
                    .containsEntry("app.kubernetes.io/managed-by", "kubeproxy-fleet");
            assertThat(object.getMetadata().getManagedFields())
                    .extracting(ManagedFieldsEntry::getManager, ManagedFieldsEntry::getOperation)
                    .containsExactly(tuple("kubeproxy-fleet", "Apply"));
        });
        assertThat(((ConfigMap) requireNonNull(there.get("ConfigMap node-agent"))).getData())
                .containsEntry("KPFLEET_AGENT_CLUSTER_ID", lab.cluster)
                .containsEntry("KAFKA_BOOTSTRAP_SERVERS", "broker:9092");
        assertThat(lab.image("node-agent")).isEqualTo("agent:1");
        assertThat(lab.image("node-agent-jvm")).isEqualTo("agent-jvm:1");
        assertThat(lab.waits).isEmpty();
    }

    @Test
    void writesNothingWhereTheyAreRight() {
        lab.run(FIRST);
        Map<String, HasMetadata> before = lab.written();

        assertThat(lab.run(FIRST)).isEqualTo(new Outcome.Delivered(FIRST, false));
        assertThat(lab.run(FIRST, "another.1")).isEqualTo(new Outcome.Delivered(FIRST, false));

        assertThat(lab.written()).isEqualTo(before);
    }

    @Test
    void changesWhatIsOtherwise() {
        AgentConfig elsewhere = new AgentConfig(true, "agent:2", "agent-jvm:2", "other:9092");
        lab.run(FIRST);

        assertThat(lab.run(SECOND)).isEqualTo(new Outcome.Delivered(FIRST, true));
        assertThat(lab.run(elsewhere, "agents.3")).isEqualTo(new Outcome.Delivered(SECOND, true));

        assertThat(lab.image("node-agent")).isEqualTo("agent:2");
        HasMetadata set = requireNonNull(lab.there().get("DaemonSet node-agent"));
        assertThat(InstalledAgents.kafka((DaemonSet) set)).isEqualTo("other:9092");
    }

    @Test
    void putsRightWhatSomebodyHasDeletedOrLeftHalf() {
        lab.run(FIRST);
        lab.people
                .apps()
                .daemonSets()
                .inNamespace(AgentLab.NAMESPACE)
                .withName("node-agent-jvm")
                .delete();
        lab.people
                .configMaps()
                .inNamespace(AgentLab.NAMESPACE)
                .withName("node-agent")
                .delete();

        assertThat(lab.run(FIRST)).isEqualTo(new Outcome.Delivered(null, true));

        assertThat(lab.there()).hasSize(5);
    }

    @Test
    void removesWhatItHasInstalledAndNothingElse() {
        lab.run(FIRST);
        lab.people
                .resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName("node-agent-kafka")
                        .withNamespace(AgentLab.NAMESPACE)
                        .endMetadata()
                        .build())
                .create();

        assertThat(lab.run(NONE)).isEqualTo(new Outcome.Delivered(FIRST, true));
        assertThat(lab.there()).containsOnlyKeys("Namespace kubeproxy-fleet", "Secret node-agent-kafka");

        assertThat(lab.run(NONE)).isEqualTo(new Outcome.Delivered(NONE, false));
        assertThat(lab.run(FIRST)).isEqualTo(new Outcome.Delivered(NONE, true));
    }

    @Test
    void aRemovalFromAClusterWithoutAnyDoesNothing() {
        assertThat(lab.run(NONE)).isEqualTo(new Outcome.Delivered(NONE, false));
        assertThat(lab.there()).isEmpty();
    }

    @Test
    void leavesAgentsOfSomebodyElseAlone() {
        lab.lab.kubernetes.installAgents(lab.cluster);
        Map<String, HasMetadata> before = lab.written();

        AgentLab.assertEnds(lab.run(FIRST), Outcome.Skipped.class, InstallReason.AgentsNotOurs, "is there, managed by");
        AgentLab.assertEnds(lab.run(NONE), Outcome.Skipped.class, InstallReason.AgentsNotOurs, "DaemonSet node-agent");

        assertThat(lab.written()).isEqualTo(before);
    }

    static Stream<HasMetadata> foreign() {
        String namespace = AgentLab.NAMESPACE;
        return Stream.of(
                new ServiceAccountBuilder()
                        .withNewMetadata()
                        .withName("node-agent")
                        .withNamespace(namespace)
                        .addToLabels("a", "b")
                        .endMetadata()
                        .build(),
                new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("node-agent")
                        .withNamespace(namespace)
                        .addToLabels("app.kubernetes.io/managed-by", "Helm")
                        .endMetadata()
                        .addToData("a", "b")
                        .build(),
                new DaemonSetBuilder()
                        .withNewMetadata()
                        .withName("node-agent-jvm")
                        .withNamespace(namespace)
                        .endMetadata()
                        .withNewSpec()
                        .withNewSelector()
                        .addToMatchLabels("a", "b")
                        .endSelector()
                        .withNewTemplate()
                        .withNewMetadata()
                        .addToLabels("a", "b")
                        .endMetadata()
                        .withNewSpec()
                        .addNewContainer()
                        .withName("other")
                        .withImage("other:1")
                        .endContainer()
                        .endSpec()
                        .endTemplate()
                        .endSpec()
                        .build());
    }

    @ParameterizedTest
    @MethodSource("foreign")
    void oneObjectOfSomebodyElseIsEnough(HasMetadata object) {
        lab.people
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(AgentLab.NAMESPACE)
                        .addToLabels("app.kubernetes.io/managed-by", "kubeproxy-fleet")
                        .endMetadata()
                        .build())
                .create();
        lab.people.resource(object).fieldManager("flux").serverSideApply();
        Map<String, HasMetadata> before = lab.written();

        AgentLab.assertEnds(
                lab.run(FIRST),
                Outcome.Skipped.class,
                InstallReason.AgentsNotOurs,
                object.getKind() + " " + object.getMetadata().getName() + " is there, managed by "
                        + (object instanceof ConfigMap ? "Helm" : "flux"));

        assertThat(lab.written()).isEqualTo(before);
    }

    @Test
    void aNamespaceIsGivenOverByTheLabel() {
        HasMetadata namespace = new NamespaceBuilder()
                .withNewMetadata()
                .withName(AgentLab.NAMESPACE)
                .endMetadata()
                .build();
        lab.people.resource(namespace).create();
        AgentLab.assertEnds(
                lab.run(FIRST), Outcome.Skipped.class, InstallReason.AgentsNotOurs, "Namespace kubeproxy-fleet");

        namespace.getMetadata().setLabels(Map.of("app.kubernetes.io/managed-by", "kubeproxy-fleet"));
        lab.people.resource(namespace).update();

        assertThat(lab.run(FIRST)).isEqualTo(new Outcome.Delivered(NONE, true));
        assertThat(requireNonNull(lab.there().get("Namespace kubeproxy-fleet"))
                        .getMetadata()
                        .getLabels())
                .containsEntry("pod-security.kubernetes.io/enforce", "privileged");
    }

    @Test
    void aRemovalLeavesOtherObjectsOfSomebodyElse() {
        lab.run(FIRST);
        lab.people
                .configMaps()
                .inNamespace(AgentLab.NAMESPACE)
                .withName("node-agent")
                .edit(found -> {
                    found.getMetadata().setLabels(Map.of());
                    return found;
                });

        assertThat(lab.run(NONE)).isEqualTo(new Outcome.Delivered(FIRST, true));

        assertThat(lab.there()).containsOnlyKeys("Namespace kubeproxy-fleet", "ConfigMap node-agent");
    }

    @Test
    void takesNoFieldByForce() {
        lab.run(FIRST);
        lab.people
                .apps()
                .daemonSets()
                .inNamespace(AgentLab.NAMESPACE)
                .withName("node-agent-jvm")
                .edit(found -> {
                    found.getSpec()
                            .getTemplate()
                            .getSpec()
                            .getContainers()
                            .getFirst()
                            .setImage("mine:1");
                    return found;
                });
        Map<String, HasMetadata> before = lab.written();

        AgentLab.assertEnds(lab.run(SECOND), Outcome.Failed.class, InstallReason.FieldConflict, "conflict with \"");

        assertThat(lab.written()).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "get /namespaces|get namespaces",
                "get /serviceaccounts|get serviceaccounts in kubeproxy-fleet",
                "get /configmaps|get configmaps in kubeproxy-fleet",
                "get apps/daemonsets|get daemonsets.apps in kubeproxy-fleet",
                "create /namespaces|create namespaces",
                "patch /namespaces|patch namespaces",
                "patch /serviceaccounts|patch serviceaccounts in kubeproxy-fleet",
                "patch /configmaps|patch configmaps in kubeproxy-fleet",
                "patch apps/daemonsets|patch daemonsets.apps in kubeproxy-fleet"
            })
    void withoutARightToInstallItWritesNothing(String right, String named) {
        lab.lab.begin(new KubernetesFault.Forbidden(lab.cluster, right));

        AgentLab.assertEnds(
                lab.run(FIRST),
                Outcome.Skipped.class,
                KubernetesReason.AccessForbidden,
                "the service may not " + named);

        lab.lab.endFaults();
        assertThat(lab.there()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "delete /serviceaccounts,serviceaccounts",
        "delete /configmaps,configmaps",
        "delete apps/daemonsets,daemonsets.apps"
    })
    void withoutARightToRemoveItDeletesNothing(String right, String resource) {
        lab.run(FIRST);
        lab.lab.begin(new KubernetesFault.Forbidden(lab.cluster, right));

        AgentLab.assertEnds(
                lab.run(NONE),
                Outcome.Skipped.class,
                KubernetesReason.AccessForbidden,
                "the service may not delete " + resource + " in kubeproxy-fleet");

        assertThat(lab.there()).hasSize(5);
    }

    @Test
    void aClusterWithoutEntraIsLeftAlone() {
        lab.lab.azure.edit(lab.cluster, document -> ((ObjectNode) document.at("/properties")).remove("aadProfile"));

        AgentLab.assertEnds(lab.run(FIRST), Outcome.Skipped.class, KubernetesReason.LocalAccountsOnly, "administrator");
    }

    @Test
    void aClusterThatIsStoppedIsLeftAlone() {
        lab.lab.azure.edit(
                lab.cluster, document -> ((ObjectNode) document.at("/properties/powerState")).put("code", "Stopped"));

        AgentLab.assertEnds(lab.run(FIRST), Outcome.Skipped.class, KubernetesReason.ClusterNotRunning, "Stopped");
    }

    @Test
    void aServerOfAnotherNameGetsNothing() {
        lab.lab.access.forget(lab.cluster);
        lab.lab.begin(new KubernetesFault.OtherName(lab.cluster));

        AgentLab.assertEnds(lab.run(FIRST), Outcome.Skipped.class, KubernetesReason.CertificateUntrusted, "");
    }

    @Test
    void aClusterThatIsNoMoreIsGone() {
        lab.lab.azure.remove(lab.cluster);

        assertThat(lab.run(FIRST)).isEqualTo(new Outcome.Gone());
    }

    @Test
    void whatIsHalfThereIsNotTakenForWhatWas() {
        lab.run(FIRST);
        assertThat(List.of("node-agent", "node-agent-jvm"))
                .allSatisfy(name -> assertThat(lab.image(name)).endsWith(":1"));
        lab.people
                .apps()
                .daemonSets()
                .inNamespace(AgentLab.NAMESPACE)
                .withName("node-agent-jvm")
                .edit(found -> {
                    found.getSpec()
                            .getTemplate()
                            .getMetadata()
                            .setAnnotations(Map.of(AgentManifest.BROKERS_ANNOTATION, "other:9092"));
                    return found;
                });

        assertThat(lab.run(NONE)).isEqualTo(new Outcome.Delivered(null, true));
    }
}
