package dev.kubeproxyfleet.fleet.health;

import dev.kubeproxyfleet.schemas.reason.TokenReason;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * In the name of which nodes of a cluster snapshots came that were left out for their tokens. It says so for a while after the last
 * one, so that a lie is seen and nobody stays accused. Not thread-safe.
 */
final class LeftOut {

    /** How long a snapshot that was left out is told of. */
    static final Duration TOLD = Duration.ofMinutes(5);

    /** Names that are remembered of a cluster; they may be invented. */
    static final int MAX_NAMES = 1_000;

    private record Name(String node, TokenReason reason) {}

    private final Map<Name, Instant> until = new HashMap<>();

    /** Returns whether this was not known. */
    boolean add(String node, TokenReason reason, Instant now) {
        Name name = new Name(node, reason);
        if (until.size() >= MAX_NAMES && !until.containsKey(name)) {
            return false;
        }
        return until.put(name, now.plus(TOLD)) == null;
    }

    /** A node has proven itself, so that nothing is missing of it any more; what disproved somebody stays. Returns whether that was news. */
    boolean proven(String node) {
        return !until.isEmpty()
                && until.keySet()
                        .removeIf(name ->
                                name.node().equals(node) && !name.reason().refutes());
    }

    /** Returns whether something was told for the last time. */
    boolean dropEnded(Instant now) {
        return !until.isEmpty() && until.values().removeIf(end -> !end.isAfter(now));
    }

    boolean isEmpty() {
        return until.isEmpty();
    }

    /** Names by the reason's code. */
    Map<String, Integer> counts() {
        Map<String, Integer> counts = new TreeMap<>();
        until.keySet().forEach(name -> counts.merge(name.reason().code(), 1, Integer::sum));
        return counts;
    }
}
