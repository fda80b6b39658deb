package dev.kubeproxyfleet.simulator.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.simulator.arm.ArmSimulator;
import dev.kubeproxyfleet.simulator.arm.LinuxNodes;
import dev.kubeproxyfleet.simulator.node.KubeProxyPod;
import dev.kubeproxyfleet.simulator.node.SimulatedNode;
import dev.kubeproxyfleet.simulator.node.SimulatedNodes;
import dev.kubeproxyfleet.simulator.world.AppliedConfiguration;
import dev.kubeproxyfleet.simulator.world.KubernetesFault;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lets the objects of a cluster follow its ARM document and its simulated nodes: namespaces, nodes, and kube-proxy with its
 * DaemonSet, its revisions, its pods and its events. Whatever else writes these is undone, as AKS's addon manager does. Thread-safe.
 */
final class ClusterFollower {

    private static final List<String> NAMESPACES = List.of("default", "kube-node-lease", "kube-public", "kube-system");

    /** As {@code --event-ttl} of the API server. */
    private static final Duration EVENTS_LAST = Duration.ofHours(1);

    /** As {@code revisionHistoryLimit} of the DaemonSet. */
    private static final int MAX_REVISIONS = 10;

    private record Revision(KubeProxyConfig config, long number, Instant created) {}

    /** What the DaemonSet's status counts. */
    private record Counts(int desired, int current, int updated, int up) {}

    private record DaemonSetShown(String template, KubeProxyConfig config, long generation, Status status) {}

    private record Status(long observedGeneration, Counts counts) {}

    private final String id;
    private final ArmSimulator azure;
    private final SimulatedNodes nodes;
    private final InstantSource clock;
    private final Mirror mirror;
    private final Instant created;

    /** The latest one last. */
    private final Map<KubeProxyConfig, Revision> revisions = new LinkedHashMap<>();

    private @Nullable ClusterFacts facts;
    private String factsOf = "";
    private KubeProxyConfig configured = KubeProxyConfig.UNSET;
    private long generation;
    private long revision;
    private Status status = new Status(0, new Counts(0, 0, 0, 0));

    ClusterFollower(String id, ArmSimulator azure, SimulatedNodes nodes, ClusterStore store, InstantSource clock) {
        this.id = id;
        this.azure = azure;
        this.nodes = nodes;
        this.clock = clock;
        this.mirror = new Mirror(store);
        this.created = nodes.of(id).stream()
                .flatMap(node -> node.kubeProxyPod().stream())
                .map(KubeProxyPod::createdAt)
                .min(Comparator.naturalOrder())
                .orElseGet(clock::instant);
    }

    /** What the cluster is; empty if there is none (any more), or while it is stopped. */
    synchronized Optional<ClusterFacts> follow() {
        ClusterFacts now = facts();
        Optional<AppliedConfiguration> applied = azure.applied(id).filter(AppliedConfiguration::running);
        if (now == null || applied.isEmpty()) {
            return Optional.empty();
        }
        mirror.begin();
        for (String name : NAMESPACES) {
            mirror.show(new Key(ResourceType.NAMESPACE, "", name), name, () -> Objects.namespace(id, name, created));
        }
        for (int i = 0; i < now.nodes().size(); i++) {
            NodeFacts node = now.nodes().get(i);
            int index = i;
            mirror.show(
                    new Key(ResourceType.NODE, "", node.name()), node, () -> Objects.node(id, node, index, created));
        }
        if (applied.get().kubeProxy().effective().enabled()) {
            showKubeProxy(now, applied.get().kubeProxy());
        }
        mirror.end();
        return Optional.of(now);
    }

    /** Whether an object is one of those that follow. */
    synchronized boolean shows(Key key) {
        return mirror.shows(key);
    }

    private @Nullable ClusterFacts facts() {
        Optional<String> eTag = azure.eTag(id);
        Optional<LinuxNodes> linux = azure.linuxNodes(id);
        if (eTag.isEmpty() || linux.isEmpty()) {
            return null;
        }
        String of = eTag.get() + linux.get();
        if (!of.equals(factsOf)) {
            facts = azure.document(id)
                    .map(document -> ClusterFacts.of(id, document, linux.get()))
                    .orElse(null);
            factsOf = of;
        }
        return facts;
    }

