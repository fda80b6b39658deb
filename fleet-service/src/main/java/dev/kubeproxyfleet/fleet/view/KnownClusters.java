package dev.kubeproxyfleet.fleet.view;

import dev.kubeproxyfleet.fleet.readiness.Known;
import dev.kubeproxyfleet.fleet.readiness.Oldest;
import dev.kubeproxyfleet.fleet.readiness.Release;
import dev.kubeproxyfleet.schemas.avro.ClusterHealth;
import dev.kubeproxyfleet.schemas.avro.ClusterKubernetes;
import dev.kubeproxyfleet.schemas.avro.CountedPackets;
import dev.kubeproxyfleet.schemas.avro.KubernetesNode;
import dev.kubeproxyfleet.schemas.avro.KubernetesSeen;
import dev.kubeproxyfleet.schemas.avro.OldestVersion;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What the topics tell of clusters that may leave their mode. */
public final class KnownClusters {

    private KnownClusters() {}

    public static List<Known> of(FleetView view, Predicate<ClusterRecord> selected) {
        FleetSnapshot now = view.clustersNow();
        return now.clusters().stream()
                .filter(selected)
                .map(cluster -> known(cluster, now))
                .toList();
    }

    private static Known known(ClusterRecord cluster, FleetSnapshot now) {
        ClusterHealth health = now.health().get(cluster.id());
        return new Known(
                cluster,
                now.subscription(cluster.subscription()),
                now.evidence(cluster.id()),
                health == null
                        ? Known.Agents.NONE
                        : new Known.Agents(
                                oldest(health.getKernel()),
                                oldest(health.getKubeProxyVersion()),
                                packets(health.getCtStateInvalidDrops()),
                                packets(health.getLocalhostNodePortsAccepted())),
                kubernetes(cluster, now.kubernetes().get(cluster.id())));
    }

    private static Optional<Oldest> oldest(@Nullable OldestVersion told) {
        return Optional.ofNullable(told)
                .flatMap(oldest -> Release.parse(oldest.getVersion())
                        .map(release ->
                                new Oldest(oldest.getVersion(), release, oldest.getNodes(), oldest.getTellingNodes())));
    }

    private static Optional<Known.Packets> packets(@Nullable CountedPackets told) {
        return Optional.ofNullable(told)
                .map(counted -> new Known.Packets(counted.getPackets(), counted.getTellingNodes()));
    }

    /** What was seen before there was trouble may be of nodes that are gone. */
    private static Known.Kubernetes kubernetes(ClusterRecord cluster, @Nullable ClusterKubernetes record) {
        KubernetesSeen seen = record == null || cluster.isOtherThan(record.getUid()) ? null : record.getSeen();
        if (record == null
                || seen == null
                || (record.getTrouble() != null
                        && seen.getAt() < record.getTrouble().getSince())) {
            return Known.Kubernetes.NONE;
        }
        return new Known.Kubernetes(
                seen.getLinuxNodes(), Oldest.of(seen.getNodes().stream().map(KubernetesNode::getKernelVersion)));
    }
}
