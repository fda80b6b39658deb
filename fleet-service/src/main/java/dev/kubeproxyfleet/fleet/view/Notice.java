package dev.kubeproxyfleet.fleet.view;

import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Something changed. What it is now is asked for when it is sent, so that many changes of one thing are sent as one.
 *
 * @param event name of the server-sent event
 * @param key what changed; a newer notice of the same key replaces the older
 * @param rollout the rollout that this is about; null if it is about none
 * @param data what to send, read at that time; empty if it is gone by then
 */
public record Notice(String event, String key, @Nullable String rollout, Supplier<Optional<?>> data) {

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

    /** The stream cannot tell all that changed: read everything again. */
    public static final String RELOAD = "reload";

    /** The stream ends now as all do in time: open another one. */
    public static final String END = "end";

    public static final String HEARTBEAT = "heartbeat";

    /** That everything is to be read again. */
    public static Notice reload() {
        return new Notice(RELOAD, RELOAD, null, () -> Optional.of(Map.of()));
    }
}
