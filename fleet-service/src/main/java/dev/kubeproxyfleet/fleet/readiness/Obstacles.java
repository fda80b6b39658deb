package dev.kubeproxyfleet.fleet.readiness;

import dev.kubeproxyfleet.fleet.rollout.Preflight;
import dev.kubeproxyfleet.schemas.config.IpvsConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.schemas.config.KubernetesVersion;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.PlanWarning;
import dev.kubeproxyfleet.schemas.reason.ReadinessReason;
import dev.kubeproxyfleet.schemas.reason.Reason;
import dev.kubeproxyfleet.schemas.text.Count;
import dev.kubeproxyfleet.schemas.view.ClusterReadiness.Source;
import dev.kubeproxyfleet.schemas.view.ClusterReadiness.Weight;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What stands between one cluster and a mode, and what it loses there. */
final class Obstacles {

    private final Known known;
    private final PresentMode present;
    private final Findings findings;

    private Obstacles(Known known, PresentMode present, Findings findings) {
        this.known = known;
        this.present = present;
        this.findings = findings;
    }

    static void find(Known known, PresentMode present, KubeProxyMode to, Findings findings) {
        Obstacles obstacles = new Obstacles(known, present, findings);
        obstacles.azure(to);
        obstacles.feature();
        if (to != KubeProxyMode.NFTABLES) {
            obstacles.otherMode(to);
            return;
        }
        obstacles.fix();
        obstacles.kernel();
        obstacles.network();
        obstacles.mode();
    }

    /** What keeps a rollout from writing the mode at all. */
    private void azure(KubeProxyMode to) {
        Preflight.incompatibility(known.cluster(), known.subscription(), new KubeProxyConfig(true, to, null))
                .ifPresent(skip -> {
                    if (skip.code() instanceof Reason code) {
                        findings.add(
                                code,
                                code == ClusterReason.KubeProxyConfigUnreadable ? Weight.Unknown : Weight.Blocks,
                                Source.Azure,
                                skip.message(),
                                helps(code));
                    }
                });
    }

    /** The guide names what helps a rollout that skipped the cluster. */
    private static @Nullable String helps(Reason code) {
        return switch (code) {
            case ClusterReason.KubernetesVersionTooOld ->
                ReadinessReason.NftablesFixMissing.words().helps();
            case ClusterReason.ApiVersionTooOld -> "Let the service use a newer api-version of ARM.";
            case ClusterReason.KubeProxyConfigUnreadable -> "Upgrade the fleet service.";
            default -> null;
        };
    }

    private void feature() {
        Optional<String> feature = known.subscription().map(SubscriptionRecord::kubeProxyFeature);
        if (!feature.equals(Optional.of(SubscriptionRecord.FEATURE_REGISTERED))) {
            findings.add(
                    ClusterReason.KubeProxyConfigFeatureNotRegistered,
                    feature.isEmpty() ? Weight.Unknown : Weight.Blocks,
                    Source.Azure,
                    "feature KubeProxyConfigurationPreview is " + feature.orElse("not known yet")
                            + " in the cluster's subscription",
                    "Register it with: kpfleet features register "
                            + known.cluster().subscription());
        }
    }

    private void fix() {
        KubernetesVersion version =
                KubernetesVersion.parse(known.cluster().kubernetesVersion()).orElse(null);
        if (version == null || !version.isAtLeast(1, Requirements.FIRST_MINOR)) {
            return;
        }
        Oldest built = known.agents().kubeProxy().orElse(null);
        Optional<Boolean> hasFix = Requirements.hasFix(version);
        if (built != null && !Requirements.hasFix(built.release()) && hasFix.orElse(false)) {
            findings.unknown(
                    ReadinessReason.KubeProxyBuildUnknown,
                    Source.Agents,
                    "kube-proxy on %s tells version %s, while the cluster has %s"
                            .formatted(
                                    Count.of(built.nodes(), "node"),
                                    built.text(),
                                    known.cluster().kubernetesVersion()));
        } else if (built != null && built.telling() >= known.nodes() && Requirements.hasFix(built.release())) {
            return;
        } else if (hasFix.isEmpty()) {
            findings.unknown(
                    ReadinessReason.NftablesFixMissing,
                    Source.Azure,
                    "nobody knows whether Kubernetes %s has the fix of kubernetes/kubernetes#137501, as it names no patch"
                            .formatted(known.cluster().kubernetesVersion()));
        } else if (!hasFix.get()) {
            findings.blocks(
                    ReadinessReason.NftablesFixMissing,
                    Source.Azure,
                    "kube-proxy of Kubernetes %s lacks the fix of kubernetes/kubernetes#137501, which %s have"
                            .formatted(known.cluster().kubernetesVersion(), Requirements.withFix()));
        }
    }

    private void kernel() {
        Oldest byAgents = known.agents().kernel().orElse(null);
        Oldest byKubernetes = known.kubernetes().kernel().orElse(null);
        if (byAgents != null && isOlder(byAgents, Requirements.KERNEL)) {
            kernelTooOld(byAgents, Source.Agents);
        } else if (byKubernetes != null && isOlder(byKubernetes, Requirements.KERNEL)) {
            kernelTooOld(byKubernetes, Source.Kubernetes);
        } else if (!isOfAllNodes(byAgents) && !isOfAllNodes(byKubernetes)) {
            int telling = Math.max(telling(byAgents), telling(byKubernetes));
            findings.unknown(
                    ReadinessReason.KernelUnknown,
                    telling(byKubernetes) > telling(byAgents) ? Source.Kubernetes : Source.Agents,
                    "the kernel of %d of %s is known".formatted(telling, Count.of(known.nodes(), "node")));
        }
    }

