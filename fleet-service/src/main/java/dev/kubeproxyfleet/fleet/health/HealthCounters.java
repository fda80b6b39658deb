package dev.kubeproxyfleet.fleet.health;

import dev.kubeproxyfleet.fleet.identity.Verdict;
import dev.kubeproxyfleet.schemas.config.Signal;
import dev.kubeproxyfleet.schemas.reason.TokenReason;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts what the health topology took and gave; thread-safe, shared by all its tasks. */
public final class HealthCounters implements MeterBinder {

    /** What became of a record of {@code node-stats}. */
    public enum Outcome {
        FOLDED,
        /** A duplicate, or overtaken. */
        NOT_NEWER,
        /** Older than three of its intervals. */
        TOO_OLD,
        /** Older than three of its intervals by our clock, which is ahead of the broker's. */
        CLOCK_SKEW,
        /** A text in it is longer than any of an agent's. */
        TEXT_TOO_LONG,
        /** No such record, or beyond the limits of one. */
        UNDECODABLE,
        /** Written by a version that this one does not know: an agent that is newer than the service. */
        UNKNOWN_VERSION,
        /** Its key is not that of its cluster and node, so that it may be in the partition of another. */
        WRONG_KEY,
        /** Its cluster already has as many nodes as a cluster can have. */
        TOO_MANY_NODES,
        /** Nothing proves that it comes from a node of its cluster, and only what is proven counts. */
        UNPROVEN,
        /** Its token disproves that it comes from a node of its cluster. */
        DISPROVEN
    }

    private static final String TOKENS = "Snapshots of nodes by what their token says of them";

    private final LongAdder proven = new LongAdder();
    private final LongAdder[] unproven = new LongAdder[TokenReason.values().length];
    private final LongAdder[] taken = new LongAdder[Outcome.values().length];
    private final LongAdder emitted = new LongAdder();
    private final LongAdder[] events = new LongAdder[Signal.values().length];
    private final LongAdder[] nodeMillis = new LongAdder[Signal.values().length];
    private volatile Duration clockAhead = Duration.ZERO;

    public HealthCounters() {
        for (int i = 0; i < taken.length; i++) {
            taken[i] = new LongAdder();
        }
        for (int i = 0; i < unproven.length; i++) {
            unproven[i] = new LongAdder();
        }
        for (int i = 0; i < events.length; i++) {
            events[i] = new LongAdder();
            nodeMillis[i] = new LongAdder();
        }
    }

    public long taken(Outcome outcome) {
        return taken[outcome.ordinal()].sum();
    }

    /** Records written to {@code cluster-health}. */
    public long emitted() {
        return emitted.sum();
    }

    /** How far our clock is ahead of the broker's, as one of the tasks saw it last; negative if it is behind, zero if unknown. */
    public Duration clockAhead() {
        return clockAhead;
    }

    void clockAhead(Duration ahead) {
        clockAhead = ahead;
    }

    /** @param time of the node in which it counted these events */
    void count(Map<Signal, Long> counted, Duration time) {
        counted.forEach((signal, count) -> {
            events[signal.ordinal()].add(count);
            nodeMillis[signal.ordinal()].add(time.toMillis());
        });
    }

    void count(Outcome outcome) {
        taken[outcome.ordinal()].increment();
    }

    void count(Verdict verdict) {
        switch (verdict) {
            case Verdict.Proven _ -> proven.increment();
            case Verdict.Unproven unknown -> unproven[unknown.reason().ordinal()].increment();
        }
    }

    void countEmitted() {
        emitted.increment();
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (Outcome outcome : Outcome.values()) {
            FunctionCounter.builder("kpfleet.health.node.stats", this, it -> it.taken(outcome))
                    .description("Snapshots of nodes that were read, by what became of them")
                    .tag("outcome", outcome.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                    .register(registry);
        }
        FunctionCounter.builder("kpfleet.health.tokens", this, it -> it.proven.sum())
                .description(TOKENS)
                .tag("verdict", "Proven")
                .register(registry);
        for (TokenReason reason : TokenReason.values()) {
            FunctionCounter.builder("kpfleet.health.tokens", this, it -> it.unproven[reason.ordinal()].sum())
                    .description(TOKENS)
                    .tag("verdict", reason.code())
                    .register(registry);
        }
        for (Signal signal : Signal.values()) {
            FunctionCounter.builder("kpfleet.health.signal.events", this, it -> it.events[signal.ordinal()].sum())
                    .description("What nodes counted, by signal")
                    .tag("signal", signal.key())
                    .register(registry);
            FunctionCounter.builder(
                            "kpfleet.health.signal.node.seconds",
                            this,
                            it -> it.nodeMillis[signal.ordinal()].sum() / 1e3)
                    .description("Time of nodes in which the signal was known, by signal")
                    .tag("signal", signal.key())
                    .register(registry);
        }
        Gauge.builder("kpfleet.health.clock.ahead.seconds", this, it -> it.clockAhead.toMillis() / 1e3)
                .description("How far the service's clock is ahead of the broker's; negative if it is behind")
                .register(registry);
        FunctionCounter.builder("kpfleet.health.records", this, HealthCounters::emitted)
                .description("Records of cluster-health that were written")
                .register(registry);
    }
}
