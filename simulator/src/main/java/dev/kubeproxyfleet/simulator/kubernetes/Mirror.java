package dev.kubeproxyfleet.simulator.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Objects of a store that show something else. One is written when what it shows has changed, or when somebody else has written
 * it. Not thread-safe.
 */
final class Mirror {

    /**
     * @param shown what the object shows
     * @param version under which it was written
     */
    private record Written(Object shown, long version) {}

    private final ClusterStore store;
    private final Map<Key, Written> written = new HashMap<>();
    private Set<Key> wanted = new HashSet<>();

    Mirror(ClusterStore store) {
        this.store = store;
    }

    /** What is not shown until {@link #end} is gone then. */
    void begin() {
        wanted = new HashSet<>();
    }

    /** @param shown equal to the one before as long as {@code object} need not be made anew */
    void show(Key key, Object shown, Supplier<ObjectNode> object) {
        wanted.add(key);
        Written before = written.get(key);
        @Nullable Stored there = store.get(key).orElse(null);
        if (before != null && there != null && before.shown().equals(shown) && before.version() == there.version()) {
            return;
        }
        Optional<Stored> after = store.put(key, there, object.get());
        while (after.isEmpty()) {
            after = store.put(key, store.get(key).orElse(null), object.get());
        }
        written.put(key, new Written(shown, after.get().version()));
    }

    boolean shows(Key key) {
        return written.containsKey(key);
    }

    /** Removes what is shown no more. */
    void end() {
        written.keySet().removeIf(key -> {
            boolean gone = !wanted.contains(key);
            if (gone) {
                store.remove(key);
            }
            return gone;
        });
    }
}
