package dev.kubeproxyfleet.simulator.world;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What goes wrong now in the clusters' Kubernetes and with its API. Thread-safe. */
public final class KubernetesFaults {

    static final int MAX_FAULTS = 1_000;

    private final InstantSource clock;
    private volatile List<KubernetesFault> faults = List.of();

    /** When somebody last began or ended to edit a DaemonSet. */
    private volatile Instant editedAt = Instant.EPOCH;

    public KubernetesFaults(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * Adds all of them; one that is there already stays as it is.
     *
     * @throws IllegalStateException if that would be more than {@value #MAX_FAULTS}; nothing is added then
     */
    public synchronized void begin(List<? extends KubernetesFault> more) {
        List<KubernetesFault> all = new ArrayList<>(faults);
        more.stream().filter(fault -> !all.contains(fault)).forEach(all::add);
        if (all.size() > MAX_FAULTS) {
            throw new IllegalStateException("there can be " + MAX_FAULTS + " faults of Kubernetes at once, not more");
        }
        become(all);
    }

    /** Ends those that {@code which} holds for. */
    public synchronized void end(Predicate<KubernetesFault> which) {
        become(faults.stream().filter(which.negate()).toList());
    }

    private void become(List<KubernetesFault> all) {
        if (!edits(faults).equals(edits(all))) {
            editedAt = clock.instant();
        }
        faults = List.copyOf(all);
    }

    private static List<KubernetesFault> edits(List<KubernetesFault> among) {
        return among.stream()
                .filter(KubernetesFault.OtherFlags.class::isInstance)
                .toList();
    }

    /** All of them, in the order in which they began. */
    public List<KubernetesFault> all() {
        return faults;
    }

    /** Those of a kind that befall a cluster, whose id is in lower case. */
    public <F extends KubernetesFault> Stream<F> of(String clusterId, Class<F> kind) {
        List<KubernetesFault> now = faults;
        return now.isEmpty()
                ? Stream.empty()
                : now.stream()
                        .filter(fault -> kind.isInstance(fault) && fault.befalls(clusterId))
                        .map(kind::cast);
    }

    /** Whether a fault of a kind befalls a cluster. */
    public boolean has(String clusterId, Class<? extends KubernetesFault> kind) {
        return of(clusterId, kind).findAny().isPresent();
    }

    /** Whether the pod of kube-proxy on a node is not replaced, whatever its DaemonSet says. */
    public boolean holdsBack(String clusterId, String node) {
        return has(clusterId, KubernetesFault.NotRolledOut.class)
                || of(clusterId, KubernetesFault.StuckPods.class)
                        .anyMatch(stuck -> stuck.node() == null || stuck.node().equals(node));
    }

    /** What kube-proxy's DaemonSet says, where ARM applied {@code applied}. */
    public AppliedConfiguration edited(String clusterId, AppliedConfiguration applied) {
        Instant edit = editedAt;
        if (edit.equals(Instant.EPOCH)) {
            return applied;
        }
        Optional<KubernetesFault.OtherFlags> other =
                of(clusterId, KubernetesFault.OtherFlags.class).findFirst();
        return new AppliedConfiguration(
                other.map(KubernetesFault.OtherFlags::kubeProxy).orElse(applied.kubeProxy()),
                edit.isAfter(applied.since()) ? edit : applied.since(),
                applied.running());
    }
}
