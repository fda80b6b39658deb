package dev.kubeproxyfleet.fleet.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.fleet.rollout.KubernetesView.DaemonSet;
import dev.kubeproxyfleet.fleet.rollout.KubernetesView.Flags;
import dev.kubeproxyfleet.fleet.rollout.KubernetesView.Pods;
import dev.kubeproxyfleet.fleet.rollout.KubernetesView.Seen;
import dev.kubeproxyfleet.fleet.rollout.KubernetesView.Trouble;
import dev.kubeproxyfleet.schemas.config.Gate;
import dev.kubeproxyfleet.schemas.config.IpvsConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.KubernetesReason;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeliveryTest {

    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final Instant LATER = NOON.plusSeconds(1);

    private static final Flags LC = new Flags(true, "ipvs", "lc", 900, 120, 300);
    private static final Flags RR = new Flags(true, "ipvs", "rr", 900, 120, 300);
    private static final Flags NOT_GIVEN = new Flags(true, null, null, null, null, null);
    private static final Flags NOT_KNOWN = new Flags(false, null, null, null, null, null);
    private static final KubeProxyConfig IPTABLES = new KubeProxyConfig(true, KubeProxyMode.IPTABLES, null);

    private static Pods ready(Flags flags, int count) {
        return new Pods(flags, true, true, count);
    }

    private static KubernetesView seen(Flags template, int nodes, Pods... pods) {
        return new KubernetesView(
                null,
                null,
                new Seen(LATER, new DaemonSet(true, nodes, template), List.of(pods), List.of(), nodes, null));
    }

    private static Delivery judge(KubernetesView view) {
        return judge(Fleets.IPVS_LC, 0.9, view, Fleets.cluster(1));
    }

    private static Delivery judge(KubeProxyConfig config, double coverage, KubernetesView view, ClusterRecord cluster) {
        return Delivery.of(config, coverage, view, cluster, NOON, NOON);
    }

    @Test
    void enoughReadyPodsWithTheFlagsProveIt() {
        Delivery all = judge(seen(LC, 10, ready(LC, 10)));
        assertThat(all.isProven()).isTrue();
        assertThat(all.isDisproven()).isFalse();
        assertThat(all.describe()).isEqualTo("its Kubernetes API shows it on 10 of 10 nodes, 9 must");

        assertThat(judge(seen(LC, 10, ready(LC, 9), new Pods(LC, true, false, 1)))
                        .isProven())
                .isTrue();
        assertThat(judge(seen(LC, 10, ready(LC, 8), new Pods(LC, true, false, 2)))
                        .isProven())
                .isFalse();
    }

    @Test
    void podsThatAreYetToBeReplacedAreNoProof() {
        Delivery half = judge(seen(LC, 4, ready(LC, 2), new Pods(RR, false, true, 2)));

        assertThat(half.isProven()).isFalse();
        assertThat(half.failureCode()).isEqualTo(ClusterReason.DaemonSetNotRolledOut);
        assertThat(half.describe())
                .isEqualTo("its Kubernetes API shows it on 2 of 4 nodes, 4 must; on 2 the pod is yet to be replaced");
    }

    @Test
    void aNodeWithoutAPodCounts() {
        Delivery four = judge(seen(LC, 5, ready(LC, 4)));

        assertThat(four.isProven()).isFalse();
        assertThat(four.failureCode()).isEqualTo(ClusterReason.DaemonSetNotRolledOut);
    }

    @Test
    void aDaemonSetWithOtherFlagsContradictsHoweverManyPodsAreRight() {
        Delivery edited = judge(seen(RR, 3, new Pods(LC, false, true, 3)));

        assertThat(edited.isProven()).isFalse();
        assertThat(edited.isContradicted()).isTrue();
        assertThat(edited.failureCode()).isEqualTo(ClusterReason.FlagsDiffer);
        assertThat(edited.describe()).endsWith("; the DaemonSet has other flags");
    }

    @Test
    void newestPodsWithOtherFlagsContradict() {
        Delivery odd = judge(seen(LC, 3, ready(RR, 3)));

        assertThat(odd.isContradicted()).isTrue();
        assertThat(odd.failureCode()).isEqualTo(ClusterReason.FlagsDiffer);
    }

    @Test
    void aSpecificationThatNobodyHasBegunToRollOutIsNoProof() {
        KubernetesView view = new KubernetesView(
                null, null, new Seen(LATER, new DaemonSet(false, 3, LC), List.of(ready(LC, 3)), List.of(), 3, null));

        assertThat(judge(view).isProven()).isFalse();
        assertThat(judge(view).failureCode()).isEqualTo(ClusterReason.DaemonSetNotRolledOut);
    }

    @Test
    void podsThatRestartAgainAndAgainAreNoProofAndAreCalledSo() {
        KubernetesView view = new KubernetesView(
                null,
                null,
                new Seen(
                        LATER,
                        new DaemonSet(true, 3, LC),
                        List.of(ready(LC, 3)),
                        List.of(NOON.plusMillis(500), NOON.minusSeconds(1)),
                        3,
                        null));

        Delivery crashing = judge(view);

        assertThat(crashing.isProven()).isFalse();
        assertThat(crashing.isContradicted()).isFalse();
        assertThat(crashing.isDisproven()).isTrue();
        assertThat(crashing.failureCode()).isEqualTo(ClusterReason.PodsCrashLooping);
        assertThat(crashing.describe()).endsWith("; on 1 kube-proxy has restarted more than once since");
    }

    @Test
    void whatWasSeenBeforeSaysNothing() {
        KubernetesView old = new KubernetesView(
                null,
                new Trouble(KubernetesReason.ServerUnreachable, "connection refused", NOON),
                new Seen(NOON.minusMillis(1), new DaemonSet(true, 3, RR), List.of(ready(RR, 3)), List.of(), 3, null));

        Delivery unseen = judge(old);

        assertThat(unseen.isProven()).isFalse();
        assertThat(unseen.isContradicted()).isFalse();
        assertThat(unseen.isDisproven()).isFalse();
        assertThat(unseen.failureCode()).isEqualTo(ClusterReason.KubernetesUnseen);
        assertThat(unseen.describe())
                .isEqualTo("its Kubernetes API has shown nothing new (ServerUnreachable): connection refused");
        assertThat(judge(KubernetesView.NONE).describe()).isEqualTo("nobody looks at its Kubernetes API");
    }

    @Test
    void whatWasSeenOfAnotherClusterOfItsNameSaysNothing() {
        KubernetesView view = new KubernetesView(
                "resourceUID:1", null, seen(LC, 3, ready(LC, 3)).seen());

        assertThat(judge(Fleets.IPVS_LC, 1, view, Fleets.withUid(Fleets.cluster(1), "resourceUID:2"))
                        .isProven())
                .isFalse();
        assertThat(judge(Fleets.IPVS_LC, 1, view, Fleets.withUid(Fleets.cluster(1), "resourceUID:1"))
                        .isProven())
                .isTrue();
    }

    @Test
    void aClusterWithoutTheDaemonSetContradicts() {
        KubernetesView view = new KubernetesView(null, null, new Seen(LATER, null, List.of(), List.of(), 3, null));

        assertThat(judge(view).isContradicted()).isTrue();
        assertThat(judge(view).failureCode()).isEqualTo(ClusterReason.FlagsDiffer);
    }

    @Test
    void flagsThatStandElsewhereAreUnknownAndNoContradiction() {
        Delivery file = judge(seen(NOT_KNOWN, 3, ready(NOT_KNOWN, 3)));

        assertThat(file.isProven()).isFalse();
        assertThat(file.isDisproven()).isFalse();
        assertThat(file.failureCode()).isEqualTo(ClusterReason.KubernetesUnseen);
        assertThat(file.describe()).endsWith("; on 3 nobody can tell the pod's flags");
    }

    @Test
    void podsThatMayNotBeReadAreUnknownAndNotMissing() {
        KubernetesView view = new KubernetesView(
                null,
                new Trouble(KubernetesReason.AccessForbidden, "list pods in kube-system", NOON),
                new Seen(LATER, new DaemonSet(true, 3, LC), List.of(), List.of(), 3, null));

        assertThat(judge(view).isDisproven()).isFalse();
        assertThat(judge(view).failureCode()).isEqualTo(ClusterReason.KubernetesUnseen);
        assertThat(judge(view).describe())
                .endsWith("; not all can be seen (AccessForbidden): list pods in kube-system");
    }

    /** kube-proxy: iptables where no mode is given, up to the version that chooses itself; rr where no scheduler is. */
    @ParameterizedTest
    @CsvSource({"1.34.1, true", "1.39.9, true", "1.40.0, false", "unknown, false"})
    void noModeIsIptablesAsLongAsKubeProxyDoesNotChoose(String version, boolean proves) {
        ClusterRecord cluster =
                ClusterRecords.of(Fleets.cluster(1)).kubernetesVersion(version).build();
        KubernetesView view = seen(NOT_GIVEN, 3, ready(NOT_GIVEN, 3));

        assertThat(judge(IPTABLES, 1, view, cluster).isProven()).isEqualTo(proves);
        assertThat(judge(IPTABLES, 1, view, cluster).isContradicted()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-, rr, -, true",
                "-, -, -, true",
                "-, lc, -, false",
                "60, rr, 60, true",
                "60, rr, -, false",
                "-, rr, 60, true"
            })
    void aTimeoutThatIsSetMustBeGivenAndAnUnsetOneMayBeAny(
            @Nullable Integer wanted, @Nullable String flag, @Nullable Integer given, boolean proves) {
        KubeProxyConfig config =
                new KubeProxyConfig(true, KubeProxyMode.IPVS, new IpvsConfig(null, wanted, null, null));
        Flags flags = new Flags(true, "ipvs", flag, given, null, null);

        assertThat(judge(config, 1, seen(flags, 3, ready(flags, 3)), Fleets.cluster(1))
                        .isProven())
                .isEqualTo(proves);
    }

    @Test
    void nodesAreCountedAsKubernetesHasThem() {
        ClusterRecord threeByAzure = Fleets.cluster(1);
        Evidence four = new Evidence(
                4,
                0,
                List.of(new Evidence.Observed("ipvs", "lc", 900, 120, 300, Evidence.Proof.PROVEN, true, 4, LATER)),
                null);
        KubeProxyFindings findings = KubeProxyFindings.of(
                new Verification.Demand(Fleets.IPVS_LC, 1, false, Verification.Services.JUDGED, NodesBefore.UNKNOWN),
                Gate.Source.Agents,
                threeByAzure,
                four,
                seen(LC, 5, ready(LC, 5)),
                Findings.Times.since(NOON));

        assertThat(findings.isProven()).isFalse();
        assertThat(findings.describe()).startsWith("4 of 5 nodes run it, 5 must; 4 report");
    }
}
