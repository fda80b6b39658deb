package dev.kubeproxyfleet.fleet.controller;

import dev.kubeproxyfleet.fleet.rollout.ClusterState;
import dev.kubeproxyfleet.fleet.rollout.RolloutCluster;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which clusters of one rollout wait, are in flight, settle, were changed or were deferred: what events ask for, without looking at all
 * clusters. In memory, and made anew from the stored clusters where it is not.
 */
final class ClusterLists {

    private record Queue(RolloutCluster.Place place, boolean blocked) {}

    /** By ordinal. */
    private final Map<Queue, NavigableMap<Integer, String>> waiting = new HashMap<>();

    private final NavigableSet<String> inFlight = new TreeSet<>();
    private final NavigableSet<String> settling = new TreeSet<>();
    private final NavigableSet<String> deferred = new TreeSet<>();

    /** By position among the changes, the newest first. */
    private final NavigableMap<Integer, String> changed = new TreeMap<>(Comparator.reverseOrder());

    /** Those that nothing blocks first, then by ordinal; {@code limit} at most. */
    List<String> waiting(int stage, int group, int limit) {
        RolloutCluster.Place place = new RolloutCluster.Place(stage, group);
        return Stream.of(false, true)
                .map(blocked -> waiting.get(new Queue(place, blocked)))
                .flatMap(queue -> queue == null ? Stream.empty() : queue.values().stream())
                .limit(limit)
                .toList();
    }

    Collection<String> inFlight() {
        return inFlight;
    }

    Collection<String> settling() {
        return settling;
    }

    Collection<String> deferred() {
        return deferred;
    }

    /** The newest first; {@code limit} at most. */
    List<String> changed(int limit) {
        return changed.values().stream().limit(limit).toList();
    }

    /** @param previous null if the rollout did not have the cluster */
    void move(@Nullable RolloutCluster previous, RolloutCluster next) {
        if (previous != null) {
            remove(previous);
        }
        add(next);
    }

    private void add(RolloutCluster cluster) {
        String name = cluster.cluster();
        switch (cluster.state()) {
            case ClusterState.Waiting state ->
                waiting.computeIfAbsent(queue(cluster, state), _ -> new TreeMap<>())
                        .put(cluster.ordinal(), name);
            case ClusterState.InFlight _ -> inFlight.add(name);
            case ClusterState.Ended _ -> {}
        }
        if (cluster.isSettling()) {
            settling.add(name);
        }
        if (cluster.isDeferred()) {
            deferred.add(name);
        }
        if (cluster.change() instanceof RolloutCluster.Change.Made made) {
            changed.put(made.position(), name);
        }
    }

    private void remove(RolloutCluster cluster) {
        String name = cluster.cluster();
        switch (cluster.state()) {
            case ClusterState.Waiting state ->
                waiting.computeIfPresent(queue(cluster, state), (_, queue) -> {
                    queue.remove(cluster.ordinal());
                    return queue.isEmpty() ? null : queue;
                });
            case ClusterState.InFlight _ -> inFlight.remove(name);
            case ClusterState.Ended _ -> {}
        }
        settling.remove(name);
        deferred.remove(name);
        if (cluster.change() instanceof RolloutCluster.Change.Made made) {
            changed.remove(made.position());
        }
    }

    private static Queue queue(RolloutCluster cluster, ClusterState.Waiting state) {
        return new Queue(cluster.place(), state.code() != null);
    }
}
