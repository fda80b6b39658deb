package dev.kubeproxyfleet.simulator.kubernetes;

import java.util.Comparator;

/**
 * Where an object is kept.
 *
 * @param namespace empty for what is in none
 */
record Key(ResourceType type, String namespace, String name) implements Comparable<Key> {

    private static final Comparator<Key> ORDER =
            Comparator.comparing(Key::type).thenComparing(Key::namespace).thenComparing(Key::name);

    @Override
    public int compareTo(Key other) {
        return ORDER.compare(this, other);
    }
}
