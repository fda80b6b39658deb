package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.fleet.rollout.KubernetesView.Flags;
import dev.kubeproxyfleet.schemas.config.EffectiveIpvs;
import dev.kubeproxyfleet.schemas.config.IpvsConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.text.Count;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Whether a cluster's Kubernetes API shows that a configuration was rolled out: the flags of kube-proxy's pods are those of the
 * configuration, and the pods are ready. It does not show that kube-proxy works.
 *
 * <p>What was seen before the change says nothing. Nodes are counted as Kubernetes has them.
 *
 * @param sight what is known at all
 * @param trouble why no more is seen now; null if nothing is in the way
 * @param template whether the flags of the DaemonSet are those of the configuration
 * @param isBegun whether the DaemonSet's controller has begun to roll out its newest specification
 * @param matching nodes whose pod is ready and has the flags
 * @param unready nodes whose pod has the flags and is not ready
 * @param late nodes whose pod has other flags since it is yet to be replaced
 * @param differing nodes whose newest pod has other flags
 * @param unknown nodes whose pod does not tell its flags, or may be there and is not seen
 * @param restarting nodes whose kube-proxy has restarted more than once since
 * @param required nodes that must have it
 * @param counted nodes that the cluster has
 */
record Delivery(
        Sight sight,
        KubernetesView.@Nullable Trouble trouble,
        Flagged template,
        boolean isBegun,
        int matching,
        int unready,
        int late,
        int differing,
        int unknown,
        int restarting,
        int required,
        int counted) {

    enum Sight {
        /** Nobody looks at the cluster's API. */
        NONE,
        /** What was seen may have changed since. */
        OLD,
        NO_DAEMON_SET,
        SEEN
    }

    /** What flags say of a configuration. */
    enum Flagged {
        SAME,
        OTHER,
        UNKNOWN
    }

    /**
     * @param coverage share of the nodes that must have it
     * @param shownSince what was seen before says nothing
     * @param restartedSince as little as restarts before this
     */
    static Delivery of(
            KubeProxyConfig config,
            double coverage,
            KubernetesView view,
            ClusterRecord cluster,
            Instant shownSince,
            Instant restartedSince) {
        KubernetesView.Seen seen = view.seen();
        if (view.equals(KubernetesView.NONE) || cluster.isOtherThan(view.uid())) {
            return unseen(Sight.NONE, null);
        }
        if (seen == null || seen.at().isBefore(shownSince)) {
            return unseen(Sight.OLD, view.trouble());
        }
        KubernetesView.DaemonSet daemonSet = seen.daemonSet();
        if (daemonSet == null) {
            return unseen(Sight.NO_DAEMON_SET, view.trouble());
        }
        int matching = 0;
        int unready = 0;
        int late = 0;
        int differing = 0;
        int unknown = 0;
        for (KubernetesView.Pods pods : seen.pods()) {
            switch (flagged(pods.flags(), config, cluster)) {
                case UNKNOWN -> unknown += pods.count();
                case OTHER -> {
                    late += pods.isNewest() ? 0 : pods.count();
                    differing += pods.isNewest() ? pods.count() : 0;
                }
                case SAME -> {
                    matching += pods.isReady() ? pods.count() : 0;
                    unready += pods.isReady() ? 0 : pods.count();
                }
            }
        }
        int counted = Math.max(seen.linuxNodes(), daemonSet.desired());
        if (view.trouble() != null) {
            unknown += Math.max(0, counted - matching - unready - late - differing - unknown);
        }
        return new Delivery(
                Sight.SEEN,
                view.trouble(),
                flagged(daemonSet.flags(), config, cluster),
                daemonSet.isObserved(),
                matching,
                unready,
                late,
                differing,
                unknown,
                (int) seen.restartedAt().stream()
                        .filter(restart -> restart.isAfter(restartedSince))
                        .count(),
                Verification.required(coverage, counted),
                counted);
    }

    private static Delivery unseen(Sight sight, KubernetesView.@Nullable Trouble trouble) {
        return new Delivery(sight, trouble, Flagged.UNKNOWN, false, 0, 0, 0, 0, 0, 0, 1, 0);
    }

    private static Flagged flagged(Flags flags, KubeProxyConfig config, ClusterRecord cluster) {
        String mode = flags.modeIn(cluster);
        if (mode == null || !config.namesMode()) {
            return Flagged.UNKNOWN;
        }
        if (!mode.equals(Verification.mode(config.effective()))) {
            return Flagged.OTHER;
        }
        EffectiveIpvs ipvs = config.effective().ipvs();
        if (ipvs == null) {
            return Flagged.SAME;
        }
        IpvsConfig wanted = Verification.wanted(config);
        boolean same = ipvs.scheduler().kernelName().equals(flags.schedulerIn(cluster))
                && isGiven(wanted.tcpTimeoutSeconds(), flags.tcpTimeoutSeconds())
                && isGiven(wanted.tcpFinTimeoutSeconds(), flags.tcpFinTimeoutSeconds())
                && isGiven(wanted.udpTimeoutSeconds(), flags.udpTimeoutSeconds());
        return same ? Flagged.SAME : Flagged.OTHER;
    }

    /** A timeout that the configuration leaves unset is written by nobody. */
    private static boolean isGiven(@Nullable Integer wanted, @Nullable Integer flag) {
        return wanted == null || wanted.equals(flag);
    }

    /** Whether what was seen is of the time that counts. */
    boolean isNew() {
        return sight == Sight.SEEN || sight == Sight.NO_DAEMON_SET;
    }

    boolean isProven() {
        return sight == Sight.SEEN && isBegun && template != Flagged.OTHER && matching >= required && !isRestarting();
    }

    /** Whether kube-proxy is known to run with something else than the configuration. */
    boolean isContradicted() {
        return sight == Sight.NO_DAEMON_SET || template == Flagged.OTHER || differing + late > leftOut();
    }

    /** Whether it is known not to be rolled out as it must, and not only unseen. */
    boolean isDisproven() {
        return isContradicted()
                || (sight == Sight.SEEN && (!isBegun || isRestarting() || matching + unknown < required));
    }

    private boolean isRestarting() {
        return restarting > leftOut();
    }

    /** Nodes that need not have it. */
    private int leftOut() {
        return Math.max(0, counted - required);
    }

    String describe() {
        String hindered = trouble == null ? "" : " (" + trouble.code() + "): " + trouble.message();
        return switch (sight) {
            case NONE -> "nobody looks at its Kubernetes API";
            case OLD -> "its Kubernetes API has shown nothing new" + hindered;
            case NO_DAEMON_SET -> "its Kubernetes API shows no DaemonSet kube-system/kube-proxy";
            case SEEN ->
                "its Kubernetes API shows it on " + matching + " of " + Count.of(counted, "node", "nodes") + ", "
                        + required + " must"
                        + (isBegun ? "" : "; the DaemonSet's newest specification is not being rolled out yet")
                        + (template == Flagged.OTHER ? "; the DaemonSet has other flags" : "")
                        + of(unready, "the pod is not ready")
                        + of(late, "the pod is yet to be replaced")
                        + of(differing, "the newest pod has other flags")
                        + of(unknown, "nobody can tell the pod's flags")
                        + of(restarting, "kube-proxy has restarted more than once since")
                        + (trouble == null ? "" : "; not all can be seen" + hindered);
        };
    }

    private static String of(int nodes, String what) {
        return nodes == 0 ? "" : "; on " + nodes + " " + what;
    }

    /** What to tell when the deadline has passed. */
    ClusterReason failureCode() {
        if (!isNew()) {
            return ClusterReason.KubernetesUnseen;
        }
        if (sight == Sight.NO_DAEMON_SET || template == Flagged.OTHER || differing > leftOut()) {
            return ClusterReason.FlagsDiffer;
        }
        if (isRestarting()) {
            return ClusterReason.PodsCrashLooping;
        }
        return isDisproven() ? ClusterReason.DaemonSetNotRolledOut : ClusterReason.KubernetesUnseen;
    }
}
