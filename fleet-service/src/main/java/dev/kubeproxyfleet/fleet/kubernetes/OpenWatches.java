package dev.kubeproxyfleet.fleet.kubernetes;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which watches of one client are open. The client itself takes a watch that has told nothing yet for one that is not. Thread-safe.
 */
final class OpenWatches implements Interceptor {

    private final InstantSource clock;

    /** The latest request of each watch, by its path. */
    private final Map<String, Latest> latest = new ConcurrentHashMap<>();

    /**
     * @param body null where the answer was none
     * @param closedAt null while it is open
     */
    private record Latest(
            @Nullable AsyncBody body, @Nullable Instant closedAt) {}

    OpenWatches(InstantSource clock) {
        this.clock = clock;
    }

    static boolean isWatch(HttpRequest request) {
        String query = request.uri().getQuery();
        return query != null && query.contains("watch=true");
    }

    /** Whether one of them has been closed for so long: it is not being opened again. */
    boolean isAnyClosedFor(Duration time) {
        Instant now = clock.instant();
        return latest.values().stream()
                .map(Latest::closedAt)
                .anyMatch(closed -> closed != null && closed.plus(time).isBefore(now));
    }

    @Override
    public void after(HttpRequest request, HttpResponse<?> response, AsyncBody.Consumer<List<ByteBuffer>> consumer) {
        if (!isWatch(request)) {
            return;
        }
        String path = request.uri().getPath();
        if (response.isSuccessful() && response.body() instanceof AsyncBody body) {
            latest.put(path, new Latest(body, null));
            var unused = body.done().whenComplete((_, _) -> close(path, body));
        } else {
            latest.compute(
                    path,
                    (_, before) ->
                            before == null || before.closedAt() == null ? new Latest(null, clock.instant()) : before);
        }
    }

    /** A watch that has been opened again in the meantime stays open. */
    private void close(String path, AsyncBody body) {
        latest.computeIfPresent(
                path, (_, current) -> current.body() == body ? new Latest(body, clock.instant()) : current);
    }
}
