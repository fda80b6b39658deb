package dev.kubeproxyfleet.fleet.view;

import dev.kubeproxyfleet.fleet.health.HealthEvidence;
import dev.kubeproxyfleet.fleet.health.Roster;
import dev.kubeproxyfleet.fleet.rollout.Evidence;
import dev.kubeproxyfleet.schemas.avro.ClusterHealth;
import dev.kubeproxyfleet.schemas.avro.ClusterKubernetes;
import dev.kubeproxyfleet.schemas.avro.NodeDetails;
import dev.kubeproxyfleet.schemas.avro.NodeSummary;
import dev.kubeproxyfleet.schemas.avro.ObservedConfiguration;
import dev.kubeproxyfleet.schemas.avro.ProbeState;
import dev.kubeproxyfleet.schemas.config.Desired;
import dev.kubeproxyfleet.schemas.config.EffectiveIpvs;
import dev.kubeproxyfleet.schemas.config.EffectiveKubeProxy;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.view.ClusterDetail;
import dev.kubeproxyfleet.schemas.view.ClusterView;
import dev.kubeproxyfleet.schemas.view.ObservedKubeProxy;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Shows a cluster: what Azure, its nodes, its Kubernetes API and its rollouts say of it, side by side. */
final class ClusterProjector {

    private static final ClusterDetail.IpvsSysctls NO_SYSCTLS = new ClusterDetail.IpvsSysctls(null, null, null, null);

    private final FoldedClusters inventory;
    private final FoldedRollouts rollouts;

    ClusterProjector(FoldedClusters inventory, FoldedRollouts rollouts) {
        this.inventory = inventory;
        this.rollouts = rollouts;
    }

    ClusterDetail detail(ClusterRecord cluster) {
        ClusterHealth health = inventory.health(cluster.id()).orElse(null);
        ClusterKubernetes kubernetes = inventory.kubernetes(cluster).orElse(null);
        Roster roster = Roster.of(health, kubernetes);
        Map<String, ClusterDetail.KubernetesNode> there = new LinkedHashMap<>();
        if (kubernetes != null && kubernetes.getSeen() != null) {
            kubernetes.getSeen().getNodes().forEach(node -> there.put(node.getNode(), KubernetesProjector.node(node)));
        }
        return new ClusterDetail(
                view(cluster),
                health == null
                        ? List.of()
                        : health.getNodes().stream()
                                .map(node -> node(
                                        node,
                                        there.get(node.getNode()),
                                        roster.foreign().contains(node.getNode())))
                                .toList(),
                roster.silent() == null
                        ? List.of()
                        : roster.silent().stream().map(there::get).toList(),
                inventory.history(cluster.id()),
                rollouts.latestOf(cluster.id(), Desired.Kind.KubeProxy)
                        .map(RolloutClusterStatus::cost)
                        .orElse(null));
    }

    ClusterView view(ClusterRecord cluster) {
        KubeProxyConfig named = cluster.kubeProxy() == null
                ? null
                : cluster.kubeProxy().named(cluster.kubernetesVersion()).orElse(null);
        EffectiveKubeProxy effective = named == null ? null : named.effective();
        EffectiveIpvs ipvs = effective == null ? null : effective.ipvs();
        ClusterHealth health = inventory.health(cluster.id()).orElse(null);
        ClusterKubernetes kubernetes = inventory.kubernetes(cluster).orElse(null);
        return new ClusterView(
                cluster.id(),
                cluster.name(),
                cluster.subscription(),
                cluster.resourceGroup(),
                cluster.location(),
                cluster.tags(),
                cluster.kubernetesVersion(),
                cluster.provisioningState(),
                cluster.powerState(),
                cluster.nodeCount(),
                cluster.windowsNodeCount(),
                cluster.autoprovisioning(),
                cluster.kubeProxy(),
                mode(effective),
                ipvs == null ? null : ipvs.scheduler().name(),
                effective != null
                        ? effective.describe()
                        : cluster.kubeProxy() != null
                                ? "unknown: Azure shows no mode, and kube-proxy chooses one itself from Kubernetes 1.40 on"
                                : "unknown: Azure returned something that this version cannot read",
                health == null ? null : summary(health, named),
                kubernetes == null ? null : KubernetesProjector.summary(cluster, kubernetes, health),
                inRollout(cluster, Desired.Kind.KubeProxy),
                inRollout(cluster, Desired.Kind.Agents),
                rollouts.drifted(cluster.id())
                        .map(drifted -> new ClusterView.Drift(
                                String.valueOf(drifted.code()),
                                drifted.message(),
                                drifted.rollout(),
                                rollouts.kindOf(drifted)))
                        .orElse(null));
    }

