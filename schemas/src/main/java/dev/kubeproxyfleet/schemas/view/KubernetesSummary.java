package dev.kubeproxyfleet.schemas.view;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a cluster's Kubernetes API shows of its kube-proxy and of its agents: that something was rolled out, and not that it works.
 *
 * @param trouble why it cannot be seen now, or not all of it; null while it can
 * @param troubleSince null where there is no trouble
 * @param seen what was seen last; null if nothing was
 * @param disagreement where it and the agents do not show what Azure shows; null as long as they do, or nobody can tell
 */
public record KubernetesSummary(
        @Nullable Finding trouble,
        @Nullable Instant troubleSince,
        @Nullable Seen seen,
        @Nullable Finding disagreement) {

    /** Whether something is seen, even if not all of it is: since trouble began something must have been. */
    public boolean isSeen() {
        return seen != null && (troubleSince == null || !seen.at().isBefore(troubleSince));
    }

    /**
     * @param at all of it was true then
     * @param oldFrom from this time on nobody should take it for what is now
     * @param daemonSet kube-proxy's; null if the cluster has none
     * @param pods by what they run, most first
     * @param restarting pods that restart again and again
     * @param linuxNodes machines that run Linux: those that kube-proxy and agents run on
     * @param readyLinuxNodes of those the ones that are Ready
     * @param windowsNodes where no agent runs
     * @param virtualNodes such as virtual kubelets, where neither runs
     * @param architectures Linux nodes by architecture, such as {@code amd64}
     * @param events nodes by the reason of a Kubernetes event of kube-proxy, such as {@code IPVSDeprecation}
     * @param agents the DaemonSets of agents that there are; null if nobody looks at them, or may
     */
    public record Seen(
            Instant at,
            Instant oldFrom,
            @Nullable DaemonSet daemonSet,
            List<Pods> pods,
            int restarting,
            int linuxNodes,
            int readyLinuxNodes,
            int windowsNodes,
            int virtualNodes,
            Map<String, Integer> architectures,
            Map<String, Integer> events,
            @Nullable List<Agents> agents) {}

    /**
     * A DaemonSet of agents.
     *
     * @param owned whether the service has installed it
     * @param kafka brokers that its pods report to; null if they do not tell
     * @param observed whether its controller has begun to roll out its newest specification
     * @param desired nodes that shall have a pod
     * @param updated nodes whose pod is of the newest specification
     * @param available nodes whose pod is available
     * @param waiting why containers of its pods do not run, such as {@code ErrImagePull}: how many by reason
     */
    public record Agents(
            String name,
            boolean owned,
            String image,
            @Nullable String kafka,
            boolean observed,
            int desired,
            int updated,
            int available,
            Map<String, Integer> waiting) {}

    /**
     * @param observed whether its controller has begun to roll out its newest specification
     * @param desired nodes that shall have a pod
     * @param updated nodes whose pod is of the newest specification
     * @param available nodes whose pod is available
     */
    public record DaemonSet(
            boolean observed,
            int desired,
            int updated,
            int available,
            @JsonUnwrapped Flags flags) {}

    /**
     * Pods that are alike.
     *
     * @param newest whether they are of the DaemonSet's newest revision
     * @param count one for each node
     * @param newestStartAt of their containers the latest start; null if none runs
     */
    public record Pods(
            @JsonUnwrapped Flags flags,
            boolean newest,
            boolean ready,
            int count,
            @Nullable Instant newestStartAt) {}

    /**
     * What kube-proxy runs with its command line, in the words of {@link ObservedKubeProxy}; null is unknown, or of a timeout not given.
     *
     * @param mode such as {@code ipvs}
     * @param scheduler such as {@code lc}; null in every other mode
     */
    public record Flags(
            @Nullable String mode,
            @Nullable String scheduler,
            @Nullable Integer tcpTimeoutSeconds,
            @Nullable Integer tcpFinTimeoutSeconds,
            @Nullable Integer udpTimeoutSeconds) {}
}
