package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.fleet.view.Notice;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The open event streams. Thread-safe; their number and what each may owe is bounded. */
final class Subscribers implements Notice.Listener {

    private final int limit;
    private final int bufferLimit;
    private final Set<EventBuffer> buffers = ConcurrentHashMap.newKeySet();
    private final Counter overflows;
    private final Counter refused;
    private final Counter dropped;
    private volatile boolean closed;

    Subscribers(int limit, int bufferLimit, MeterRegistry metrics) {
        this.limit = limit;
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

    /** Opens a stream; empty if too many are open. The caller removes it when its reader is gone. */
    Optional<EventBuffer> add(@Nullable String rollout) {
        EventBuffer buffer = new EventBuffer(bufferLimit, rollout);
        synchronized (buffers) {
            if (closed || buffers.size() >= limit) {
                refused.increment();
                return Optional.empty();
            }
            buffers.add(buffer);
        }
        return Optional.of(buffer);
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
