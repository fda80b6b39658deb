package dev.kubeproxyfleet.fleet.controller;

import java.util.LinkedHashMap;
import java.util.Map;

/** Holds the latest used entries, so many of them. */
final class RecentMap<K, V> extends LinkedHashMap<K, V> {

    private static final long serialVersionUID = 1;

    private final int kept;

    RecentMap(int kept) {
        super(16, 0.75f, true);
        this.kept = kept;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > kept;
    }
}
