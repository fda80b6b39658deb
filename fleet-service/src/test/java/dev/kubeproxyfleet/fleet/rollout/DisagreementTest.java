package dev.kubeproxyfleet.fleet.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.fleet.rollout.KubernetesView.DaemonSet;
import dev.kubeproxyfleet.fleet.rollout.KubernetesView.Flags;
import dev.kubeproxyfleet.fleet.rollout.KubernetesView.Pods;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DisagreementTest {

    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final Flags LC = new Flags(true, "ipvs", "lc", 900, 120, 300);
    private static final Flags IPTABLES = new Flags(true, null, null, null, null, null);
    private static final Flags ELSEWHERE = new Flags(false, null, null, null, null, null);

    private static ClusterRecord cluster(@Nullable KubeProxyConfig shown) {
        return ClusterRecords.running("/c", "c", "s", "rg").kubeProxy(shown).build();
    }

    private static KubernetesView view(@Nullable DaemonSet daemonSet, List<Instant> restarts, Pods... pods) {
        return new KubernetesView(
                null, null, new KubernetesView.Seen(NOON, daemonSet, List.of(pods), restarts, 3, null));
    }

    private static KubernetesView view(Flags template, Pods... pods) {
        return view(new DaemonSet(true, 3, template), List.of(), pods);
    }

    private static Pods pods(Flags flags, int count) {
        return new Pods(flags, true, true, count);
    }

    private static Evidence agents(String mode, @Nullable String scheduler) {
        return new Evidence(
                3,
                0,
                List.of(new Evidence.Observed(mode, scheduler, 900, 120, 300, Evidence.Proof.PROVEN, true, 3, NOON)),
                null);
    }

    private static @Nullable ClusterReason code(Evidence agents, KubernetesView view) {
        return Disagreement.of(cluster(Fleets.IPVS_LC), agents, view)
                .map(Disagreement::code)
                .orElse(null);
    }

    @Test
    void nobodyDisagreesWhereAllShowWhatAzureDoes() {
        assertThat(code(agents("ipvs", "lc"), view(LC, pods(LC, 3)))).isNull();
        assertThat(code(Evidence.NONE, view(LC, pods(LC, 3)))).isNull();
    }

    @Test
    void aDaemonSetOrAPodWithOtherFlagsDiffers() {
        assertThat(code(Evidence.NONE, view(IPTABLES, pods(IPTABLES, 3)))).isEqualTo(ClusterReason.FlagsDiffer);
        assertThat(code(Evidence.NONE, view(LC, pods(LC, 2), pods(IPTABLES, 1))))
                .isEqualTo(ClusterReason.FlagsDiffer);
        assertThat(code(Evidence.NONE, view(null, List.of()))).isEqualTo(ClusterReason.FlagsDiffer);
    }

    @Test
    void podsThatAreYetToBeReplacedAreNotRolledOut() {
        assertThat(code(Evidence.NONE, view(LC, pods(LC, 2), new Pods(IPTABLES, false, true, 1))))
                .isEqualTo(ClusterReason.DaemonSetNotRolledOut);
        assertThat(code(Evidence.NONE, view(LC, pods(LC, 2), new Pods(LC, true, false, 1))))
                .as("not ready")
                .isEqualTo(ClusterReason.DaemonSetNotRolledOut);
        assertThat(code(Evidence.NONE, view(new DaemonSet(false, 3, LC), List.of(), pods(LC, 3))))
                .as("its controller has not begun")
                .isEqualTo(ClusterReason.DaemonSetNotRolledOut);
    }

    @Test
    void podsThatRestartAgainAndAgainCrash() {
        assertThat(code(Evidence.NONE, view(new DaemonSet(true, 3, LC), List.of(NOON), pods(LC, 3))))
                .isEqualTo(ClusterReason.PodsCrashLooping);
    }

    @Test
    void nodesThatRunSomethingElseThanTheirFlagsSayAreTold() {
        assertThat(Disagreement.of(cluster(Fleets.IPVS_LC), agents("iptables", null), view(LC, pods(LC, 3))))
                .hasValueSatisfying(found -> {
                    assertThat(found.code()).isEqualTo(ClusterReason.NodesDrifted);
                    assertThat(found.message())
                            .contains("3 run something else", "its Kubernetes API shows it on 3 of 3 nodes");
                });
    }

    @Test
    void theAgentsWordStandsBesideThatOfTheKubernetesApi() {
        assertThat(Disagreement.of(cluster(Fleets.IPVS_LC), agents("ipvs", "lc"), view(IPTABLES, pods(IPTABLES, 3))))
                .hasValueSatisfying(found -> assertThat(found.message())
                        .contains("3 of 3 nodes run it", "on 3 the newest pod has other flags"));
    }

    @Test
    void whatNobodyTellsIsNoDisagreement() {
        assertThat(code(Evidence.NONE, KubernetesView.NONE)).isNull();
        assertThat(code(Evidence.NONE, view(ELSEWHERE, pods(ELSEWHERE, 3)))).isNull();
        assertThat(Disagreement.of(cluster(null), Evidence.NONE, view(LC, pods(LC, 3))))
                .as("what Azure shows cannot be read")
                .isEmpty();
        assertThat(Disagreement.of(cluster(KubeProxyConfig.DISABLED), Evidence.NONE, view(null, List.of())))
                .as("without kube-proxy there is nothing to show")
                .isEmpty();
    }
}
