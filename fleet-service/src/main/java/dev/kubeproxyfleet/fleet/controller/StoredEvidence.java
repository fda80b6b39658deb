package dev.kubeproxyfleet.fleet.controller;

import dev.kubeproxyfleet.schemas.binary.Unreadable;
import dev.kubeproxyfleet.schemas.limit.Limits;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jboss.logging.Logger;

/**
 * A global store of evidence, as what it is to the core; of its records only those about the cluster that they are kept under. What
 * cannot be read counts for nothing, as if nothing were known of the cluster, and is counted and named once.
 */
final class StoredEvidence<T> {

    private static final Logger LOG = Logger.getLogger(StoredEvidence.class);

    private static final int MAX_SHOWN = 300;

    /** Clusters whose bad record is remembered as told; of more, one is told again. */
    private static final int MAX_TOLD = 1_000;

    private final ReadOnlyKeyValueStore<String, byte[]> store;
    private final Topic topic;
    private final BiFunction<String, byte[], Optional<T>> reader;
    private final Function<byte[], Unreadable> objection;
    private final T nothing;
    private final ControllerCounters counters;
    private final Map<String, byte[]> told = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, byte[]> eldest) {
            return size() > MAX_TOLD;
        }
    };

    /**
     * @param store of the topic as it is
     * @param reader of the topic's records, by key and value
     * @param objection why a value is no record of the topic
     * @param nothing what is known where there is no record
     */
    StoredEvidence(
            ReadOnlyKeyValueStore<String, byte[]> store,
            Topic topic,
            BiFunction<String, byte[], Optional<T>> reader,
            Function<byte[], Unreadable> objection,
            T nothing,
            ControllerCounters counters) {
        this.store = store;
        this.topic = topic;
        this.reader = reader;
        this.objection = objection;
        this.nothing = nothing;
        this.counters = counters;
    }

    T of(String cluster) {
        byte[] stored = store.get(cluster);
        if (stored == null) {
            return nothing;
        }
        Optional<T> read = reader.apply(cluster, stored);
        if (read.isEmpty() && !Arrays.equals(told.put(cluster, stored), stored)) {
            counters.countUnreadable(topic);
            LOG.warnf(
                    "left out a record that tells nothing of its cluster topic=%s key=%s bytes=%d: %s",
                    topic.suffix(),
                    Limits.cut(cluster, MAX_SHOWN),
                    stored.length,
                    objection.apply(stored).message());
        }
        return read.orElse(nothing);
    }
}
