package dev.kubeproxyfleet.fleet.controller;

import dev.kubeproxyfleet.fleet.rollout.RolloutId;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** Ids of the rollouts that time can change, in the order of their text. Kept in memory too: every event asks for those of its config. */
final class OpenRollouts {

    private static final byte[] PRESENT = {1};

    private final KeyValueStore<String, byte[]> store;
    private @Nullable NavigableSet<String> known;

    OpenRollouts(KeyValueStore<String, byte[]> store) {
        this.store = store;
    }

    List<RolloutId> all() {
        return ids().stream().map(id -> RolloutId.parse(id).orElseThrow()).toList();
    }

    List<RolloutId> of(String config) {
        String start = config + '.';
        return ids().tailSet(start).stream()
                .takeWhile(id -> id.startsWith(start))
                .flatMap(id -> RolloutId.parse(id).stream())
                .filter(id -> id.config().equals(config))
                .toList();
    }

    void add(String id) {
        store.put(id, PRESENT);
        ids().add(id);
    }

    void remove(String id) {
        store.delete(id);
        ids().remove(id);
    }

    private NavigableSet<String> ids() {
        NavigableSet<String> ids = known;
        if (ids == null) {
            ids = new TreeSet<>(Entries.list(store.all(), entry -> entry.key));
            known = ids;
        }
        return ids;
    }
}
