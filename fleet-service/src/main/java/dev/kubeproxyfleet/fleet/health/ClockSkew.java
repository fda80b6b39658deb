package dev.kubeproxyfleet.fleet.health;

import dev.kubeproxyfleet.schemas.avro.NodeStats;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How far the clocks of a cluster's nodes and ours are apart, as the last snapshots tell: how long before the broker took it a
 * node says that it made a snapshot, and how far we are ahead of the broker.
 *
 * @param serviceAhead of the broker; zero if it is not known
 * @param dropped the largest difference among the snapshots that were dropped for it; null if none was, lately
 */
record ClockSkew(Duration serviceAhead, @Nullable Dropped dropped) {

    /** Less is what delivery takes. */
    static final Duration NOTICED = Duration.ofSeconds(5);

    static final ClockSkew NONE = new ClockSkew(Duration.ZERO, null);

    /** A snapshot that was too old by our clock only; it speaks for as long as the node would have counted. */
    record Dropped(Duration behind, Instant until) {}

    ClockSkew withServiceAhead(Duration ahead) {
        return new ClockSkew(ahead, dropped);
    }

    /** With a snapshot that was dropped since our clock is ahead. */
    ClockSkew dropping(NodeStats stats, Instant appendedAt, Duration interval, Instant now) {
        Dropped latest = new Dropped(
                Duration.between(stats.getTakenAt(), appendedAt).plus(serviceAhead),
                now.plus(interval.multipliedBy(HealthFold.SILENT_AFTER_INTERVALS)));
        return new ClockSkew(
                serviceAhead,
                dropped == null
                                || !dropped.until.isAfter(now)
                                || latest.behind.abs().compareTo(dropped.behind.abs()) >= 0
                        ? latest
                        : dropped);
    }

    /** Whether a dropped snapshot speaks no more. */
    boolean ended(Instant now) {
        return dropped == null || !dropped.until.isAfter(now);
    }

    /** Positive if nodes are behind or we are ahead; null if the clocks agree. */
    @Nullable
    Integer seconds(Collection<NodeState> nodes, Instant now) {
        Stream<Duration> ofNodes = nodes.stream().map(this::behind);
        Dropped last = ended(now) ? null : dropped;
        return Stream.concat(ofNodes, last == null ? Stream.empty() : Stream.of(last.behind))
                .max(Comparator.comparing(Duration::abs))
                .filter(largest -> largest.abs().compareTo(NOTICED) > 0)
                .map(largest -> Math.clamp(largest.toSeconds(), Integer.MIN_VALUE, Integer.MAX_VALUE))
                .orElse(null);
    }

    /** A node that was heard at a time of ours, since the broker is ahead of us, already tells the whole difference. */
    private Duration behind(NodeState node) {
        Duration ofNode = Duration.between(node.takenAt(), node.heardAt());
        return serviceAhead.isNegative() ? ofNode : ofNode.plus(serviceAhead);
    }
}