    private void showKubeProxy(ClusterFacts now, KubeProxyConfig config) {
        KubeProxyObjects objects = new KubeProxyObjects(now);
        Map<String, KubeProxyPod> pods = new LinkedHashMap<>();
        for (SimulatedNode node : nodes.of(id)) {
            node.kubeProxyPod().ifPresent(pod -> pods.put(node.name(), pod));
        }
        if (generation == 0 || !config.equals(configured)) {
            configured = config;
            generation++;
            if (generation > 1) {
                // Everybody may see the new generation before the controller does.
                showDaemonSet(objects, now);
            }
        }
        boolean observed = generation == 1 || !azure.kubernetesFaults().has(id, KubernetesFault.NotRolledOut.class);
        if (observed) {
            observe(now, pods);
        }
        showDaemonSet(objects, now);
        ObjectNode owner = objects.daemonSet(configured, created);
        revisions
                .values()
                .forEach(one -> mirror.show(
                        new Key(
                                ResourceType.CONTROLLER_REVISION,
                                KubeProxyObjects.NAMESPACE,
                                KubeProxyObjects.NAME + "-" + objects.hash(one.config())),
                        one,
                        () -> objects.revision(owner, one.config(), one.number(), one.created())));
        for (int i = 0; i < now.nodes().size(); i++) {
            String node = now.nodes().get(i).name();
            KubeProxyPod pod = pods.get(node);
            if (pod != null) {
                int index = i;
                Key key = objects.podKey(node, pod);
                mirror.show(key, pod, () -> objects.pod(owner, node, index, pod));
                showEvents(now, node, key, pod);
            }
        }
    }

    private void observe(ClusterFacts now, Map<String, KubeProxyPod> pods) {
        Revision last = revisions.get(configured);
        if (last == null || last.number() != revision) {
            revisions.remove(configured);
            revisions.put(configured, new Revision(configured, ++revision, clock.instant()));
            if (revisions.size() > MAX_REVISIONS) {
                revisions.remove(revisions.keySet().iterator().next());
            }
        }
        status = new Status(
                generation,
                new Counts(
                        (int) now.nodes().stream()
                                .filter(node -> !node.windows())
                                .count(),
                        pods.size(),
                        (int) pods.values().stream()
                                .filter(pod -> pod.config().equals(configured))
                                .count(),
                        (int) pods.values().stream().filter(KubeProxyPod::up).count()));
    }

    private void showDaemonSet(KubeProxyObjects objects, ClusterFacts now) {
        DaemonSetShown shown = new DaemonSetShown(now.version() + now.podCidr(), configured, generation, status);
        mirror.show(KubeProxyObjects.DAEMON_SET, shown, () -> {
            ObjectNode set = objects.daemonSet(configured, created);
            set.withObject("/metadata").put("generation", generation);
            Counts counts = status.counts();
            set.putObject("status")
                    .put("observedGeneration", status.observedGeneration())
                    .put("desiredNumberScheduled", counts.desired())
                    .put("currentNumberScheduled", counts.current())
                    .put("updatedNumberScheduled", counts.updated())
                    .put("numberReady", counts.up())
                    .put("numberAvailable", counts.up())
                    .put("numberUnavailable", counts.desired() - counts.up())
                    .put("numberMisscheduled", 0);
            return set;
        });
    }

    private void showEvents(ClusterFacts now, String node, Key pod, KubeProxyPod running) {
        boolean warned = running.config().effective().mode() == KubeProxyMode.IPVS
                && now.minor() > KubeProxyObjects.LAST_IPVS_WITHOUT_WARNING;
        if (warned && isFresh(running.startedAt())) {
            Key key = Events.key(node, running.startedAt());
            mirror.show(key, running.startedAt(), () -> Events.ipvsDeprecation(id, node, running.startedAt()));
        }
        if (running.restarts() > 0 && isFresh(running.startedAt())) {
            Key key = Events.key(pod.name(), running.createdAt());
            mirror.show(key, running.restarts(), () -> Events.backOff(id, pod, node, running));
        }
    }

    private boolean isFresh(Instant at) {
        return clock.instant().isBefore(at.plus(EVENTS_LAST));
    }
}
