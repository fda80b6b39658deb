package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.Desired;
import dev.kubeproxyfleet.schemas.config.EffectiveIpvs;
import dev.kubeproxyfleet.schemas.config.EffectiveKubeProxy;
import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.Gate;
import dev.kubeproxyfleet.schemas.config.IpvsConfig;
import dev.kubeproxyfleet.schemas.config.IpvsScheduler;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.schemas.config.KubernetesVersion;
import dev.kubeproxyfleet.schemas.config.Windows;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.MaintenanceWindow;
import dev.kubeproxyfleet.schemas.message.RolloutPlan.Warning;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.KubernetesReason;
import dev.kubeproxyfleet.schemas.reason.PlanWarning;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What a person should know before clusters are changed. Facts: Microsoft's page on kube-proxy in AKS, Kubernetes' KEP-5495. */
final class Warnings {

    /** Names given with a warning. */
    static final int EXAMPLES = 5;

    private final List<ClusterRecord> changing;
    private final List<Warning> found = new ArrayList<>();

    private Warnings(List<ClusterRecord> changing) {
        this.changing = changing;
    }

    /**
     * @param changing clusters that would be written
     * @param start when that begins
     */
    static List<Warning> of(FleetConfig.Spec spec, List<ClusterRecord> changing, Inventory inventory, Instant start) {
        Warnings warnings = new Warnings(changing);
        switch (spec.desired()) {
            case Desired.KubeProxy(KubeProxyConfig desired) -> {
                warnings.interruption(desired.effective());
                warnings.deprecation(desired.effective());
                warnings.mode(desired);
                warnings.scheduler(desired.effective(), inventory);
                warnings.timeouts(desired);
                warnings.secrets();
                if (desired.effective().enabled()) {
                    warnings.evidence(spec.gate(), inventory);
                }
            }
            case Desired.Agents _ -> {
                if (spec.gate().asksKubernetes()) {
                    warnings.unseen(cluster -> trouble(cluster, inventory) != null, inventory);
                }
            }
        }
        warnings.windows(spec.strategy().windows(), start);
        return warnings.found;
    }

    private void interruption(EffectiveKubeProxy desired) {
        warn(PlanWarning.Interruption, "the change can interrupt service traffic for a moment", _ -> true);
        warn(
                PlanWarning.StaleRules,
                "kube-proxy does not remove the rules of the mode before; they stay until the node is replaced or restarted",
                cluster -> desired.enabled()
                        && desired.mode() != KubeProxyMode.NFTABLES
                        && current(cluster)
                                .filter(now -> now.enabled() && now.mode() != desired.mode())
                                .isPresent());
    }

    private void deprecation(EffectiveKubeProxy desired) {
        if (desired.mode() != KubeProxyMode.IPVS) {
            return;
        }
        warn(
                PlanWarning.IpvsDeprecated,
                "Kubernetes deprecates mode IPVS from 1.35, has it off by default from 1.40 and removes it in 1.43; these clusters run 1.35 or newer",
                isAtLeast(35).and(isAtLeast(40).negate()));
        warn(
                PlanWarning.IpvsOffByDefault,
                "Kubernetes has mode IPVS off by default from 1.40 and removes it in 1.43; these clusters run 1.40 or newer",
                isAtLeast(40));
        warn(
                PlanWarning.IpvsWillBeRemoved,
                "Kubernetes deprecates mode IPVS from 1.35 and removes it in 1.43, in favour of nftables",
                isAtLeast(35).negate());
    }

    private void mode(KubeProxyConfig desired) {
        warn(
                PlanWarning.ModeNotPinned,
                "the configuration names no mode: kube-proxy runs iptables up to Kubernetes 1.39, and chooses a mode itself"
                        + " from 1.40 on; name the mode",
                _ -> desired.effective().enabled() && desired.mode() == null);
    }

    private static Predicate<ClusterRecord> isAtLeast(int minor) {
        return cluster -> KubernetesVersion.parse(cluster.kubernetesVersion())
                .filter(version -> version.isAtLeast(1, minor))
                .isPresent();
    }

    /** Each node balances by itself, so few connections look unbalanced to it. */
    private void scheduler(EffectiveKubeProxy desired, Inventory inventory) {
        EffectiveIpvs ipvs = desired.ipvs();
        if (ipvs == null || ipvs.scheduler() != IpvsScheduler.LeastConnection) {
            return;
        }
        warn(
                PlanWarning.FewConnections,
                "IPVS balances on each node by itself: with fewer connections than twice the nodes, LeastConnection can look unbalanced",
                cluster -> {
                    Evidence evidence = inventory.evidence(cluster.id());
                    return countsConnections(evidence) && evidence.activeConnections() < 2L * cluster.nodeCount();
                });
    }

    /** Only IPVS counts its connections: in other modes none are seen, however many there are. */
    private static boolean countsConnections(Evidence evidence) {
        return evidence.nodesReporting() > 0
                && evidence.observed().stream().allMatch(observed -> "ipvs".equals(observed.mode()));
    }

