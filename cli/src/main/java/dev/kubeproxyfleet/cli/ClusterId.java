package dev.kubeproxyfleet.cli;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** ARM resource ids in the words people use. */
final class ClusterId {

    private ClusterId() {}

    /** The cluster's own name: the last segment. */
    static String name(String id) {
        return id.substring(id.lastIndexOf('/') + 1);
    }

    /** Its resource group; empty if the id has none. */
    static String resourceGroup(String id) {
        String[] parts = id.split("/");
        for (int i = 0; i + 1 < parts.length; i++) {
            if (parts[i].equalsIgnoreCase("resourceGroups")) {
                return parts[i + 1];
            }
        }
        return "";
    }

    /**
     * The shortest text for each id that tells it from the others: the name, or resource group and name, or the id itself.
     */
    static Map<String, String> labels(Collection<String> ids) {
        Map<String, Integer> names = new HashMap<>();
        Map<String, Integer> grouped = new HashMap<>();
        for (String id : ids) {
            names.merge(name(id), 1, Integer::sum);
            grouped.merge(grouped(id), 1, Integer::sum);
        }
        Map<String, String> labels = new LinkedHashMap<>();
        for (String id : ids) {
            if (names.getOrDefault(name(id), 0) == 1) {
                labels.put(id, name(id));
            } else {
                labels.put(id, grouped.getOrDefault(grouped(id), 0) == 1 ? grouped(id) : id);
            }
        }
        return labels;
    }

    /** How many columns the labels need; longer ones than a table would show stick out. */
    static int columns(Map<String, String> labels) {
        return labels.values().stream()
                .mapToInt(label -> Math.min(label.length(), Table.WIDEST_CELL))
                .max()
                .orElse(0);
    }

    private static String grouped(String id) {
        return resourceGroup(id) + "/" + name(id);
    }
}
