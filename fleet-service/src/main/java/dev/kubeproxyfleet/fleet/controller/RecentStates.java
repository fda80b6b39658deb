package dev.kubeproxyfleet.fleet.controller;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * A store of states as JSON, of which the latest used are kept as they are: an event asks for the same rollout several times.
 *
 * <p>It must be the only writer of its store, and lives no longer than the store's task: what an aborted transaction leaves
 * behind in memory goes with it.
 */
final class RecentStates<T> {

    private final KeyValueStore<String, byte[]> store;
    private final Class<T> type;
    private final Map<String, T> recent;
    private final Map<String, T> unwritten = new LinkedHashMap<>();

    /** @param kept values kept in memory at most */
    RecentStates(KeyValueStore<String, byte[]> store, Class<T> type, int kept) {
        this.store = store;
        this.type = type;
        this.recent = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, T> eldest) {
                return size() > kept;
            }
        };
    }

    Optional<T> get(String key) {
        T known = unwritten.getOrDefault(key, recent.get(key));
        if (known == null) {
            byte[] stored = store.get(key);
            if (stored == null) {
                return Optional.empty();
            }
            known = StateJson.read(stored, type);
            recent.put(key, known);
        }
        return Optional.of(known);
    }

    void put(String key, T state) {
        store.put(key, StateJson.write(state));
        recent.put(key, state);
    }

    /** Like {@link #put}, but the store has it only after {@link #flush()}: of several in one event the last is written. */
    void keep(String key, T state) {
        unwritten.put(key, state);
        recent.put(key, state);
    }

    void remove(String key) {
        unwritten.remove(key);
        recent.remove(key);
        store.delete(key);
    }

    /** To be called before the event ends. */
    void flush() {
        unwritten.forEach((key, state) -> store.put(key, StateJson.write(state)));
        unwritten.clear();
    }
}
