package dev.kubeproxyfleet.fleet.kubernetes;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.fleet.kubernetes.KubernetesLab.Told;
import dev.kubeproxyfleet.schemas.avro.AgentDaemonSet;
import dev.kubeproxyfleet.schemas.config.AgentConfig;
import dev.kubeproxyfleet.schemas.reason.KubernetesReason;
import dev.kubeproxyfleet.simulator.world.KubernetesFault;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Agents as watches tell of them. */
class AgentSightTest {

    private static AgentLab lab;

    @BeforeAll
    static void start() throws IOException {
        lab = new AgentLab(20);
    }

    @AfterAll
    static void stop() {
        lab.close();
    }

    @BeforeEach
    void takeACluster() {
        lab.nextCluster();
    }

    /** The agents once {@code which} holds of those of one architecture; time passes meanwhile. */
    private static AgentDaemonSet until(Told told, Predicate<AgentDaemonSet> which) throws InterruptedException {
        return told
                .until(one -> {
                    lab.lab.pass(Duration.ofSeconds(10));
                    return agents(one).stream().anyMatch(which);
                })
                .sight()
                .getAgents()
                .stream()
                .filter(which)
                .findFirst()
                .orElseThrow();
    }

    private static List<AgentDaemonSet> agents(Told.One told) {
        return told.seen() == null || told.sight().getAgents() == null
                ? List.of()
                : told.sight().getAgents();
    }

    private static boolean runsEverywhere(AgentDaemonSet set) {
        return set.getObservedGeneration() == set.getGeneration()
                && set.getDesiredNumberScheduled() == KubernetesLab.NODES
                && set.getUpdatedNumberScheduled() == KubernetesLab.NODES
                && set.getNumberAvailable() == KubernetesLab.NODES;
    }

    @Test
    void whereThereIsNoneNoneIsSeen() throws Exception {
        Told.One told = lab.lab.watch(lab.cluster).next();

        assertThat(told.sight().getAgents()).isEmpty();
        assertThat(told.trouble()).isNull();
    }

    @Test
    void aRolloutIsSeenFromItsBeginningToItsEnd() throws Exception {
        Told told = lab.lab.watch(lab.cluster);
        lab.run(AgentLab.FIRST);

        AgentDaemonSet first = until(told, AgentSightTest::runsEverywhere);
        assertThat(first.getName()).isEqualTo("node-agent");
        assertThat(first.getOwned()).isTrue();
        assertThat(first.getImage()).isEqualTo("agent:1");
        assertThat(first.getKafka()).isEqualTo("broker:9092");
        assertThat(first.getWaiting()).isEmpty();

        lab.run(AgentLab.SECOND);
        assertThat(until(told, set -> set.getImage().equals("agent:2")).getGeneration())
                .isGreaterThan(first.getGeneration());
        until(told, set -> set.getImage().equals("agent:2") && runsEverywhere(set));

        lab.run(AgentConfig.DISABLED);
        told.until(one -> requireNonNull(one.sight().getAgents()).isEmpty());
    }

    @Test
    void itIsToldWhyPodsDoNotRun() throws Exception {
        lab.lab.begin(new KubernetesFault.ImageNotPullable(lab.cluster));
        lab.run(AgentLab.FIRST);

        AgentDaemonSet seen = until(
                lab.lab.watch(lab.cluster),
                set -> set.getWaiting().equals(Map.of("ImagePullBackOff", KubernetesLab.NODES)));

        assertThat(seen.getNumberAvailable()).isZero();
    }

    @Test
    void agentsOfSomebodyElseAreSeenAsTheirs() throws Exception {
        lab.lab.kubernetes.installAgents(lab.cluster);

        AgentDaemonSet seen = until(lab.lab.watch(lab.cluster), _ -> true);

        assertThat(seen.getOwned()).isFalse();
        assertThat(seen.getKafka()).isNull();
    }

    @Test
    void withoutTheRightToSeeThemKubeProxyIsSeenAllTheSame() throws Exception {
        lab.lab.begin(new KubernetesFault.Forbidden(lab.cluster, "get apps/daemonsets kubeproxy-fleet"));

        Told.One told = lab.lab.watch(lab.cluster).next();

        assertThat(told.sight().getDaemonSet()).isNotNull();
        assertThat(told.sight().getAgents()).isNull();
        assertThat(told.reason())
                .isEqualTo(new Trouble(
                        KubernetesReason.AccessForbidden,
                        "the service may not get daemonsets.apps in kubeproxy-fleet"));
    }

    @Test
    void withoutTheRightToSeePodsTheirNumbersAreSeen() throws Exception {
        lab.lab.begin(new KubernetesFault.Forbidden(lab.cluster, "list /pods kubeproxy-fleet"));
        lab.lab.begin(new KubernetesFault.ImageNotPullable(lab.cluster));
        lab.run(AgentLab.FIRST);

        Told.One told = lab.lab.watch(lab.cluster).next();

        assertThat(agents(told))
                .hasSize(2)
                .allSatisfy(set -> assertThat(set.getWaiting()).isEmpty());
        assertThat(told.reason().message()).isEqualTo("the service may not list pods in kubeproxy-fleet");
    }
}
