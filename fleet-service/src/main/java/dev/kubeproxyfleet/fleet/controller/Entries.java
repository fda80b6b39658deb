package dev.kubeproxyfleet.fleet.controller;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/** Entries of a state store, read. */
final class Entries {

    private Entries() {}

    static <T> List<T> list(KeyValueIterator<String, byte[]> entries, Function<KeyValue<String, byte[]>, T> read) {
        return list(entries, _ -> true, read);
    }

    static <T> List<T> list(
            KeyValueIterator<String, byte[]> entries,
            Predicate<KeyValue<String, byte[]>> wanted,
            Function<KeyValue<String, byte[]>, T> read) {
        List<T> found = new ArrayList<>();
        try (entries) {
            while (entries.hasNext()) {
                KeyValue<String, byte[]> entry = entries.next();
                if (wanted.test(entry)) {
                    found.add(read.apply(entry));
                }
            }
        }
        return found;
    }

    static KeyValueIterator<String, byte[]> startingWith(ReadOnlyKeyValueStore<String, byte[]> store, String start) {
        return store.prefixScan(start, new StringSerializer());
    }

    /** What follows {@code start} in the first keys that begin with it; {@code limit} of them at most. */
    static List<String> endings(ReadOnlyKeyValueStore<String, byte[]> store, String start, int limit) {
        List<String> found = new ArrayList<>();
        try (KeyValueIterator<String, byte[]> entries = startingWith(store, start)) {
            while (entries.hasNext() && found.size() < limit) {
                found.add(entries.next().key.substring(start.length()));
            }
        }
        return found;
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
