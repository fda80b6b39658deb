package dev.kubeproxyfleet.fleet.controller;

import dev.kubeproxyfleet.fleet.kafka.StateRefused;
import dev.kubeproxyfleet.schemas.topic.ControllerState;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The format of all of the controller's stores, as a number that one of them holds. It is not the product's version: it rises only with a
 * change that a version before could not read, or would read as something else. A version reads every format up to its own, and
 * refuses a later one before it writes anything.
 *
 * <p>docs/adr/0023 says which changes those are, and what else they need.
 */
final class StateFormat {

    /** What version 0.1.0 stores. */
    static final int FIRST = 1;

    /**
     * A deleted config need not have its rollouts any more, and another config not all since it was last rolled out to every cluster. It
     * is written once that comes true.
     */
    static final int WITH_GAPS = 2;

    static final int CURRENT = WITH_GAPS;

    private final KeyValueStore<String, byte[]> store;
    private @Nullable Instant restoredFrom;
    private int number = FIRST;
    private boolean written;

    /**
     * @param store which holds the format
     * @throws StateRefused if the stores are of a format that this version does not know
     */
    StateFormat(KeyValueStore<String, byte[]> store) {
        this.store = store;
        byte[] stored = store.get(ControllerState.FORMAT_KEY);
        if (stored != null) {
            ControllerState.Format format = ControllerState.Format.read(stored);
            this.restoredFrom = format.restoredFrom();
            this.number = known(format.number());
            this.written = restoredFrom == null;
        }
    }

    /** When the backup was taken that the stores came back from; empty if they did not, or {@link #write} was called since. */
    Optional<Instant> restoredFrom() {
        return Optional.ofNullable(restoredFrom);
    }

    /** To be called in the transaction that makes the stores such as a version before could not read. */
    void raise() {
        if (number < WITH_GAPS) {
            number = WITH_GAPS;
            written = false;
            write();
        }
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

    /** To be called with the first write to another store, in its transaction. */
    void write() {
        if (!written) {
            store.put(ControllerState.FORMAT_KEY, new ControllerState.Format(Integer.toString(number), null).write());
            written = true;
            restoredFrom = null;
        }
    }
}
