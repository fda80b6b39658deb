package dev.kubeproxyfleet.fleet.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.fleet.rollout.KubernetesView.AgentDaemonSet;
import dev.kubeproxyfleet.schemas.config.AgentConfig;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.KubernetesReason;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** When a cluster has its agents: rolled out by its Kubernetes API, and reporting. */
class AgentDeliveryTest {

    private static final Instant WRITTEN = Instant.parse("2026-01-01T12:00:00Z");
    private static final Instant LATER = WRITTEN.plusSeconds(5);
    private static final Evidence SILENT = Evidence.NONE;

    private static AgentDelivery judge(AgentConfig desired, KubernetesView view, Evidence evidence) {
        return AgentDelivery.of(desired, 0.6, Fleets.cluster(0), evidence, view, Findings.Times.since(WRITTEN));
    }

    private static Evidence reporting(int nodes, Instant at) {
        return Fleets.evidence(Fleets.IPVS_LC.effective(), nodes, at);
    }

    @Test
    void agentsThatAreRolledOutAndReportOnAsManyNodesAsMustAreProof() {
        assertThat(judge(Agents.ONE, Agents.seen(Agents.ONE, 2, LATER), reporting(2, LATER))
                        .isProven())
                .as("2 of 3 nodes are 60 %")
                .isTrue();
        assertThat(judge(Agents.ONE, Agents.seen(Agents.ONE, 1, LATER), reporting(3, LATER)))
                .satisfies(few -> {
                    assertThat(few.isProven()).isFalse();
                    assertThat(few.isDisproven()).isTrue();
                    assertThat(few.isContradicted()).isFalse();
                    assertThat(few.failureCode()).isEqualTo(ClusterReason.AgentsNotRolledOut);
                });
    }

    @Test
    void agentsThatAreSilentAreNoProofAndMayBeOnTheirWay() {
        AgentDelivery silent = judge(Agents.ONE, Agents.seen(Agents.ONE, 3, LATER), reporting(1, LATER));

        assertThat(silent.isProven()).isFalse();
        assertThat(silent.isDisproven()).isFalse();
        assertThat(silent.failureCode()).isEqualTo(ClusterReason.AgentsSilent);
        assertThat(silent.describe())
                .isEqualTo("its Kubernetes API shows agents rolled out on 3 of 3 nodes,"
                        + " and agents of 1 have reported since; 2 must");
    }

    @Test
    void whatWasSeenOrReportedBeforeTheWriteSaysNothing() {
        Instant before = WRITTEN.minusMillis(1);

        AgentDelivery old = judge(Agents.ONE, Agents.seen(Agents.ONE, 3, before), reporting(3, LATER));
        assertThat(old.isProven()).isFalse();
        assertThat(old.failureCode()).isEqualTo(ClusterReason.KubernetesUnseen);
        assertThat(judge(Agents.ONE, Agents.seen(Agents.ONE, 3, LATER), reporting(3, before))
                        .isProven())
                .isFalse();
    }

    @Test
    void otherImagesOrBrokersAreSomebodyElses() {
        AgentConfig otherBroker = new AgentConfig(true, "agent:1", "agent-jvm:1", "other:9092");
        AgentConfig otherJvm = new AgentConfig(true, "agent:1", "agent-jvm:2", "broker:9092");

        for (AgentConfig other : List.of(Agents.TWO, otherBroker, otherJvm, AgentConfig.DISABLED)) {
            AgentDelivery differing = judge(Agents.ONE, Agents.seen(other, 3, LATER), reporting(3, LATER));
            assertThat(differing.isContradicted()).as(other.describe()).isTrue();
            assertThat(differing.isProven()).isFalse();
            assertThat(differing.failureCode()).isEqualTo(ClusterReason.AgentsDiffer);
        }
    }

    @Test
    void agentsThatTheServiceHasNotInstalledAreNoProof() {
        List<AgentDaemonSet> foreign = Agents.daemonSets(Agents.ONE, false, 3, Map.of());

        AgentDelivery judged = judge(Agents.ONE, Agents.seen(foreign, LATER), reporting(3, LATER));

        assertThat(judged.isProven()).isFalse();
        assertThat(judged.describe())
                .isEqualTo("its Kubernetes API shows agents that the fleet service has not installed");
    }