    private ClusterView.@Nullable InRollout inRollout(ClusterRecord cluster, Desired.Kind kind) {
        return rollouts.latestOf(cluster.id(), kind)
                .map(status -> new ClusterView.InRollout(
                        status.rollout(),
                        status.stage(),
                        status.state(),
                        ReasonCode.text(status.code()),
                        status.message(),
                        status.since()))
                .orElse(null);
    }

    private static String mode(@Nullable EffectiveKubeProxy effective) {
        if (effective == null) {
            return ClusterView.MODE_UNKNOWN;
        }
        return effective.enabled() ? effective.mode().name() : ClusterView.MODE_DISABLED;
    }

    private static ClusterView.HealthSummary summary(ClusterHealth health, @Nullable KubeProxyConfig shown) {
        return new ClusterView.HealthSummary(
                health.getAt(),
                health.getNodesExpected(),
                health.getNodesReporting(),
                shown == null ? null : HealthEvidence.of(health).nodesDifferingFrom(shown),
                health.getObserved().stream().map(ClusterProjector::observed).toList(),
                health.getActiveConnections(),
                health.getInactiveConnections(),
                health.getConnectionsPerSecond(),
                health.getImbalance(),
                health.getEvidence(),
                health.getAgentVersions(),
                health.getClockSkewSeconds(),
                health.getLeftOut());
    }

    private static ClusterView.Observed observed(ObservedConfiguration observed) {
        Evidence.Proof proof = HealthEvidence.proof(observed.getProof());
        return new ClusterView.Observed(
                new ObservedKubeProxy(
                        observed.getMode(),
                        observed.getScheduler(),
                        observed.getTcpTimeoutSeconds(),
                        observed.getTcpFinTimeoutSeconds(),
                        observed.getUdpTimeoutSeconds(),
                        proof.code().code(),
                        proof.brief(),
                        observed.getTimeoutsByKernel()),
                observed.getNodes());
    }

    private static ClusterDetail.Node node(
            NodeSummary node, ClusterDetail.@Nullable KubernetesNode there, boolean isForeign) {
        Evidence.Proof proof = HealthEvidence.proof(node.getProof());
        return new ClusterDetail.Node(
                node.getNode(),
                node.getTakenAt(),
                new ObservedKubeProxy(
                        node.getMode(),
                        node.getScheduler(),
                        node.getTcpTimeoutSeconds(),
                        node.getTcpFinTimeoutSeconds(),
                        node.getUdpTimeoutSeconds(),
                        proof.code().code(),
                        proof.brief(),
                        node.getTimeoutsByKernel()),
                node.getKubeProxyVersion(),
                node.getKubeProxyStartedAt() == null ? null : Instant.ofEpochMilli(node.getKubeProxyStartedAt()),
                probe(node.getProbe()),
                node.getServices(),
                node.getBackends(),
                node.getActiveConnections(),
                node.getInactiveConnections(),
                node.getConnectionsPerSecond(),
                node.getImbalance(),
                node.getEvidence(),
                details(node.getDetails()),
                there,
                isForeign);
    }

    private static ClusterDetail.@Nullable Details details(@Nullable NodeDetails details) {
        return details == null
                ? null
                : new ClusterDetail.Details(
                        details.getAgentVersion(),
                        details.getNetworkProgrammingSeconds(),
                        details.getNoLocalEndpointsInternal(),
                        details.getNoLocalEndpointsExternal(),
                        details.getCtStateInvalidDropsTotal(),
                        details.getLocalhostNodePortsAcceptedTotal(),
                        sysctls(details),
                        details.getKernelRelease().isEmpty() ? null : details.getKernelRelease());
    }

    private static ClusterDetail.@Nullable IpvsSysctls sysctls(NodeDetails details) {
        ClusterDetail.IpvsSysctls sysctls = new ClusterDetail.IpvsSysctls(
                details.getIpvsConntrack(),
                details.getIpvsConnReuseMode(),
                details.getIpvsExpireNodestConn(),
                details.getIpvsExpireQuiescentTemplate());
        return sysctls.equals(NO_SYSCTLS) ? null : sysctls;
    }

    private static ClusterDetail.@Nullable Probe probe(@Nullable ProbeState state) {
        return switch (state) {
            case Ok -> ClusterDetail.Probe.Ok;
            case Failing -> ClusterDetail.Probe.Failing;
            case Skipped -> ClusterDetail.Probe.Skipped;
            case Unknown -> null;
            case null -> null;
        };
    }
}
