package dev.kubeproxyfleet.fleet.view;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Maps as compacted topics fill them: a null value takes the key away. */
final class Maps {

    private Maps() {}

    static <V> void put(Map<String, V> map, String key, @Nullable V value) {
        if (value == null) {
            map.remove(key);
        } else {
            map.put(key, value);
        }
    }

    /** The same one level down; an inner map that is empty goes as well. */
    static <V> void put(Map<String, Map<String, V>> map, String outer, String inner, @Nullable V value) {
        if (value != null) {
            map.computeIfAbsent(outer, _ -> new HashMap<>()).put(inner, value);
            return;
        }
        Map<String, V> nested = map.get(outer);
        if (nested != null) {
            nested.remove(inner);
            if (nested.isEmpty()) {
                map.remove(outer);
            }
        }
    }
}
