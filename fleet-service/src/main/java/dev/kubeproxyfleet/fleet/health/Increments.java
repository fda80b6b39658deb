package dev.kubeproxyfleet.fleet.health;

import dev.kubeproxyfleet.schemas.config.Signal;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a node counted between two of its snapshots. A counter that may have begun anew between them is unknown, never zero: a boot
 * resets all of them, a restart of kube-proxy its own, and one of the agent the probe's.
 *
 * @param at when the later one was heard
 * @param time between the two, by the broker's clock: the node's own may be set in between
 * @param events of the signals that are known, but slow synchronisations, which only the cluster's others tell
 * @param syncs synchronisations of rules as {@link NodeCounters#syncs}; empty if unknown
 */
record Increments(Instant at, Duration time, Map<Signal, Long> events, List<Long> syncs) {

    Increments {
        events = Map.copyOf(events);
        syncs = List.copyOf(syncs);
    }

    /** @param earlier the latest snapshot of the same node before this one, which was not silent in between */
    static Increments between(NodeState earlier, NodeState later) {
        Map<Signal, Long> events = new EnumMap<>(Signal.class);
        List<Long> syncs = List.of();
        if (earlier.bootId().equals(later.bootId())) {
            NodeCounters before = earlier.counters();
            NodeCounters after = later.counters();
            put(events, Signal.REFUSALS, growth(before.refusals(), after.refusals()));
            put(events, Signal.CONNTRACK_FAILURES, growth(before.conntrackFailures(), after.conntrackFailures()));
            if (KubeProxyStarts.areOne(before.processStartMillis(), after.processStartMillis())) {
                put(events, Signal.SYNC_FAILURES, growth(before.syncFailures(), after.syncFailures()));
                syncs = growthOfEach(before.syncs(), after.syncs());
            }
            if (after.sequence() > before.sequence()) {
                put(events, Signal.PROBE_FAILURES, growth(before.probeFailures(), after.probeFailures()));
            }
        }
        Duration time = Duration.between(earlier.heardAt(), later.heardAt());
        return new Increments(later.heardAt(), time.isNegative() ? Duration.ZERO : time, events, syncs);
    }

    boolean areUnknown() {
        return events.isEmpty() && syncs.isEmpty();
    }

    private static void put(Map<Signal, Long> events, Signal signal, @Nullable Long growth) {
        if (growth != null) {
            events.put(signal, growth);
        }
    }

    private static @Nullable Long growth(@Nullable Long before, @Nullable Long after) {
        return before == null || after == null || after < before ? null : (Long) (after - before);
    }

    /** Null if none is known, or not the same ones before and after. */
    private static @Nullable Long growth(List<@Nullable Long> before, List<@Nullable Long> after) {
        Long sum = null;
        for (int i = 0; i < before.size(); i++) {
            if (before.get(i) == null && after.get(i) == null) {
                continue;
            }
            Long growth = growth(before.get(i), after.get(i));
            if (growth == null) {
                return null;
            }
            sum = NodeCounters.plus(sum == null ? 0 : sum, growth);
        }
        return sum;
    }

    private static List<Long> growthOfEach(List<Long> before, List<Long> after) {
        boolean known = !before.isEmpty()
                && before.size() == after.size()
                && IntStream.range(0, before.size()).allMatch(i -> before.get(i) <= after.get(i));
        return known
                ? IntStream.range(0, before.size())
                        .mapToObj(i -> after.get(i) - before.get(i))
                        .toList()
                : List.of();
    }
}
