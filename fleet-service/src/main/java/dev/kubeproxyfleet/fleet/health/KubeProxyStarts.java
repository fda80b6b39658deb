package dev.kubeproxyfleet.fleet.health;

import dev.kubeproxyfleet.schemas.limit.Limits;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the starts of one node's kube-proxy on one boot. The first start that is seen is no restart.
 *
 * @param processStartMillis as kube-proxy told it last, by the node's clock
 * @param startedAt the same, and never after it was heard of
 * @param restarts when it was seen to have started again, by {@code startedAt}, oldest first; at most the last two
 */
record KubeProxyStarts(long processStartMillis, Instant startedAt, List<Instant> restarts) {

    /** What one process tells of its start may move by so much: the kernel counts it from a boot time in whole seconds. */
    static final Duration JITTER = Duration.ofSeconds(1);

    private static final int KEPT = 2;

    /**
     * So much lies between two restarts of a loop at most: the kubelet waits up to 5 minutes before it starts a container again, and
     * forgets that it failed once it has run for 10.
     */
    static final Duration LOOP = Duration.ofMinutes(15);

    KubeProxyStarts {
        restarts = List.copyOf(restarts);
    }

    /**
     * @param known of the same boot
     * @param processStartMillis null if kube-proxy does not tell: while it restarts it does not answer
     */
    static @Nullable KubeProxyStarts with(
            @Nullable KubeProxyStarts known, @Nullable Long processStartMillis, Instant heardAt) {
        if (processStartMillis == null || processStartMillis > Limits.LATEST.toEpochMilli()) {
            return known;
        }
        Instant startedAt = HealthFold.earlier(Instant.ofEpochMilli(processStartMillis), heardAt);
        if (known == null) {
            return new KubeProxyStarts(processStartMillis, startedAt, List.of());
        }
        if (processStartMillis - known.processStartMillis <= JITTER.toMillis()) {
            // An earlier start than the one before is the same, by a clock that was set back.
            return new KubeProxyStarts(processStartMillis, known.startedAt, known.restarts);
        }
        List<Instant> restarts = Stream.concat(known.restarts.stream(), Stream.of(startedAt))
                .skip(Math.max(0, known.restarts.size() + 1 - KEPT))
                .toList();
        return new KubeProxyStarts(processStartMillis, startedAt, restarts);
    }

    /** Whether both are known to be the start of one process. */
    static boolean areOne(@Nullable Long one, @Nullable Long other) {
        return one != null && other != null && Math.abs(one - other) <= JITTER.toMillis();
    }

    /** Whether both tell of the same starts; what one process tells of its own may move. */
    static boolean areSame(@Nullable KubeProxyStarts one, @Nullable KubeProxyStarts other) {
        return one == null || other == null
                ? one == other
                : one.startedAt.equals(other.startedAt) && one.restarts.equals(other.restarts);
    }

    /** Since when it restarts again and again: when the first of its last two restarts was. Null if it does not, or no more. */
    @Nullable
    Instant restartsSince(Instant now) {
        if (restarts.size() < KEPT) {
            return null;
        }
        Instant last = restarts.getLast();
        return restarts.getFirst().plus(LOOP).isBefore(last) || last.plus(LOOP).isBefore(now)
                ? null
                : restarts.getFirst();
    }
}
