package dev.kubeproxyfleet.fleet.kubernetes;

import static dev.kubeproxyfleet.fleet.kubernetes.Objects.DEFAULT;
import static dev.kubeproxyfleet.fleet.kubernetes.Objects.IPVS;
import static dev.kubeproxyfleet.fleet.kubernetes.Objects.NEW;
import static dev.kubeproxyfleet.fleet.kubernetes.Objects.NOW;
import static dev.kubeproxyfleet.fleet.kubernetes.Objects.OLD;
import static dev.kubeproxyfleet.fleet.kubernetes.Objects.cluster;
import static dev.kubeproxyfleet.fleet.kubernetes.Objects.daemonSet;
import static dev.kubeproxyfleet.fleet.kubernetes.Objects.node;
import static dev.kubeproxyfleet.fleet.kubernetes.Objects.pod;
import static dev.kubeproxyfleet.fleet.kubernetes.Objects.restarting;
import static dev.kubeproxyfleet.fleet.kubernetes.Objects.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;

import dev.kubeproxyfleet.schemas.avro.KubeProxyFlags;
import dev.kubeproxyfleet.schemas.avro.KubeProxyPods;
import dev.kubeproxyfleet.schemas.avro.KubernetesNode;
import dev.kubeproxyfleet.schemas.avro.KubernetesSeen;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SummaryTest {

    private static final long AN_HOUR_AGO = NOW.minus(Duration.ofHours(1)).toEpochMilli();

    private static KubernetesSeen of(Kept kept) {
        return Summary.of(kept, null, NOW);
    }

    @Test
    void showsWhatWasRolledOut() {
        KubernetesSeen seen = of(cluster(3));

        assertThat(seen.getAt()).isEqualTo(NOW.toEpochMilli());
        assertThat(seen.getDaemonSet().getFlags()).isEqualTo(IPVS);
        assertThat(seen.getPods()).containsExactly(new KubeProxyPods(IPVS, true, true, 3, AN_HOUR_AGO));
        assertThat(seen.getLinuxNodes()).isEqualTo(3);
        assertThat(seen.getReadyLinuxNodes()).isEqualTo(3);
        assertThat(seen.getArchitectures()).containsExactly(entry("amd64", 3));
        assertThat(seen.getNodes()).extracting(KubernetesNode::getNode).isSorted();
        assertThat(seen.getRestartedAt()).isEmpty();
    }

    @Test
    void podsAreCountedByWhatTheyRun() {
        KubernetesSeen seen =
                of(with(cluster(5), List.of(pod(0), pod(1), pod(2), pod(3, OLD, true), pod(4, NEW, false))));

        assertThat(seen.getPods())
                .extracting(KubeProxyPods::getNewest, KubeProxyPods::getReady, KubeProxyPods::getCount)
                .containsExactlyInAnyOrder(tuple(true, true, 3), tuple(false, true, 1), tuple(true, false, 1));
        assertThat(seen.getPods().getFirst().getCount()).isEqualTo(3);
    }

    @Test
    void aPodOfANodeThatIsGoneIsLeftOut() {
        KubernetesSeen seen = of(with(cluster(1), List.of(pod(0), pod(7))));

        assertThat(seen.getPods())
                .singleElement()
                .extracting(KubeProxyPods::getCount)
                .isEqualTo(1);
    }

    @Test
    void ofTwoPodsOnANodeTheYoungerCounts() {
        Kept.Pod younger = new Kept.Pod("new", Objects.name(0), NEW, IPVS, false, 0, NOW, null, null, null, "Pending");

        KubernetesSeen seen = of(with(cluster(1), List.of(pod(0, OLD, true), younger)));

        assertThat(seen.getPods()).singleElement().satisfies(pods -> {
            assertThat(pods.getNewest()).isTrue();
            assertThat(pods.getReady()).isFalse();
            assertThat(pods.getNewestStartAt()).isNull();
        });
        assertThat(seen.getNodes().getFirst().getPod().getWaiting()).isEqualTo("Pending");
    }

    @Test
    void nodesThatRunNoLinuxAreCountedApart() {
        Kept kept = cluster(1);
        List<Kept.Node> nodes = new ArrayList<>(kept.nodes());
        nodes.add(node("akswin000000", Kept.Kind.WINDOWS));
        nodes.add(node("virtual-node-aci-linux", Kept.Kind.VIRTUAL));

        KubernetesSeen seen = of(new Kept(kept.daemonSet(), NEW, kept.pods(), nodes, List.of()));

        assertThat(seen.getLinuxNodes()).isEqualTo(1);
        assertThat(seen.getWindowsNodes()).isEqualTo(1);
        assertThat(seen.getVirtualNodes()).isEqualTo(1);
        assertThat(seen.getNodes()).hasSize(1);
    }

    @Test
    void withoutTheRightToNodesTheDaemonSetSaysHowMany() {
        Kept kept = cluster(3);

        KubernetesSeen seen = of(new Kept(daemonSet(4), NEW, kept.pods(), null, List.of()));

        assertThat(seen.getLinuxNodes()).isEqualTo(4);
        assertThat(seen.getReadyLinuxNodes()).isZero();
        assertThat(seen.getPods())
                .singleElement()
                .extracting(KubeProxyPods::getCount)
                .isEqualTo(3);
    }

    @Test
    void withoutTheRightToRevisionsTheNewestIsTheOneThatIsCountedAsUpdated() {
        Kept kept = cluster(3);
        Kept.DaemonSet oneUpdated = new Kept.DaemonSet("77", 3, 3, 3, 0, 1, 3, 3, IPVS);
        List<Kept.Pod> pods = List.of(pod(0, "a", true), pod(1, "b", true), pod(2, "b", true));

        assertThat(of(new Kept(oneUpdated, null, pods, kept.nodes(), List.of())).getPods())
                .extracting(KubeProxyPods::getNewest, KubeProxyPods::getCount)
                .containsExactlyInAnyOrder(tuple(true, 1), tuple(false, 2));
    }

    @Test
    void withoutTheRightToRevisionsNothingIsGuessed() {
        Kept kept = cluster(2);
        Kept.DaemonSet oneUpdated = new Kept.DaemonSet("77", 3, 3, 2, 0, 1, 2, 2, IPVS);
        Kept.DaemonSet notBegun = new Kept.DaemonSet("77", 4, 3, 2, 0, 2, 2, 2, IPVS);
        List<Kept.Pod> either = List.of(pod(0, "a", true), pod(1, "b", true));

        assertThat(of(new Kept(oneUpdated, null, either, kept.nodes(), List.of()))
                        .getPods())
                .noneMatch(KubeProxyPods::getNewest);
        assertThat(of(new Kept(notBegun, null, kept.pods(), kept.nodes(), List.of()))
                        .getPods())
                .noneMatch(KubeProxyPods::getNewest);
    }

    @Test
    void tellsTheEarlierOfTheLastTwoRestarts() {
        Instant earlier = NOW.minus(Duration.ofMinutes(6));

        assertThat(of(with(cluster(1), List.of(restarting(0, 2, NOW.minusSeconds(30), earlier))))
                        .getRestartedAt())
                .containsExactly(earlier.toEpochMilli());
    }

    @Test
    void theRestartThatAContainerWaitsForIsTheLast() {
        Instant restart = NOW.minus(Duration.ofMinutes(2));

        assertThat(of(with(cluster(1), List.of(restarting(0, 1, null, restart))))
                        .getRestartedAt())
                .containsExactly(restart.toEpochMilli());
        assertThat(of(with(cluster(1), List.of(restarting(0, 4, null, restart))))
                        .getRestartedAt())
                .containsExactly(restart.toEpochMilli());
    }

    @Test
    void aContainerThatWaitsForItsFirstRestartHasNone() {
        assertThat(of(with(cluster(1), List.of(restarting(0, 0, null, NOW.minusSeconds(90)))))
                        .getRestartedAt())
                .isEmpty();
    }

    @Test
    void oneRestartIsNone() {
        assertThat(of(with(cluster(1), List.of(restarting(0, 1, NOW.minusSeconds(30), NOW.minusSeconds(90)))))
                        .getRestartedAt())
                .isEmpty();
    }

    @Test
    void restartsAreOverAfterAQuietQuarterOfAnHour() {
        Instant quiet = NOW.minus(Summary.QUIET);

        assertThat(of(with(cluster(1), List.of(restarting(0, 9, quiet, quiet.minusSeconds(60)))))
                        .getRestartedAt())
                .hasSize(1);
        assertThat(of(with(cluster(1), List.of(restarting(0, 9, quiet.minusMillis(1), quiet.minusSeconds(60)))))
                        .getRestartedAt())
                .isEmpty();
    }

    @Test
    void withoutAFlagTheModeIsIptablesAsLongAsThatIsTheDefault() {
        assertThat(modeOfDefault("v1.34.1")).isEqualTo("iptables");
        assertThat(modeOfDefault("v1.40.0")).isNull();
        assertThat(modeOfDefault("unheard of")).isNull();
    }

    private static String modeOfDefault(String kubelet) {
        Kept kept = cluster(1);
        Kept.Pod pod = new Kept.Pod("p", Objects.name(0), NEW, DEFAULT, true, 0, NOW, NOW, null, null, null);
        Kept.Node node = new Kept.Node(Objects.name(0), Kept.Kind.LINUX, true, "amd64", "", kubelet);
        return of(new Kept(kept.daemonSet(), NEW, List.of(pod), List.of(node), List.of()))
                .getNodes()
                .getFirst()
                .getPod()
                .getMode();
    }

    @Test
    void eventsAreCountedByReasonAndNode() {
        Kept kept = cluster(2);
        List<Kept.Event> events = List.of(
                new Kept.Event("IPVSDeprecation", "a"),
                new Kept.Event("IPVSDeprecation", "a"),
                new Kept.Event("IPVSDeprecation", "b"),
                new Kept.Event("Starting", "b"));

        assertThat(of(new Kept(kept.daemonSet(), NEW, kept.pods(), kept.nodes(), events))
                        .getEvents())
                .containsOnly(entry("IPVSDeprecation", 2), entry("Starting", 1));
    }

    @Test
    void aRecordIsBounded() {
        int nodes = 300;
        Kept kept = cluster(nodes);
        List<Kept.Pod> different = IntStream.range(0, nodes)
                .mapToObj(i -> new Kept.Pod(
                        "p" + i,
                        Objects.name(i),
                        NEW,
                        new KubeProxyFlags(true, "mode" + i, null, null, null, null),
                        true,
                        0,
                        NOW,
                        NOW,
                        null,
                        null,
                        null))
                .toList();
        List<Kept.Event> events = IntStream.range(0, 100)
                .mapToObj(i -> new Kept.Event("Reason" + i, "node"))
                .toList();

        KubernetesSeen seen = of(new Kept(kept.daemonSet(), NEW, different, kept.nodes(), events));

        assertThat(seen.getNodes()).hasSize(Summary.MAX_NODES);
        assertThat(seen.getEvents()).hasSize(Summary.MAX_EVENT_REASONS);
        assertThat(seen.getPods()).hasSize(Summary.MAX_POD_GROUPS);
        assertThat(seen.getPods().getLast())
                .isEqualTo(
                        new KubeProxyPods(CommandLine.UNKNOWN, false, false, nodes - Summary.MAX_POD_GROUPS + 1, null));
        assertThat(seen.getPods().stream().mapToInt(KubeProxyPods::getCount).sum())
                .isEqualTo(nodes);
    }

    @Test
    void aClusterWithoutKubeProxyHasNone() {
        Kept kept = cluster(2);

        KubernetesSeen seen = of(new Kept(null, null, List.of(), kept.nodes(), List.of()));

        assertThat(seen.getDaemonSet()).isNull();
        assertThat(seen.getPods()).isEmpty();
        assertThat(seen.getNodes()).allSatisfy(node -> assertThat(node.getPod()).isNull());
    }
}