    private void timeouts(KubeProxyConfig desired) {
        EffectiveIpvs effective = desired.effective().ipvs();
        IpvsConfig mine = desired.ipvsConfig() == null ? IpvsConfig.UNSET : desired.ipvsConfig();
        if (effective == null) {
            return;
        }
        warn(
                PlanWarning.TimeoutsNotUnset,
                "a timeout cannot be unset on a live node; where these clusters set one and the config does not, the kernel's default is written instead",
                cluster -> {
                    IpvsConfig theirs = cluster.kubeProxy() == null
                            ? null
                            : cluster.kubeProxy().ipvsConfig();
                    return theirs != null
                            && ((theirs.tcpTimeoutSeconds() != null && mine.tcpTimeoutSeconds() == null)
                                    || (theirs.tcpFinTimeoutSeconds() != null && mine.tcpFinTimeoutSeconds() == null)
                                    || (theirs.udpTimeoutSeconds() != null && mine.udpTimeoutSeconds() == null));
                });
    }

    private void secrets() {
        warn(
                PlanWarning.SecretsNotReturned,
                "these clusters have a service principal or Windows nodes, whose secret or password Azure never returns, so the change is written without it; that Azure keeps it then is documented nowhere: try one of them first",
                cluster -> !cluster.unreturnedSecrets().isEmpty());
    }

    private void evidence(Gate gate, Inventory inventory) {
        Predicate<ClusterRecord> silent =
                cluster -> inventory.evidence(cluster.id()).nodesReporting() == 0;
        Predicate<ClusterRecord> unseen = cluster -> trouble(cluster, inventory) != null;
        boolean either = gate.evidence() == Gate.Source.Either;
        if (gate.asksAgents()) {
            warn(
                    ClusterReason.NodesSilent,
                    "no node of these clusters reports: without the agent they cannot be seen to converge, and fail at their deadline",
                    either ? silent.and(unseen) : silent);
        }
        if (gate.asksKubernetes()) {
            unseen(either ? silent.and(unseen) : unseen, inventory);
        }
        nodeCount(gate, inventory);
    }

    /** By reason, since what helps differs. */
    private void unseen(Predicate<ClusterRecord> which, Inventory inventory) {
        changing.stream()
                .filter(which)
                .map(cluster -> Objects.requireNonNull(trouble(cluster, inventory)))
                .distinct()
                .sorted(Comparator.comparing(ReasonCode::code))
                .forEach(code -> warn(
                        code,
                        "the Kubernetes API of these clusters is not seen: without it they cannot be seen to converge, and fail at their deadline",
                        which.and(cluster -> code.equals(trouble(cluster, inventory)))));
    }

    /** Why the cluster's Kubernetes API cannot be seen; null if it can. */
    private static @Nullable ReasonCode trouble(ClusterRecord cluster, Inventory inventory) {
        KubernetesView view = inventory.kubernetes(cluster.id());
        if (view.equals(KubernetesView.NONE) || cluster.isOtherThan(view.uid())) {
            return KubernetesReason.NotLookedYet;
        }
        return view.trouble() == null ? null : view.trouble().code();
    }

    private void nodeCount(Gate gate, Inventory inventory) {
        if (!gate.asksAgents()) {
            return;
        }
        warn(
                PlanWarning.NodeCountDiffers,
                "Azure counts another number of Linux nodes in these clusters than report; the larger number counts",
                cluster -> {
                    int reporting = inventory.evidence(cluster.id()).nodesReporting();
                    return reporting > 0 && reporting != cluster.nodeCount();
                });
    }

    private void windows(Windows windows, Instant start) {
        if (!windows.honourAksMaintenance()) {
            return;
        }
        OpeningHours hours = OpeningHours.of(windows.schedule());
        Map<List<MaintenanceWindow>, Boolean> meets = new HashMap<>();
        warn(
                PlanWarning.WindowsNeverMeet,
                "within " + OpeningHours.HORIZON_DAYS
                        + " days no time is inside both the strategy's windows and these clusters' AKS maintenance"
                        + " windows: they never start, and the rollout does not end; change one of the two",
                cluster -> cluster.maintenanceWindows() != null
                        && !meets.computeIfAbsent(
                                cluster.maintenanceWindows(),
                                maintenance -> hours.nextCommonOpening(OpeningHours.ofMaintenance(maintenance), start)
                                        .isPresent()));
    }

    private static Optional<EffectiveKubeProxy> current(ClusterRecord cluster) {
        return Optional.ofNullable(cluster.kubeProxy())
                .flatMap(config -> config.named(cluster.kubernetesVersion()))
                .map(KubeProxyConfig::effective);
    }

    private void warn(ReasonCode code, String message, Predicate<ClusterRecord> concerns) {
        List<String> names =
                changing.stream().filter(concerns).map(ClusterRecord::name).toList();
        if (!names.isEmpty()) {
            found.add(new Warning(
                    code, message, names.size(), names.stream().limit(EXAMPLES).toList()));
        }
    }
}
