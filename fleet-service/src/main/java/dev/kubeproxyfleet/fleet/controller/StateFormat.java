package dev.kubeproxyfleet.fleet.controller;

import dev.kubeproxyfleet.fleet.kafka.StateRefused;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The format of all of the controller's stores, as a number that one of them holds. It is not the product's version: it rises only with a
 * change that a version before could not read, or would read as something else. A version reads every format up to its own, and
 * refuses a later one before it writes anything.
 *
 * <p>docs/adr/0023 says which changes those are, and what else they need.
 */
final class StateFormat {

    /** 1: what version 0.1.0 stores. */
    static final int CURRENT = 1;

    private static final String KEY = "controller";

    private final KeyValueStore<String, byte[]> store;
    private boolean written;

    /**
     * @param store which holds the format
     * @throws StateRefused if the stores are of a format that this version does not know
     */
    StateFormat(KeyValueStore<String, byte[]> store) {
        this.store = store;
        byte[] stored = store.get(KEY);
        this.written = stored != null && known(new String(stored, StandardCharsets.UTF_8)) == CURRENT;
    }

    private static int known(String stored) {
        int format;
        try {
            format = Integer.parseInt(stored);
        } catch (NumberFormatException unknown) {
            throw refusal(stored);
        }
        if (format < 1 || format > CURRENT) {
            throw refusal(stored);
        }
        return format;
    }

    private static StateRefused refusal(String stored) {
        return new StateRefused("the controller's stores are of format " + stored
                + ", and this version of the service knows formats up to " + CURRENT
                + ". A later version has written them: start that version, or a later one, again. Nothing was changed");
    }

    /** To be called before the first write to another store. */
    void write() {
        if (!written) {
            store.put(KEY, Integer.toString(CURRENT).getBytes(StandardCharsets.UTF_8));
            written = true;
        }
    }
}
