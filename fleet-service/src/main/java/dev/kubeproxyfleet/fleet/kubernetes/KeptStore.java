package dev.kubeproxyfleet.fleet.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where an informer keeps its objects, each cut to what is needed of it. To the informer itself they look like objects that have a
 * name alone, which is all that it asks. Thread-safe.
 *
 * @param <T> objects as the API gives them
 * @param <K> what is kept of one
 */
final class KeptStore<T extends HasMetadata, K> implements ItemStore<T> {

    private final Function<T, K> trim;
    private final Supplier<T> blank;
    private final int max;
    private final Runnable changed;
    private final Map<String, K> kept = new ConcurrentHashMap<>();
    private volatile boolean overflowing;

    /**
     * @param blank an object without anything
     * @param max objects; of further ones none is kept
     * @param changed called after each change, while the informer waits
     */
    KeptStore(Function<T, K> trim, Supplier<T> blank, int max, Runnable changed) {
        this.trim = trim;
        this.blank = blank;
        this.max = max;
        this.changed = changed;
    }

    Collection<K> kept() {
        return List.copyOf(kept.values());
    }

    /** Whether there was no room for an object once. */
    boolean isOverflowing() {
        return overflowing;
    }

    @Override
    public String getKey(T object) {
        return Cache.metaNamespaceKeyFunc(object);
    }

    @Override
    public @Nullable T put(String key, T object) {
        if (kept.size() >= max && !kept.containsKey(key)) {
            overflowing = true;
            return null;
        }
        K before = kept.put(key, trim.apply(object));
        changed.run();
        return before == null ? null : named(key);
    }

    @Override
    public @Nullable T remove(String key) {
        K before = kept.remove(key);
        changed.run();
        return before == null ? null : named(key);
    }

    @Override
    public Stream<String> keySet() {
        return kept.keySet().stream();
    }

    @Override
    public Stream<T> values() {
        return keySet().map(this::named);
    }

    @Override
    public int size() {
        return kept.size();
    }

    @Override
    public @Nullable T get(String key) {
        return kept.containsKey(key) ? named(key) : null;
    }

    private T named(String key) {
        int slash = key.indexOf('/');
        ObjectMeta name = new ObjectMeta();
        name.setNamespace(slash < 0 ? null : key.substring(0, slash));
        name.setName(key.substring(slash + 1));
        T object = blank.get();
        object.setMetadata(name);
        return object;
    }
}
