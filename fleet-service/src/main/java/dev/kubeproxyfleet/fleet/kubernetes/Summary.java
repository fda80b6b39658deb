package dev.kubeproxyfleet.fleet.kubernetes;

import static java.util.Comparator.comparing;
import static java.util.Comparator.naturalOrder;
import static java.util.Comparator.reverseOrder;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import dev.kubeproxyfleet.schemas.avro.AgentDaemonSet;
import dev.kubeproxyfleet.schemas.avro.KubeProxyDaemonSet;
import dev.kubeproxyfleet.schemas.avro.KubeProxyFlags;
import dev.kubeproxyfleet.schemas.avro.KubeProxyPod;
import dev.kubeproxyfleet.schemas.avro.KubeProxyPods;
import dev.kubeproxyfleet.schemas.avro.KubernetesNode;
import dev.kubeproxyfleet.schemas.avro.KubernetesSeen;
import dev.kubeproxyfleet.schemas.config.KubernetesVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The kept objects of a cluster as the record shows them; the record's schema says what each number is. */
final class Summary {

    static final int MAX_NODES = 200;
    static final int MAX_POD_GROUPS = 64;
    static final int MAX_EVENT_REASONS = 16;

    /** Without a restart in it, a pod does not restart again and again any more. */
    static final Duration QUIET = Duration.ofMinutes(15);

    /** From here on kube-proxy's default may be another mode than iptables. */
    private static final int MINOR_OF_OTHER_DEFAULT = 40;

    private final Kept kept;
    private final @Nullable List<AgentDaemonSet> agents;
    private final Instant at;
    private final @Nullable String newestHash;

    private Summary(Kept kept, @Nullable List<AgentDaemonSet> agents, Instant at) {
        this.kept = kept;
        this.agents = agents;
        this.at = at;
        this.newestHash = kept.newestHash() == null ? derivedHash(kept) : kept.newestHash();
    }

    /**
     * @param agents null if nobody looks at them, or may
     * @param at all of it was true then
     */
    static KubernetesSeen of(Kept kept, @Nullable List<AgentDaemonSet> agents, Instant at) {
        return new Summary(kept, agents, at).seen();
    }

    /** The kept objects without pods of nodes that are gone, and with one pod for each node. */
    static Collection<Kept.Pod> standing(Kept kept) {
        Set<String> nodes = kept.nodes() == null
                ? null
                : kept.nodes().stream().map(Kept.Node::name).collect(toSet());
        Map<String, Kept.Pod> byNode = new HashMap<>();
        for (Kept.Pod pod : kept.pods()) {
            if (!pod.node().isEmpty() && (nodes == null || nodes.contains(pod.node()))) {
                byNode.merge(pod.node(), pod, (one, other) -> one.createdAt().isAfter(other.createdAt()) ? one : other);
            }
        }
        return byNode.values();
    }

    /**
     * The newest revision's hash where the revisions may not be read: that of as many pods as the DaemonSet counts as updated. Null
     * where that does not tell.
     */
    private static @Nullable String derivedHash(Kept kept) {
        Kept.DaemonSet set = kept.daemonSet();
        if (set == null || !set.isObserved() || set.updated() == 0) {
            return null;
        }
        List<String> possible =
                standing(kept).stream().collect(groupingBy(Kept.Pod::hash, counting())).entrySet().stream()
                        .filter(pods -> pods.getValue() == set.updated())
                        .map(Map.Entry::getKey)
                        .toList();
        return possible.size() == 1 ? possible.getFirst() : null;
    }

    private KubernetesSeen seen() {
        Map<String, Kept.Pod> pods = standing(kept).stream().collect(toMap(Kept.Pod::node, pod -> pod));
        List<Kept.Node> linux = nodes(pods.keySet())
                .filter(node -> node.kind() == Kept.Kind.LINUX)
                .sorted(comparing(Kept.Node::name))
                .toList();
        return new KubernetesSeen(
                at.toEpochMilli(),
                daemonSet(),
                groups(pods.values()),
                restarts(pods.values()),
                kept.nodes() == null && kept.daemonSet() != null
                        ? kept.daemonSet().desired()
                        : linux.size(),
                (int) linux.stream().filter(Kept.Node::ready).count(),
                count(Kept.Kind.WINDOWS),
                count(Kept.Kind.VIRTUAL),
                linux.stream()
                        .filter(node -> !node.architecture().isEmpty())
                        .collect(toMap(Kept.Node::architecture, _ -> 1, Integer::sum)),
                events(),
                linux.stream()
                        .limit(MAX_NODES)
                        .map(node -> node(node, pods.get(node.name())))
                        .toList(),
                agents);
    }

    /** Where nodes may not be read, those that pods are on. */
    private Stream<Kept.Node> nodes(Set<String> ofPods) {
        return kept.nodes() == null
                ? ofPods.stream().map(node -> new Kept.Node(node, Kept.Kind.LINUX, false, "", "", ""))
                : kept.nodes().stream();
    }

