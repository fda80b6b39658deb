package dev.kubeproxyfleet.fleet.api;

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
record Notice(String event, String key, @Nullable String rollout, Supplier<Optional<?>> data) {

    static final String ROLLOUT = "rollout";
    static final String ROLLOUT_CLUSTER = "rollout-cluster";
    static final String CLUSTER = "cluster";
    static final String FLEET = "fleet";
    static final String AUDIT = "audit";

    /** The stream cannot tell all that changed: read everything again. */
    static final String RELOAD = "reload";

    /** The stream ends now as all do in time: open another one. */
    static final String END = "end";

    static final String HEARTBEAT = "heartbeat";
}