    private void kernelTooOld(Oldest kernel, Source source) {
        findings.blocks(
                ReadinessReason.KernelTooOld,
                source,
                "the oldest kernel is %s, on %s of %d that tell, and mode NFTABLES needs 5.13 or newer"
                        .formatted(kernel.text(), Count.of(kernel.nodes(), "node"), kernel.telling()));
    }

    private static boolean isOlder(@Nullable Oldest oldest, Release limit) {
        return oldest != null && oldest.release().compareTo(limit) < 0;
    }

    private boolean isOfAllNodes(@Nullable Oldest oldest) {
        return known.nodes() > 0 && telling(oldest) >= known.nodes();
    }

    private static int telling(@Nullable Oldest oldest) {
        return oldest == null ? 0 : oldest.telling();
    }

    private void network() {
        ClusterRecord cluster = known.cluster();
        if ("none".equalsIgnoreCase(cluster.networkPlugin())) {
            findings.unknown(
                    ReadinessReason.NetworkPluginUnknown, Source.Azure, "the cluster brings its own network plugin");
        }
        if ("calico".equalsIgnoreCase(cluster.networkPolicy())) {
            findings.unknown(
                    ReadinessReason.CalicoDataplaneUnknown,
                    Source.Azure,
                    "Azure shows networkPolicy calico, and not which data plane Calico has");
        }
    }

    /** A mode is named only where it is the one that runs: then nothing changes but what Azure shows. */
    private void otherMode(KubeProxyMode to) {
        if (known.cluster().kubeProxy() == null) {
            return;
        }
        if (present.mode() == null) {
            modeUnknown();
        } else if (present.mode() != to) {
            findings.blocks(
                    ReadinessReason.OtherModeRuns,
                    Source.Agents,
                    "each node proves mode " + present.mode() + ", which kube-proxy has chosen itself");
        }
    }

    private void modeUnknown() {
        findings.unknown(
                ReadinessReason.PresentModeUnknown,
                Source.Agents,
                "Azure shows no mode, and the nodes do not all prove the same one");
    }

    private void mode() {
        if (known.cluster().kubeProxy() == null) {
            return;
        }
        if (!present.isPinned()) {
            findings.note(
                    PlanWarning.ModeNotPinned,
                    Source.Azure,
                    "Azure shows no mode, and kube-proxy chooses one itself from Kubernetes 1.40 on");
        }
        switch (present.mode()) {
            case IPTABLES -> counters();
            case IPVS -> losses();
            // The nodes run it, and nobody has pinned it.
            case NFTABLES -> {}
            case null -> modeUnknown();
        }
    }

    private void counters() {
        Known.Packets localhost = known.agents().localhostNodePorts().orElse(new Known.Packets(0, 0));
        Known.Packets invalid = known.agents().invalidDrops().orElse(new Known.Packets(0, 0));
        if (localhost.packets() > 0) {
            findings.blocks(
                    ReadinessReason.LocalhostNodePortsUsed,
                    Source.Agents,
                    "rules of kube-proxy have accepted %d packets to NodePorts of loopback addresses since it started"
                            .formatted(localhost.packets()));
        }
        if (invalid.packets() > 0) {
            invalidDrops(invalid);
        }
        int telling = Math.min(localhost.telling(), invalid.telling());
        if (known.nodes() == 0 || telling < known.nodes()) {
            findings.unknown(
                    ReadinessReason.IptablesCountersUnknown,
                    Source.Agents,
                    "%d of %s told what the rules of mode iptables have counted"
                            .formatted(telling, Count.of(known.nodes(), "node")));
        }
    }

    private void invalidDrops(Known.Packets invalid) {
        String counted =
                "rules of kube-proxy have dropped %d packets that connection tracking called invalid since it started"
                        .formatted(invalid.packets());
        Oldest byAgents = known.agents().kernel().orElse(null);
        Oldest byKubernetes = known.kubernetes().kernel().orElse(null);
        if (isOlder(byAgents, Requirements.KERNEL_WITHOUT_RESETS)
                || isOlder(byKubernetes, Requirements.KERNEL_WITHOUT_RESETS)) {
            findings.blocks(
                    ReadinessReason.InvalidDropsCounted, Source.Agents, counted + ", and there are kernels before 6.1");
        } else if (!isOfAllNodes(byAgents) && !isOfAllNodes(byKubernetes)) {
            findings.unknown(
                    ReadinessReason.InvalidDropsCounted,
                    Source.Agents,
                    counted + ", and not each kernel is known to be 6.1 or newer");
        }
    }

    private void losses() {
        IpvsConfig ipvs = Optional.ofNullable(known.cluster().kubeProxy())
                .map(config -> config.ipvsConfig())
                .orElse(IpvsConfig.UNSET);
        findings.note(
                ReadinessReason.SchedulerLost,
                Source.Azure,
                "mode NFTABLES has no scheduler, and chooses a backend at random"
                        + (ipvs.scheduler() == null ? "" : " in place of " + ipvs.scheduler()));
        if (ipvs.tcpTimeoutSeconds() != null
                || ipvs.tcpFinTimeoutSeconds() != null
                || ipvs.udpTimeoutSeconds() != null) {
            findings.note(
                    ReadinessReason.TimeoutsLost,
                    Source.Azure,
                    "the timeouts of IPVS end, and those of connection tracking hold");
        }
        findings.note(
                ReadinessReason.LosesNothingOfIptables,
                Source.Azure,
                "the counters of mode iptables do not exist in mode IPVS, which has nothing of what they count to lose");
    }
}
