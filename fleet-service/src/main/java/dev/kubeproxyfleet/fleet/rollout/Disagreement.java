package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.Gate;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import java.time.Instant;
import java.util.Optional;

/**
 * Where what Azure shows of a cluster, what its Kubernetes API shows and what its agents report do not agree. All nodes count, and what a
 * source does not tell is no disagreement.
 *
 * @param code {@code FlagsDiffer}, {@code DaemonSetNotRolledOut} or {@code PodsCrashLooping}: the Kubernetes API does not show what Azure
 *     does; {@code NodesDrifted}: it does, and nodes run something else
 * @param message what both sources say of what Azure shows, in place of a sentence
 */
public record Disagreement(ClusterReason code, String message) {

    private static final double ALL_NODES = 1;

    /** Empty as long as nobody has seen the cluster's Kubernetes API, or nobody can read what Azure shows. */
    public static Optional<Disagreement> of(ClusterRecord cluster, Evidence evidence, KubernetesView view) {
        KubeProxyConfig shown = cluster.kubeProxy();
        if (shown == null || !shown.effective().enabled()) {
            return Optional.empty();
        }
        KubeProxyFindings findings = KubeProxyFindings.of(
                new Verification.Demand(shown, ALL_NODES, true, Verification.Services.LEFT_OUT, NodesBefore.UNKNOWN),
                Gate.Source.Both,
                cluster,
                evidence,
                view,
                Findings.Times.since(Instant.EPOCH));
        Delivery delivery = findings.delivery();
        if (!delivery.isNew()) {
            return Optional.empty();
        }
        if (delivery.isDisproven()) {
            return Optional.of(new Disagreement(
                    delivery.failureCode(),
                    evidence.nodesReporting() == 0 ? delivery.describe() : findings.describe()));
        }
        return findings.nodes().isContradicted()
                ? Optional.of(new Disagreement(ClusterReason.NodesDrifted, findings.describe()))
                : Optional.empty();
    }
}
