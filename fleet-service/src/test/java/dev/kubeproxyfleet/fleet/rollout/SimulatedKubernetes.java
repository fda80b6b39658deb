package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.fleet.rollout.KubernetesView.DaemonSet;
import dev.kubeproxyfleet.fleet.rollout.KubernetesView.Flags;
import dev.kubeproxyfleet.fleet.rollout.KubernetesView.Pods;
import dev.kubeproxyfleet.fleet.rollout.KubernetesView.Seen;
import dev.kubeproxyfleet.fleet.rollout.KubernetesView.Trouble;
import dev.kubeproxyfleet.schemas.config.EffectiveIpvs;
import dev.kubeproxyfleet.schemas.config.EffectiveKubeProxy;
import dev.kubeproxyfleet.schemas.reason.KubernetesReason;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the Kubernetes APIs of simulated clusters say, of those that can be seen at the time. */
final class SimulatedKubernetes {

    private final VirtualTime time;
    private final Dice dice;
    private final dev.kubeproxyfleet.fleet.rollout.Seen counts;

    /** By uid. */
    private final Map<String, KubernetesView> views = new HashMap<>();

    private final Map<String, Instant> unreachable = new HashMap<>();

    SimulatedKubernetes(VirtualTime time, Dice dice, dev.kubeproxyfleet.fleet.rollout.Seen counts) {
        this.time = time;
        this.dice = dice;
        this.counts = counts;
    }

    /** The API of a cluster cannot be reached, or can again; or someone edits the DaemonSet of kube-proxy. */
    void disturb(SimulatedAzure.Cluster cluster) {
        if (dice.chance(0.6)) {
            counts.count("Kubernetes API falls silent or answers again");
            if (unreachable.remove(cluster.uid) == null) {
                unreachable.put(cluster.uid, time.now());
            }
        } else if (!cluster.isBusy() && !cluster.isStopped()) {
            counts.count("someone edits a DaemonSet");
            EffectiveKubeProxy edited = SimulatedConfigs.kubeProxy(dice).effective();
            if (edited.enabled() && cluster.effective().enabled()) {
                cluster.edit(edited);
                cluster.nodes.forEach(node -> time.after(dice.seconds(0, 90), () -> {
                    if (!node.stuck && cluster.template().equals(edited)) {
                        node.restart(edited, time.now());
                        time.after(dice.seconds(0, 60), () -> node.sync(time.now()));
                    }
                }));
            }
        }
    }

    void becomeKind() {
        unreachable.clear();
    }

    /** What is known now. */
    KubernetesView view(SimulatedAzure.Cluster cluster) {
        KubernetesView before = views.getOrDefault(cluster.uid, new KubernetesView(cluster.uid, null, null));
        Instant since = unreachable.get(cluster.uid);
        KubernetesView now = since != null || cluster.isStopped()
                ? new KubernetesView(
                        cluster.uid,
                        new Trouble(
                                KubernetesReason.ServerUnreachable, "no answer", since == null ? time.now() : since),
                        before.seen())
                : new KubernetesView(cluster.uid, null, seen(cluster));
        views.put(cluster.uid, now);
        return now;
    }

    private Seen seen(SimulatedAzure.Cluster cluster) {
        EffectiveKubeProxy template = cluster.template();
        if (!template.enabled()) {
            return new Seen(time.now(), null, List.of(), List.of(), cluster.nodes.size(), null);
        }
        Map<Pods, Integer> pods = new LinkedHashMap<>();
        for (SimulatedAzure.Node node : cluster.nodes) {
            EffectiveKubeProxy started = node.started();
            if (started.enabled()) {
                Pods one = new Pods(flags(started), started.equals(template), !node.crashes(), 1);
                pods.merge(one, 1, Integer::sum);
            }
        }
        return new Seen(
                time.now(),
                new DaemonSet(true, cluster.nodes.size(), flags(template)),
                pods.entrySet().stream()
                        .map(entry -> new Pods(
                                entry.getKey().flags(),
                                entry.getKey().isNewest(),
                                entry.getKey().isReady(),
                                entry.getValue()))
                        .toList(),
                cluster.nodes.stream()
                        .flatMap(node -> node.restartedAt(time.now()).stream())
                        .sorted(Comparator.reverseOrder())
                        .toList(),
                cluster.nodes.size(),
                null);
    }

    private static Flags flags(EffectiveKubeProxy config) {
        EffectiveIpvs ipvs = config.ipvs();
        return new Flags(
                true,
                config.mode().name().toLowerCase(Locale.ROOT),
                ipvs == null ? null : ipvs.scheduler().kernelName(),
                ipvs == null ? null : (Integer) ipvs.tcpTimeoutSeconds(),
                ipvs == null ? null : (Integer) ipvs.tcpFinTimeoutSeconds(),
                ipvs == null ? null : (Integer) ipvs.udpTimeoutSeconds());
    }
}
