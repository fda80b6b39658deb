package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.IpvsScheduler;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.schemas.config.KubernetesVersion;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the Kubernetes API of a cluster says of its kube-proxy and of its agents: that something was rolled out, and not that it works.
 *
 * @param uid of the cluster that was asked, see {@link dev.kubeproxyfleet.schemas.message.ClusterRecord#uid()}
 * @param trouble why it cannot be seen now, or not all of it; null while it can
 * @param seen what was seen last; null if nothing was
 */
public record KubernetesView(
        @Nullable String uid,
        @Nullable Trouble trouble,
        @Nullable Seen seen) {

    /** Of a cluster that nobody looks at. */
    public static final KubernetesView NONE = new KubernetesView(null, null, null);

    /** The DaemonSets of agents that this cluster was seen to have; empty if it has none, or nobody can tell. */
    List<AgentDaemonSet> agentsOf(ClusterRecord cluster) {
        return seen == null || seen.agents() == null || cluster.isOtherThan(uid) ? List.of() : seen.agents();
    }

    /** @param message for people, in place of a sentence's end */
    public record Trouble(ReasonCode code, String message, Instant since) {}

    /**
     * @param at all of it was true then
     * @param daemonSet kube-proxy's; null if the cluster has none
     * @param pods by what they run
     * @param restartedAt for each pod that restarts again and again, the earlier of its last two restarts; one that it waits for counts
     * @param linuxNodes machines that run Linux
     * @param agents the DaemonSets of agents that there are; null if nobody looks at them, or may
     */
    public record Seen(
            Instant at,
            @Nullable DaemonSet daemonSet,
            List<Pods> pods,
            List<Instant> restartedAt,
            int linuxNodes,
            @Nullable List<AgentDaemonSet> agents) {

        public Seen {
            pods = List.copyOf(pods);
            restartedAt = List.copyOf(restartedAt);
            agents = agents == null ? null : List.copyOf(agents);
        }
    }

    /**
     * @param isObserved whether its controller has begun to roll out its newest specification
     * @param desired nodes that shall have a pod
     * @param flags of its template
     */
    public record DaemonSet(boolean isObserved, int desired, Flags flags) {}

    /**
     * @param isOwned whether the service has installed it
     * @param kafka brokers that its pods report to; null if they have none
     * @param isObserved whether its controller has begun to roll out its newest specification
     * @param desired nodes that shall have a pod
     * @param updated nodes with a pod of its newest specification
     * @param available nodes with a pod that is available
     * @param waiting why containers of its pods do not run, such as {@code ErrImagePull}: how many by reason
     */
    public record AgentDaemonSet(
            String name,
            boolean isOwned,
            String image,
            @Nullable String kafka,
            boolean isObserved,
            int desired,
            int updated,
            int available,
            Map<String, Integer> waiting) {

        public AgentDaemonSet {
            waiting = Map.copyOf(waiting);
        }
    }

    /** @param isNewest whether they are of the DaemonSet's newest revision */
    public record Pods(Flags flags, boolean isNewest, boolean isReady, int count) {}

    /**
     * Of kube-proxy's command line; null is not given, so that kube-proxy's own default holds.
     *
     * @param isKnown false where the configuration stands elsewhere; all others are null then
     * @param mode as kube-proxy names it, such as {@code ipvs}
     * @param scheduler the kernel's name
     */
    public record Flags(
            boolean isKnown,
            @Nullable String mode,
            @Nullable String scheduler,
            @Nullable Integer tcpTimeoutSeconds,
            @Nullable Integer tcpFinTimeoutSeconds,
            @Nullable Integer udpTimeoutSeconds) {

        /** kube-proxy's default where no scheduler is given. */
        private static final String DEFAULT_SCHEDULER = IpvsScheduler.RoundRobin.kernelName();

        private static final String IPVS = "ipvs";

        /** The mode that a kube-proxy of this cluster runs with them; null if it cannot be told. */
        public @Nullable String modeIn(ClusterRecord cluster) {
            return !isKnown || mode != null
                    ? mode
                    : KubernetesVersion.parse(cluster.kubernetesVersion())
                            .flatMap(KubernetesVersion::defaultMode)
                            .map(KubeProxyMode::kubeProxyName)
                            .orElse(null);
        }

        /** The kernel's name of the scheduler that a kube-proxy of this cluster sets with them; null in every mode but IPVS. */
        public @Nullable String schedulerIn(ClusterRecord cluster) {
            return IPVS.equals(modeIn(cluster)) ? Objects.requireNonNullElse(scheduler, DEFAULT_SCHEDULER) : null;
        }
    }
}
