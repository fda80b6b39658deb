package dev.kubeproxyfleet.fleet.kubernetes;

import dev.kubeproxyfleet.schemas.avro.KubeProxyFlags;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a cluster's objects.
 *
 * @param daemonSet null if the cluster has none
 * @param newestHash {@code controller-revision-hash} of the DaemonSet's newest revision; null if that may not be read
 * @param nodes null if they may not be read
 */
record Kept(
        @Nullable DaemonSet daemonSet,
        @Nullable String newestHash,
        Collection<Pod> pods,
        @Nullable Collection<Node> nodes,
        Collection<Event> events) {

    Kept {
        pods = List.copyOf(pods);
        nodes = nodes == null ? null : List.copyOf(nodes);
        events = List.copyOf(events);
    }

    /** Numbers are those of its status. */
    record DaemonSet(
            String resourceVersion,
            long generation,
            long observedGeneration,
            int desired,
            int misscheduled,
            int updated,
            int available,
            int ready,
            KubeProxyFlags flags) {

        boolean isObserved() {
            return observedGeneration >= generation;
        }
    }

    /**
     * A pod of kube-proxy.
     *
     * @param node empty until it is scheduled
     * @param hash of its revision, empty where it names none
     * @param restarts of its container since the pod began
     * @param createdAt when the pod began
     * @param startedAt of its container; null if it does not run
     * @param lastStartAt of its container before the present one, or before it ended; null if it has not started twice
     * @param lastEndAt when that ended
     * @param waiting why its container does not run; null if it does
     */
    record Pod(
            String name,
            String node,
            String hash,
            KubeProxyFlags flags,
            boolean ready,
            int restarts,
            Instant createdAt,
            @Nullable Instant startedAt,
            @Nullable Instant lastStartAt,
            @Nullable Instant lastEndAt,
            @Nullable String waiting) {}

    /** What runs on a node. */
    enum Kind {
        LINUX,
        WINDOWS,
        /** No machine: a virtual kubelet. */
        VIRTUAL
    }

    record Node(
            String name, Kind kind, boolean ready, String architecture, String kernelVersion, String kubeletVersion) {}

    /** @param about the node or the pod */
    record Event(String reason, String about) {}
}
