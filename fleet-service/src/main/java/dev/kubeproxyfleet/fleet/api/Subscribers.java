package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.fleet.view.Notice;
import dev.kubeproxyfleet.schemas.reason.RequestReason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The open event streams. Thread-safe; their number and what each may owe is bounded. */
final class Subscribers implements Notice.Listener {

    /** A stream whose reader is gone is noticed by its next heartbeat. */
    private static final Duration CLOSED_BY_THEN = Duration.ofSeconds(15);

    private final int limit;
    private final int limitPerCaller;
    private final int bufferLimit;
    private final Set<EventBuffer> buffers = ConcurrentHashMap.newKeySet();
    private final Counter overflows;
    private final Counter refused;
    private final Counter dropped;
    private volatile boolean closed;

    Subscribers(int limit, int limitPerCaller, int bufferLimit, MeterRegistry metrics) {
        this.limit = limit;
        this.limitPerCaller = limitPerCaller;
        this.bufferLimit = bufferLimit;
        Gauge.builder("kpfleet.sse.subscribers", buffers, Set::size)
                .description("Event streams open now")
                .register(metrics);
        this.overflows = Counter.builder("kpfleet.sse.overflows")
                .description("Times that a slow event stream was told to reload")
                .register(metrics);
        this.refused = Counter.builder("kpfleet.sse.refused")
                .description("Event streams refused because kpfleet.api.max-subscribers were open")
                .register(metrics);
        this.dropped = Counter.builder("kpfleet.sse.dropped")
                .description("Event streams dropped because their reader did not read")
                .register(metrics);
    }

    /**
     * Opens a stream. Whoever opens it removes it when its reader is gone.
     *
     * @param rollout the only one that it is about
     * @param subject of the token that it is opened with; null without a login, where callers cannot be told apart
     * @throws RefusedException if too many are open
     */
    EventBuffer add(@Nullable String rollout, @Nullable String subject) {
        EventBuffer buffer = new EventBuffer(bufferLimit, rollout, subject);
        synchronized (buffers) {
            if (subject != null && of(subject) >= limitPerCaller) {
                throw new RefusedException(
                        RequestReason.TooManyOwnStreams,
                        "as many event streams of yours are open as one caller may have"
                                + " (kpfleet.api.max-subscribers-per-caller); close one",
                        CLOSED_BY_THEN);
            }
            if (closed || buffers.size() >= limit) {
                refused.increment();
                throw new RefusedException(
                        RequestReason.TooManyStreams,
                        "as many event streams are open as kpfleet.api.max-subscribers allows; try again later");
            }
            buffers.add(buffer);
        }
        return buffer;
    }

    private long of(String subject) {
        return buffers.stream()
                .filter(buffer -> subject.equals(buffer.subject()))
                .count();
    }

    void remove(EventBuffer buffer) {
        buffers.remove(buffer);
        buffer.close();
    }

    /** Counts a stream whose reader did not read. */
    void dropped() {
        dropped.increment();
    }

    int count() {
        return buffers.size();
    }

    @Override
    public void tell(Notice notice) {
        for (EventBuffer buffer : buffers) {
            if (buffer.offer(notice)) {
                overflows.increment();
            }
        }
    }

    /** Ends every stream and admits none from now on. */
    void close() {
        synchronized (buffers) {
            closed = true;
        }
        buffers.forEach(this::remove);
    }
}
