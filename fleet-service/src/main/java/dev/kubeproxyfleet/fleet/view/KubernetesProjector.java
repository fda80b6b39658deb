package dev.kubeproxyfleet.fleet.view;

import dev.kubeproxyfleet.fleet.health.HealthEvidence;
import dev.kubeproxyfleet.fleet.kubernetes.KubernetesEvidence;
import dev.kubeproxyfleet.fleet.rollout.Disagreement;
import dev.kubeproxyfleet.fleet.rollout.Evidence;
import dev.kubeproxyfleet.fleet.rollout.KubernetesView;
import dev.kubeproxyfleet.schemas.avro.AgentDaemonSet;
import dev.kubeproxyfleet.schemas.avro.ClusterHealth;
import dev.kubeproxyfleet.schemas.avro.ClusterKubernetes;
import dev.kubeproxyfleet.schemas.avro.KubeProxyDaemonSet;
import dev.kubeproxyfleet.schemas.avro.KubeProxyFlags;
import dev.kubeproxyfleet.schemas.avro.KubeProxyPod;
import dev.kubeproxyfleet.schemas.avro.KubernetesNode;
import dev.kubeproxyfleet.schemas.avro.KubernetesSeen;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.view.ClusterDetail;
import dev.kubeproxyfleet.schemas.view.Finding;
import dev.kubeproxyfleet.schemas.view.KubernetesSummary;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Shows what a cluster's Kubernetes API says. */
final class KubernetesProjector {

    /** What is older is called old: twice the time in which each cluster is looked at by default. */
    static final Duration OLD_AFTER = Duration.ofMinutes(30);

    private KubernetesProjector() {}

    /** @param health null if no agent has reported */
    static KubernetesSummary summary(ClusterRecord cluster, ClusterKubernetes record, @Nullable ClusterHealth health) {
        KubernetesView view = KubernetesEvidence.of(record);
        KubernetesView.Trouble trouble = view.trouble();
        Evidence evidence = health == null ? Evidence.NONE : HealthEvidence.of(health);
        return new KubernetesSummary(
                trouble == null ? null : Finding.of(trouble.code(), trouble.message()),
                trouble == null ? null : trouble.since(),
                record.getSeen() == null ? null : seen(cluster, record.getSeen()),
                Disagreement.of(cluster, evidence, view)
                        .map(found -> Finding.of(found.code(), found.message()))
                        .orElse(null));
    }

    private static KubernetesSummary.Seen seen(ClusterRecord cluster, KubernetesSeen seen) {
        Instant at = Instant.ofEpochMilli(seen.getAt());
        return new KubernetesSummary.Seen(
                at,
                at.plus(OLD_AFTER),
                daemonSet(cluster, seen.getDaemonSet()),
                seen.getPods().stream()
                        .map(pods -> new KubernetesSummary.Pods(
                                flags(cluster, pods.getFlags()),
                                pods.getNewest(),
                                pods.getReady(),
                                pods.getCount(),
                                instant(pods.getNewestStartAt())))
                        .toList(),
                seen.getRestartedAt().size(),
                seen.getLinuxNodes(),
                seen.getReadyLinuxNodes(),
                seen.getWindowsNodes(),
                seen.getVirtualNodes(),
                seen.getArchitectures(),
                seen.getEvents(),
                seen.getAgents() == null
                        ? null
                        : seen.getAgents().stream()
                                .map(KubernetesProjector::agents)
                                .toList());
    }

    private static KubernetesSummary.Agents agents(AgentDaemonSet daemonSet) {
        return new KubernetesSummary.Agents(
                daemonSet.getName(),
                daemonSet.getOwned(),
                daemonSet.getImage(),
                daemonSet.getKafka(),
                daemonSet.getObservedGeneration() >= daemonSet.getGeneration(),
                daemonSet.getDesiredNumberScheduled(),
                daemonSet.getUpdatedNumberScheduled(),
                daemonSet.getNumberAvailable(),
                daemonSet.getWaiting());
    }

    private static KubernetesSummary.@Nullable DaemonSet daemonSet(
            ClusterRecord cluster, @Nullable KubeProxyDaemonSet daemonSet) {
        return daemonSet == null
                ? null
                : new KubernetesSummary.DaemonSet(
                        daemonSet.getObservedGeneration() >= daemonSet.getGeneration(),
                        daemonSet.getDesiredNumberScheduled(),
                        daemonSet.getUpdatedNumberScheduled(),
                        daemonSet.getNumberAvailable(),
                        flags(cluster, daemonSet.getFlags()));
    }

    private static KubernetesSummary.Flags flags(ClusterRecord cluster, KubeProxyFlags record) {
        KubernetesView.Flags flags = KubernetesEvidence.flags(record);
        return new KubernetesSummary.Flags(
                flags.modeIn(cluster),
                flags.schedulerIn(cluster),
                flags.tcpTimeoutSeconds(),
                flags.tcpFinTimeoutSeconds(),
                flags.udpTimeoutSeconds());
    }

    static ClusterDetail.KubernetesNode node(KubernetesNode node) {
        return new ClusterDetail.KubernetesNode(
                node.getNode(),
                node.getReady(),
                node.getArchitecture(),
                node.getKernelVersion(),
                node.getKubeletVersion(),
                pod(node.getPod()));
    }

    private static ClusterDetail.@Nullable Pod pod(@Nullable KubeProxyPod pod) {
        return pod == null
                ? null
                : new ClusterDetail.Pod(
                        pod.getName(),
                        pod.getMode(),
                        pod.getNewest(),
                        pod.getReady(),
                        pod.getRestarts(),
                        instant(pod.getStartedAt()),
                        pod.getWaiting());
    }

    private static @Nullable Instant instant(@Nullable Long millis) {
        return millis == null ? null : Instant.ofEpochMilli(millis);
    }
}
