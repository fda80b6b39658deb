package dev.kubeproxyfleet.fleet.azure;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Answers to questions that are asked again only once the last answer is too old. Whoever asks while an answer is awaited gets that
 * one. Thread-safe.
 */
final class Recent<K, V> {

    private static final class Entry<V> {
        final ReentrantLock lock = new ReentrantLock();

        @Nullable
        V answer;

        Instant at = Instant.MIN;
    }

    private final Map<K, Entry<V>> entries = new ConcurrentHashMap<>();
    private final Function<K, V> question;
    private final Duration maxAge;
    private final int maxEntries;
    private final InstantSource clock;

    /** @param maxEntries when there are so many, all are forgotten */
    Recent(Function<K, V> question, Duration maxAge, int maxEntries, InstantSource clock) {
        this.question = question;
        this.maxAge = maxAge;
        this.maxEntries = maxEntries;
        this.clock = clock;
    }

    V get(K key) {
        if (entries.size() >= maxEntries && !entries.containsKey(key)) {
            entries.clear();
        }
        Entry<V> entry = entries.computeIfAbsent(key, unused -> new Entry<>());
        entry.lock.lock();
        try {
            V answer = entry.answer;
            if (answer == null || !clock.instant().isBefore(entry.at.plus(maxAge))) {
                answer = question.apply(key);
                entry.answer = answer;
                entry.at = clock.instant();
            }
            return answer;
        } finally {
            entry.lock.unlock();
        }
    }

    /** The next to ask gets a new answer. */
    void forget(K key) {
        entries.remove(key);
    }
}
