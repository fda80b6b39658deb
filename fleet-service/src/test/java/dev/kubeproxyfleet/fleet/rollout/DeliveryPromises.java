package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.fleet.rollout.KubernetesView.Flags;
import dev.kubeproxyfleet.schemas.config.EffectiveIpvs;
import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.Gate;
import dev.kubeproxyfleet.schemas.config.IpvsConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a cluster's Kubernetes API must show of one that converges by its word: counted apart from the core, and against the truth. */
final class DeliveryPromises {

    private final SimulatedAzure azure;
    private final Seen seen;

    DeliveryPromises(SimulatedAzure azure, Seen seen) {
        this.azure = azure;
        this.seen = seen;
    }

    /** Whether something was seen of this very cluster since. */
    boolean isNew(FleetState fleet, ClusterRecord record, Instant since) {
        KubernetesView view = fleet.kubernetes(record.id());
        return view.seen() != null
                && !view.seen().at().isBefore(since)
                && record.uid() != null
                && record.uid().equals(view.uid());
    }

    /** Whether enough pods are said to be ready with it, and were there with it in truth. */
    boolean isDelivered(FleetState fleet, ClusterRecord record, Gate gate, KubeProxyConfig wanted, Instant since) {
        seen.count("promise about what was rolled out, by the word of " + gate.evidence());
        KubernetesView.Seen now = fleet.kubernetes(record.id()).seen();
        if (!isNew(fleet, record, since) || now == null || now.daemonSet() == null) {
            return false;
        }
        int told = now.pods().stream()
                .filter(pods -> pods.isReady() && has(pods.flags(), wanted))
                .mapToInt(KubernetesView.Pods::count)
                .sum();
        double needed =
                gate.coverage() * Math.max(now.linuxNodes(), now.daemonSet().desired());
        boolean isTrue = azure.cluster(record.id())
                .filter(cluster -> cluster.uid.equals(record.uid()))
                .map(cluster -> cluster.everyNode.stream()
                                .filter(node -> node.hadPod(wanted, since))
                                .count()
                        >= needed)
                .orElse(true);
        return told >= Math.max(1, needed) && isTrue && has(now.daemonSet().flags(), wanted);
    }

    /** Whether the API shows anything else than the configuration. */
    boolean differs(FleetState fleet, RolloutCluster cluster, FleetConfig.Spec spec) {
        KubernetesView.Seen now = fleet.kubernetes(cluster.cluster()).seen();
        if (!spec.strategy().gate().asksKubernetes() || now == null) {
            return false;
        }
        seen.count("promise that a DaemonSet has drifted");
        return now.daemonSet() == null
                || !has(now.daemonSet().flags(), Promises.kubeProxy(spec))
                || now.pods().stream().anyMatch(pods -> !has(pods.flags(), Promises.kubeProxy(spec)));
    }

    private static boolean has(Flags flags, KubeProxyConfig wanted) {
        EffectiveIpvs ipvs = wanted.effective().ipvs();
        if (!wanted.effective().mode().name().toLowerCase(Locale.ROOT).equals(flags.mode())) {
            return false;
        }
        IpvsConfig asked = wanted.ipvsConfig() == null ? IpvsConfig.UNSET : wanted.ipvsConfig();
        return ipvs == null
                || (ipvs.scheduler().kernelName().equals(flags.scheduler())
                        && is(asked.tcpTimeoutSeconds(), flags.tcpTimeoutSeconds())
                        && is(asked.tcpFinTimeoutSeconds(), flags.tcpFinTimeoutSeconds())
                        && is(asked.udpTimeoutSeconds(), flags.udpTimeoutSeconds()));
    }

    private static boolean is(@Nullable Integer asked, @Nullable Integer flag) {
        return asked == null || asked.equals(flag);
    }
}
