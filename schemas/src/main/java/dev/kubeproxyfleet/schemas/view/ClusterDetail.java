package dev.kubeproxyfleet.schemas.view;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.kubeproxyfleet.schemas.message.ChangeCost;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything about one cluster.
 *
 * @param nodes from which agents report, by name
 * @param silentNodes nodes of its Kubernetes API from which no agent reports, by name; empty where not all that report are listed
 * @param history its connections over time, oldest first
 * @param cost what its change by the latest rollout that has it cost; null until that is told
 */
public record ClusterDetail(
        @JsonUnwrapped ClusterView cluster,
        List<Node> nodes,
        List<KubernetesNode> silentNodes,
        List<HistoryPoint> history,
        @Nullable ChangeCost cost) {

    /**
     * The latest snapshot of one node.
     *
     * @param node name of the Kubernetes node
     * @param takenAt by the node's clock
     * @param kubeProxyVersion as kube-proxy tells it; null where it does not
     * @param kubeProxyStartedAt when its process started; null where it does not tell
     * @param probe whether its agent reaches cluster DNS through its ClusterIP; null where the agent does not tell
     * @param services that kube-proxy serves on the node
     * @param backends of all services
     * @param connectionsPerSecond new ones; null where the node could not tell
     * @param imbalance of its worst service; 1 is even; null where no service had enough connections to tell
     * @param evidence codes of what does not fit together on it
     * @param details null where the service that folded its snapshot kept none
     * @param kubernetes the same node by the Kubernetes API; null where that does not show it
     * @param foreign whether the cluster is known to have no such node, by its Kubernetes API
     */
    public record Node(
            String node,
            Instant takenAt,
            @JsonUnwrapped ObservedKubeProxy kubeProxy,
            @Nullable String kubeProxyVersion,
            @Nullable Instant kubeProxyStartedAt,
            @Nullable Probe probe,
            int services,
            int backends,
            long activeConnections,
            long inactiveConnections,
            @Nullable Double connectionsPerSecond,
            @Nullable Double imbalance,
            List<String> evidence,
            @Nullable Details details,
            @Nullable KubernetesNode kubernetes,
            boolean foreign) {}

    /**
     * A node by the Kubernetes API.
     *
     * @param architecture such as {@code amd64}; empty if it is not known, as the versions
     * @param pod kube-proxy's; null if the node has none
     */
    public record KubernetesNode(
            String node,
            boolean ready,
            String architecture,
            String kernelVersion,
            String kubeletVersion,
            @Nullable Pod pod) {}

    /**
     * kube-proxy on a node.
     *
     * @param mode that its flags give; null is unknown
     * @param newest whether it is of the DaemonSet's newest revision
     * @param restarts of its container since the pod began
     * @param startedAt of its container; null if it does not run
     * @param waiting why its container does not run, such as {@code CrashLoopBackOff}; null if it runs
     */
    public record Pod(
            String name,
            @Nullable String mode,
            boolean newest,
            boolean ready,
            int restarts,
            @Nullable Instant startedAt,
            @Nullable String waiting) {}

    /**
     * What a node tells and no gate judges. Null is unknown, or nothing that its kube-proxy counts; totals are since that started.
     *
     * @param agentVersion empty if its agent tells none
     * @param networkProgrammingSeconds from a change of endpoints until it was programmed, on average since kube-proxy started
     * @param noLocalEndpointsInternal service ports of {@code internalTrafficPolicy: Local} whose endpoints are all on other nodes
     * @param noLocalEndpointsExternal the same of {@code externalTrafficPolicy: Local}
     * @param ctStateInvalidDropsTotal packets that kube-proxy's rules dropped because connection tracking called them invalid; mode
     *     iptables only
     * @param localhostNodePortsAcceptedTotal packets to a NodePort of a loopback address that kube-proxy's rules accepted; mode
     *     iptables only
     * @param ipvsSysctls null where none could be read
     * @param kernelRelease such as {@code 5.15.0-1073-azure}; null if its agent tells none
     */
    public record Details(
            String agentVersion,
            @Nullable Double networkProgrammingSeconds,
            @Nullable Integer noLocalEndpointsInternal,
            @Nullable Integer noLocalEndpointsExternal,
            @Nullable Long ctStateInvalidDropsTotal,
            @Nullable Long localhostNodePortsAcceptedTotal,
            @Nullable IpvsSysctls ipvsSysctls,
            @Nullable String kernelRelease) {}

    /** Of {@code /proc/sys/net/ipv4/vs}; null is what could not be read. */
    public record IpvsSysctls(
            @Nullable Integer conntrack,
            @Nullable Integer connReuseMode,
            @Nullable Integer expireNodestConn,
            @Nullable Integer expireQuiescentTemplate) {}

    /** What became of a node's last probes of cluster DNS; of two address families the worse one. */
    public enum Probe {
        Ok,
        /** Three or more in a row failed. */
        Failing,
        /** None is made, since a cache on the node answers at that address, there is none, or a setting says so. */
        Skipped
    }
}
