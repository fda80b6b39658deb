package dev.kubeproxyfleet.fleet.controller;

import dev.kubeproxyfleet.schemas.json.Contract;
import dev.kubeproxyfleet.schemas.limit.Limits;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Records of a global store as values, and of them only those that say what they are kept under: a record that cannot be read, or is
 * about something else, counts for nothing, and is counted and named once. They are read here and not when they are put in, since Kafka
 * restores a global store past its processor.
 *
 * <p>Each version of a record is read from JSON once: looking at the whole fleet costs no more than walking over it. Holds as many as there are records; a change of the bytes by the global thread is seen at once.
 */
final class ReadRecords<T extends Record> {

    private static final Logger LOG = Logger.getLogger(ReadRecords.class);

    private static final int MAX_SHOWN = 300;

    /** @param value null if the bytes are no such record */
    private record Version<T>(byte[] bytes, @Nullable T value) {}

    private final Class<T> type;
    private final Topic topic;
    private final Function<T, String> keys;
    private final ControllerCounters counters;
    private final Map<String, Version<T>> versions = new HashMap<>();

    /**
     * @param topic what the store holds
     * @param keys what a record is kept under
     */
    ReadRecords(Class<T> type, Topic topic, Function<T, String> keys, ControllerCounters counters) {
        this.type = type;
        this.topic = topic;
        this.keys = keys;
        this.counters = counters;
    }

    /** @param stored what the store holds under {@code key} now */
    Optional<T> read(String key, byte[] stored) {
        Version<T> known = versions.get(key);
        if (known == null || !Arrays.equals(known.bytes(), stored)) {
            known = new Version<>(stored, parse(key, stored));
            versions.put(key, known);
        }
        return Optional.ofNullable(known.value());
    }

    private @Nullable T parse(String key, byte[] stored) {
        String why;
        try {
            if (key.length() > Limits.MAX_RESOURCE_ID_LENGTH) {
                throw new IOException("its key is too long");
            }
            T read = Contract.read(stored, type);
            if (keys.apply(read).equals(key)) {
                return read;
            }
            why = "it is about " + Limits.cut(keys.apply(read), MAX_SHOWN);
        } catch (IOException | RuntimeException e) {
            why = Limits.cut(String.valueOf(e.getMessage()), MAX_SHOWN);
        }
        counters.countUnreadable(topic);
        LOG.warnf(
                "left out a record that is no %s topic=%s key=%s: %s",
                type.getSimpleName(), topic.suffix(), Limits.cut(key, MAX_SHOWN), why);
        return null;
    }

    /** Forgets records that are gone. */
    void retain(Set<String> keys) {
        versions.keySet().retainAll(keys);
    }
}
