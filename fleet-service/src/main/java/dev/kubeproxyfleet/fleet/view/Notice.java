package dev.kubeproxyfleet.fleet.view;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.kubeproxyfleet.schemas.json.Json;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Something changed. What it is now is asked for when it is sent, so that many changes of one thing are sent as one. It is written as
 * JSON once, however many streams send it. Thread-safe.
 */
public final class Notice {

    /** Who is told of every change, by the thread that folds: returns at once. */
    @FunctionalInterface
    public interface Listener {
        void tell(Notice notice);
    }

    public static final String ROLLOUT = "rollout";
    public static final String ROLLOUT_CLUSTER = "rollout-cluster";
    public static final String CLUSTER = "cluster";
    public static final String FLEET = "fleet";
    public static final String AUDIT = "audit";

    /** What it names is no longer there. */
    public static final String GONE = "gone";

    /** The stream cannot tell all that changed: read everything again. */
    public static final String RELOAD = "reload";

    /** The stream ends now as all do in time: open another one. */
    public static final String END = "end";

    public static final String HEARTBEAT = "heartbeat";

    private final String event;
    private final String id;
    private final @Nullable String rollout;
    private final Supplier<Optional<?>> data;

    /** Not kept when memory is needed: it is made again then. */
    private WeakReference<@Nullable String> written = new WeakReference<>(null);

    /**
     * @param event name of the server-sent event
     * @param id of what changed, among all that this event tells of, or tells of this rollout
     * @param rollout the rollout that this is about; null if it is about none
     * @param data what to send, read at that time; empty if it is gone by then
     */
    public Notice(String event, String id, @Nullable String rollout, Supplier<Optional<?>> data) {
        this.event = event;
        this.id = id;
        this.rollout = rollout;
        this.data = data;
    }

    /** That everything is to be read again. */
    public static Notice reload() {
        return new Notice(RELOAD, RELOAD, null, () -> Optional.of(Map.of()));
    }

    public String event() {
        return event;
    }

    public String id() {
        return id;
    }

    public @Nullable String rollout() {
        return rollout;
    }

    /** What changed; a newer notice of the same key replaces the older. */
    public String key() {
        return event + " " + (rollout == null ? "" : rollout) + " " + id;
    }

    /** What to send, as it is now. */
    public Optional<?> data() {
        return data.get();
    }

    /** The same as JSON, as it was when it was asked for first; what changed it since has a notice of its own. */
    public synchronized Optional<String> json() {
        String known = written.get();
        if (known != null) {
            return Optional.of(known);
        }
        Optional<String> json = data.get().map(Notice::write);
        written = new WeakReference<>(json.orElse(null));
        return json;
    }

    private static String write(Object data) {
        try {
            return Json.MAPPER.writeValueAsString(data);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record of the API cannot be written as JSON", e);
        }
    }
}