    private int count(Kept.Kind kind) {
        return kept.nodes() == null
                ? 0
                : (int) kept.nodes().stream()
                        .filter(node -> node.kind() == kind)
                        .count();
    }

    private @Nullable KubeProxyDaemonSet daemonSet() {
        Kept.DaemonSet set = kept.daemonSet();
        return set == null
                ? null
                : new KubeProxyDaemonSet(
                        set.generation(),
                        set.observedGeneration(),
                        set.desired(),
                        set.updated(),
                        set.available(),
                        set.flags());
    }

    private boolean isNewest(Kept.Pod pod) {
        return newestHash != null && newestHash.equals(pod.hash());
    }

    private List<KubeProxyPods> groups(Collection<Kept.Pod> pods) {
        record Alike(KubeProxyFlags flags, boolean newest, boolean ready) {}
        List<KubeProxyPods> groups =
                new ArrayList<>(pods.stream()
                        .collect(groupingBy(pod -> new Alike(pod.flags(), isNewest(pod), pod.ready())))
                        .entrySet()
                        .stream()
                        .map(group -> new KubeProxyPods(
                                group.getKey().flags(),
                                group.getKey().newest(),
                                group.getKey().ready(),
                                group.getValue().size(),
                                latestStart(group.getValue())))
                        .sorted(comparing(KubeProxyPods::getCount, reverseOrder())
                                .thenComparing(KubeProxyPods::toString))
                        .toList());
        if (groups.size() <= MAX_POD_GROUPS) {
            return groups;
        }
        List<KubeProxyPods> rest = groups.subList(MAX_POD_GROUPS - 1, groups.size());
        int count = rest.stream().mapToInt(KubeProxyPods::getCount).sum();
        rest.clear();
        groups.add(new KubeProxyPods(CommandLine.UNKNOWN, false, false, count, null));
        return groups;
    }

    private static @Nullable Long latestStart(List<Kept.Pod> pods) {
        return pods.stream()
                .map(Kept.Pod::startedAt)
                .filter(Objects::nonNull)
                .max(naturalOrder())
                .map(Instant::toEpochMilli)
                .orElse(null);
    }

    private List<Long> restarts(Collection<Kept.Pod> pods) {
        return pods.stream()
                .map(this::earlierOfLastTwoRestarts)
                .filter(Objects::nonNull)
                .map(Instant::toEpochMilli)
                .sorted(reverseOrder())
                .toList();
    }

    /**
     * Null unless the pod's container has restarted twice, and lately. The restart that it waits for counts: the run that has ended
     * began with the one before. A kubelet counts a restart once it has begun. Where it does not tell when a run began, that was no
     * earlier than the pod.
     */
    private @Nullable Instant earlierOfLastTwoRestarts(Kept.Pod pod) {
        boolean runs = pod.startedAt() != null;
        int restarts = runs ? pod.restarts() : pod.restarts() + 1;
        Instant latest = runs ? pod.startedAt() : pod.lastEndAt();
        return restarts < 2 || latest == null || latest.plus(QUIET).isBefore(at)
                ? null
                : Objects.requireNonNullElse(pod.lastStartAt(), pod.createdAt());
    }

    private Map<String, Integer> events() {
        Map<String, Set<String>> byReason = kept.events().stream()
                .filter(event -> !event.reason().isEmpty())
                .collect(groupingBy(Kept.Event::reason, mapping(Kept.Event::about, toSet())));
        return byReason.entrySet().stream()
                .sorted(comparing((Map.Entry<String, Set<String>> reason) ->
                                -reason.getValue().size())
                        .thenComparing(Map.Entry::getKey))
                .limit(MAX_EVENT_REASONS)
                .collect(toMap(Map.Entry::getKey, reason -> reason.getValue().size()));
    }

    private KubernetesNode node(Kept.Node node, Kept.@Nullable Pod pod) {
        return new KubernetesNode(
                node.name(),
                node.ready(),
                node.architecture(),
                node.kernelVersion(),
                node.kubeletVersion(),
                pod == null
                        ? null
                        : new KubeProxyPod(
                                pod.name(),
                                mode(pod.flags(), node.kubeletVersion()),
                                isNewest(pod),
                                pod.ready(),
                                pod.restarts(),
                                pod.startedAt() == null ? null : pod.startedAt().toEpochMilli(),
                                pod.waiting()));
    }

    private static @Nullable String mode(KubeProxyFlags flags, String kubeletVersion) {
        if (!flags.getKnown() || flags.getMode() != null) {
            return flags.getMode();
        }
        String version = kubeletVersion.startsWith("v") ? kubeletVersion.substring(1) : kubeletVersion;
        boolean iptablesByDefault = KubernetesVersion.parse(version)
                .map(known -> !known.isAtLeast(1, MINOR_OF_OTHER_DEFAULT))
                .orElse(false);
        return iptablesByDefault ? "iptables" : null;
    }
}
