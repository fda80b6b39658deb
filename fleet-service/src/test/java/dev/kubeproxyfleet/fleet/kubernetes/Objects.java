package dev.kubeproxyfleet.fleet.kubernetes;

import dev.kubeproxyfleet.schemas.avro.KubeProxyFlags;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Kept objects of a cluster whose kube-proxy was rolled out in mode ipvs. */
final class Objects {

    static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    static final KubeProxyFlags IPVS = new KubeProxyFlags(true, "ipvs", "wlc", null, null, null);
    static final KubeProxyFlags DEFAULT = new KubeProxyFlags(true, null, null, null, null, null);
    static final String NEW = "6d4f";
    static final String OLD = "58cb";

    private Objects() {}

    static Kept cluster(int nodes) {
        return new Kept(
                daemonSet(nodes),
                NEW,
                IntStream.range(0, nodes).mapToObj(Objects::pod).toList(),
                IntStream.range(0, nodes).mapToObj(Objects::node).toList(),
                List.of());
    }

    static Kept with(Kept kept, Collection<Kept.Pod> pods) {
        return new Kept(kept.daemonSet(), kept.newestHash(), pods, kept.nodes(), kept.events());
    }

    static Kept.DaemonSet daemonSet(int nodes) {
        return new Kept.DaemonSet("77", 3, 3, nodes, 0, nodes, nodes, nodes, IPVS);
    }

    static Kept.Pod pod(int node) {
        return pod(node, NEW, true);
    }

    static Kept.Pod pod(int node, String hash, boolean ready) {
        Instant created = NOW.minus(Duration.ofHours(1));
        return new Kept.Pod(
                "kube-proxy-" + hash + node, name(node), hash, IPVS, ready, 0, created, created, null, null, null);
    }

    /**
     * @param startedAt null while it waits
     * @param lastStartAt of the run before
     */
    static Kept.Pod restarting(int node, int restarts, @Nullable Instant startedAt, @Nullable Instant lastStartAt) {
        return new Kept.Pod(
                "kube-proxy-" + node,
                name(node),
                NEW,
                IPVS,
                startedAt != null,
                restarts,
                NOW.minus(Duration.ofMinutes(20)),
                startedAt,
                lastStartAt,
                lastStartAt == null ? null : lastStartAt.plusSeconds(10),
                startedAt == null ? "CrashLoopBackOff" : null);
    }

    static Kept.Node node(int node) {
        return node(name(node), Kept.Kind.LINUX);
    }

    static Kept.Node node(String name, Kept.Kind kind) {
        return new Kept.Node(name, kind, true, "amd64", "5.15.0-1092-azure", "v1.34.1");
    }

    static String name(int node) {
        return "aks-system-%05d".formatted(node);
    }
}
