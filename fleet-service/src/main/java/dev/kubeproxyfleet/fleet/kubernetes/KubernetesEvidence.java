package dev.kubeproxyfleet.fleet.kubernetes;

import dev.kubeproxyfleet.fleet.rollout.KubernetesView;
import dev.kubeproxyfleet.schemas.avro.AgentDaemonSet;
import dev.kubeproxyfleet.schemas.avro.ClusterKubernetes;
import dev.kubeproxyfleet.schemas.avro.KubeProxyDaemonSet;
import dev.kubeproxyfleet.schemas.avro.KubeProxyFlags;
import dev.kubeproxyfleet.schemas.avro.KubernetesSeen;
import dev.kubeproxyfleet.schemas.avro.KubernetesTrouble;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a record of {@code cluster-kubernetes} is to the core, for all who ask the core. */
public final class KubernetesEvidence {

    private KubernetesEvidence() {}

    public static KubernetesView of(ClusterKubernetes record) {
        return new KubernetesView(record.getUid(), trouble(record.getTrouble()), seen(record.getSeen()));
    }

    private static KubernetesView.@Nullable Trouble trouble(@Nullable KubernetesTrouble trouble) {
        return trouble == null
                ? null
                : new KubernetesView.Trouble(
                        ReasonCode.of(trouble.getCode()),
                        trouble.getMessage(),
                        Instant.ofEpochMilli(trouble.getSince()));
    }

    private static KubernetesView.@Nullable Seen seen(@Nullable KubernetesSeen seen) {
        return seen == null
                ? null
                : new KubernetesView.Seen(
                        Instant.ofEpochMilli(seen.getAt()),
                        daemonSet(seen.getDaemonSet()),
                        seen.getPods().stream()
                                .map(pods -> new KubernetesView.Pods(
                                        flags(pods.getFlags()), pods.getNewest(), pods.getReady(), pods.getCount()))
                                .toList(),
                        seen.getRestartedAt().stream()
                                .map(Instant::ofEpochMilli)
                                .toList(),
                        seen.getLinuxNodes(),
                        seen.getAgents() == null
                                ? null
                                : seen.getAgents().stream()
                                        .map(KubernetesEvidence::agents)
                                        .toList());
    }

    private static KubernetesView.AgentDaemonSet agents(AgentDaemonSet daemonSet) {
        return new KubernetesView.AgentDaemonSet(
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

    private static KubernetesView.@Nullable DaemonSet daemonSet(@Nullable KubeProxyDaemonSet daemonSet) {
        return daemonSet == null
                ? null
                : new KubernetesView.DaemonSet(
                        daemonSet.getObservedGeneration() >= daemonSet.getGeneration(),
                        daemonSet.getDesiredNumberScheduled(),
                        flags(daemonSet.getFlags()));
    }

    public static KubernetesView.Flags flags(KubeProxyFlags flags) {
        return new KubernetesView.Flags(
                flags.getKnown(),
                flags.getMode(),
                flags.getScheduler(),
                flags.getTcpTimeoutSeconds(),
                flags.getTcpFinTimeoutSeconds(),
                flags.getUdpTimeoutSeconds());
    }
}
