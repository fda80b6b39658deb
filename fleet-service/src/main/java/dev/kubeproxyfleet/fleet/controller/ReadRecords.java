package dev.kubeproxyfleet.fleet.controller;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Records of a global store as values, each version of a record read from JSON once: looking at the whole fleet costs no more
 * than walking over it. Holds as many as there are records; a change of the bytes by the global thread is seen at once.
 */
final class ReadRecords<T> {

    private record Version<T>(byte[] bytes, T value) {}

    private final Class<T> type;
    private final Map<String, Version<T>> versions = new HashMap<>();

    ReadRecords(Class<T> type) {
        this.type = type;
    }

    /** @param stored what the store holds under {@code key} now */
    T read(String key, byte[] stored) {
        Version<T> known = versions.get(key);
        if (known == null || !Arrays.equals(known.bytes(), stored)) {
            known = new Version<>(stored, StateJson.read(stored, type));
            versions.put(key, known);
        }
        return known.value();
    }

    /** Forgets records that are gone. */
    void retain(Set<String> keys) {
        versions.keySet().retainAll(keys);
    }
}