    @Test
    void aSpecificationThatItsControllerHasNotSeenIsNotRolledOut() {
        List<AgentDaemonSet> unobserved = Agents.daemonSets(Agents.ONE, true, 3, Map.of()).stream()
                .map(each -> new AgentDaemonSet(
                        each.name(),
                        true,
                        each.image(),
                        each.kafka(),
                        false,
                        each.desired(),
                        each.desired(),
                        each.desired(),
                        Map.of()))
                .toList();

        AgentDelivery judged = judge(Agents.ONE, Agents.seen(unobserved, LATER), reporting(3, LATER));

        assertThat(judged.isProven()).isFalse();
        assertThat(judged.failureCode()).isEqualTo(ClusterReason.AgentsNotRolledOut);
    }

    /** An old pod that is available hides behind a new one that is not. */
    @Test
    void aNewPodAndAnAvailablePodMayBeTwo() {
        List<AgentDaemonSet> half = Agents.daemonSets(Agents.ONE, true, 3, Map.of()).stream()
                .map(each -> new AgentDaemonSet(each.name(), true, each.image(), each.kafka(), true, 3, 2, 2, Map.of()))
                .limit(1)
                .toList();
        List<AgentDaemonSet> both = List.of(
                half.getFirst(),
                Agents.daemonSets(Agents.ONE, true, 3, Map.of()).get(1));

        assertThat(judge(Agents.ONE, Agents.seen(both, LATER), reporting(3, LATER))
                        .isProven())
                .as("of 4 nodes 1 + 1 are certain, and 3 must")
                .isFalse();
    }

    @Test
    void whyPodsWaitIsTold() {
        List<AgentDaemonSet> waiting = Agents.daemonSets(Agents.ONE, true, 0, Map.of("ErrImagePull", 2));

        assertThat(judge(Agents.ONE, Agents.seen(waiting, LATER), SILENT).describe())
                .isEqualTo("its Kubernetes API shows agents rolled out on 0 of 3 nodes (ErrImagePull on 2),"
                        + " and agents of 0 have reported since; 2 must");
    }

    @Test
    void agentsAreRemovedOnceTheApiShowsNoneWhoeverReports() {
        assertThat(judge(AgentConfig.DISABLED, Agents.seen(AgentConfig.DISABLED, 0, LATER), reporting(3, LATER))
                        .isProven())
                .isTrue();
        AgentDelivery there = judge(AgentConfig.DISABLED, Agents.seen(Agents.ONE, 3, LATER), SILENT);
        assertThat(there.isProven()).isFalse();
        assertThat(there.isContradicted()).isTrue();
    }

    @Test
    void whereNobodyMayReadTheirDaemonSetsNothingIsProvenAndTheTroubleIsTold() {
        KubernetesView view = new KubernetesView(
                null,
                new KubernetesView.Trouble(KubernetesReason.AccessForbidden, "no right to list daemonsets", LATER),
                Agents.seen((List<AgentDaemonSet>) null, LATER).seen());

        AgentDelivery judged = judge(Agents.ONE, view, reporting(3, LATER));

        assertThat(judged.isProven()).isFalse();
        assertThat(judged.isDisproven()).isFalse();
        assertThat(judged.failureCode()).isEqualTo(ClusterReason.KubernetesUnseen);
        assertThat(judged.describe())
                .isEqualTo("its Kubernetes API has shown nothing new of its agents"
                        + " (AccessForbidden): no right to list daemonsets");
    }

    @Test
    void whatAnotherClusterOfTheNameShowedSaysNothing() {
        KubernetesView other = new KubernetesView(
                "uid-2", null, Agents.seen(Agents.ONE, 3, LATER).seen());

        AgentDelivery judged = AgentDelivery.of(
                Agents.ONE,
                1,
                Fleets.withUid(Fleets.cluster(0), "uid-1"),
                reporting(3, LATER),
                other,
                Findings.Times.since(WRITTEN));

        assertThat(judged.isProven()).isFalse();
    }
}
