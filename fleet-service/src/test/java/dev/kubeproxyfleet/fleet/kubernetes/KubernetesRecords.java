package dev.kubeproxyfleet.fleet.kubernetes;

import dev.kubeproxyfleet.fleet.rollout.KubernetesView;
import dev.kubeproxyfleet.schemas.avro.ClusterKubernetes;
import dev.kubeproxyfleet.schemas.avro.KubeProxyDaemonSet;
import dev.kubeproxyfleet.schemas.avro.KubeProxyFlags;
import dev.kubeproxyfleet.schemas.avro.KubeProxyPod;
import dev.kubeproxyfleet.schemas.avro.KubeProxyPods;
import dev.kubeproxyfleet.schemas.avro.KubernetesNode;
import dev.kubeproxyfleet.schemas.avro.KubernetesSeen;
import dev.kubeproxyfleet.schemas.avro.KubernetesTrouble;
import dev.kubeproxyfleet.schemas.reason.KubernetesReason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Records of {@code cluster-kubernetes}. */
public final class KubernetesRecords {

    private KubernetesRecords() {}

    /** kube-proxy was rolled out on all nodes, in this mode and with this scheduler. */
    public static ClusterKubernetes rolledOut(
            String cluster, Instant at, int nodes, @Nullable String mode, @Nullable String scheduler) {
        return rolledOut(cluster, at, nodes, new KubeProxyFlags(true, mode, scheduler, null, null, null));
    }

    /** kube-proxy was rolled out on all nodes, with these flags. */
    public static ClusterKubernetes rolledOut(String cluster, Instant at, int nodes, KubeProxyFlags flags) {
        return new ClusterKubernetes(
                cluster,
                null,
                at,
                null,
                new KubernetesSeen(
                        at.toEpochMilli(),
                        new KubeProxyDaemonSet(2L, 2L, nodes, nodes, nodes, flags),
                        List.of(new KubeProxyPods(flags, true, true, nodes, at.toEpochMilli())),
                        List.of(),
                        nodes,
                        nodes,
                        0,
                        0,
                        Map.of("amd64", nodes),
                        Map.of(),
                        IntStream.range(0, nodes)
                                .mapToObj(node -> node(node, flags.getMode(), at))
                                .toList(),
                        null));
    }

    /** The same record, with nodes of these names for those that it lists first; the list ends with them. */
    public static ClusterKubernetes listing(ClusterKubernetes record, String... nodes) {
        KubernetesSeen seen = record.getSeen();
        return with(
                record,
                record.getTrouble(),
                with(
                        seen,
                        seen.getWindowsNodes(),
                        seen.getEvents(),
                        IntStream.range(0, nodes.length)
                                .mapToObj(i -> named(nodes[i], seen.getNodes().get(i)))
                                .toList()));
    }

    /** The same record, of a cluster with Windows nodes, and events of kube-proxy. */
    public static ClusterKubernetes with(ClusterKubernetes record, int windowsNodes, Map<String, Integer> events) {
        KubernetesSeen seen = record.getSeen();
        return with(record, record.getTrouble(), with(seen, windowsNodes, events, seen.getNodes()));
    }

    /** What was seen stays, and nothing more can be seen since. */
    public static ClusterKubernetes hindered(
            ClusterKubernetes before, Instant since, KubernetesReason code, String message) {
        return with(before, new KubernetesTrouble(code.code(), message, since.toEpochMilli()), before.getSeen());
    }

    /** The same record, told of the cluster that had this uid. */
    public static ClusterKubernetes of(String uid, ClusterKubernetes record) {
        return new ClusterKubernetes(record.getCluster(), uid, record.getAt(), record.getTrouble(), record.getSeen());
    }

    private static ClusterKubernetes with(
            ClusterKubernetes record, @Nullable KubernetesTrouble trouble, @Nullable KubernetesSeen seen) {
        return new ClusterKubernetes(record.getCluster(), record.getUid(), record.getAt(), trouble, seen);
    }

    private static KubernetesSeen with(
            KubernetesSeen seen, int windowsNodes, Map<String, Integer> events, List<KubernetesNode> nodes) {
        return new KubernetesSeen(
                seen.getAt(),
                seen.getDaemonSet(),
                seen.getPods(),
                seen.getRestartedAt(),
                seen.getLinuxNodes(),
                seen.getReadyLinuxNodes(),
                windowsNodes,
                seen.getVirtualNodes(),
                seen.getArchitectures(),
                events,
                nodes,
                seen.getAgents());
    }

    private static KubernetesNode named(String name, KubernetesNode like) {
        return new KubernetesNode(
                name,
                like.getReady(),
                like.getArchitecture(),
                like.getKernelVersion(),
                like.getKubeletVersion(),
                like.getPod());
    }

    /** The API cannot be seen, and never was. */
    public static ClusterKubernetes unseen(String cluster, Instant at, KubernetesReason code, String message) {
        return new ClusterKubernetes(
                cluster, null, at, new KubernetesTrouble(code.code(), message, at.toEpochMilli()), null);
    }

    /** The record of what the core is to see, without what is only shown. */
    public static ClusterKubernetes of(String cluster, KubernetesView view, Instant at) {
        KubernetesView.Trouble trouble = view.trouble();
        KubernetesView.Seen seen = view.seen();
        return new ClusterKubernetes(
                cluster,
                view.uid(),
                at,
                trouble == null
                        ? null
                        : new KubernetesTrouble(
                                trouble.code().code(),
                                trouble.message(),
                                trouble.since().toEpochMilli()),
                seen == null ? null : seen(seen));
    }

    private static KubernetesSeen seen(KubernetesView.Seen seen) {
        KubernetesView.DaemonSet daemonSet = seen.daemonSet();
        return new KubernetesSeen(
                seen.at().toEpochMilli(),
                daemonSet == null
                        ? null
                        : new KubeProxyDaemonSet(
                                2L,
                                daemonSet.isObserved() ? 2L : 1L,
                                daemonSet.desired(),
                                0,
                                0,
                                flags(daemonSet.flags())),
                seen.pods().stream()
                        .map(pods -> new KubeProxyPods(
                                flags(pods.flags()), pods.isNewest(), pods.isReady(), pods.count(), null))
                        .toList(),
                seen.restartedAt().stream().map(Instant::toEpochMilli).toList(),
                seen.linuxNodes(),
                seen.linuxNodes(),
                0,
                0,
                Map.of(),
                Map.of(),
                List.of(),
                null);
    }

    private static KubeProxyFlags flags(KubernetesView.Flags flags) {
        return new KubeProxyFlags(
                flags.isKnown(),
                flags.mode(),
                flags.scheduler(),
                flags.tcpTimeoutSeconds(),
                flags.tcpFinTimeoutSeconds(),
                flags.udpTimeoutSeconds());
    }

    /** As it is on the topic. */
    public static byte[] bytes(ClusterKubernetes record) {
        try {
            ByteBuffer buffer = record.toByteBuffer();
            byte[] bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static KubernetesNode node(int node, @Nullable String mode, Instant at) {
        return new KubernetesNode(
                "aks-system-%05d".formatted(node),
                true,
                "amd64",
                "5.15.0-1092-azure",
                "v1.34.1",
                new KubeProxyPod("kube-proxy-" + node, mode, true, true, 0, at.toEpochMilli(), null));
    }
}
