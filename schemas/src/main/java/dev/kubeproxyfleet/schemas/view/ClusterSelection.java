package dev.kubeproxyfleet.schemas.view;

import dev.kubeproxyfleet.schemas.config.Glob;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Clusters as the command line and the API select them: each kind of condition that is given must hold, every one of the tags, and
 * one of the names and of the locations.
 *
 * @param tags Azure tags, all of which the cluster must have
 * @param names globs over cluster names
 * @param locations Azure locations, without regard to case
 */
public record ClusterSelection(List<Tag> tags, List<Glob> names, List<String> locations) {

    public ClusterSelection {
        tags = List.copyOf(tags);
        names = List.copyOf(names);
        locations = List.copyOf(locations);
    }

    /** A tag with its value, both as they are in Azure. */
    public record Tag(String name, String value) {

        /**
         * @param text {@code tag=value}; the value may be empty, and may hold further equals signs
         * @throws IllegalArgumentException if it is not; its message says so
         */
        public static Tag parse(String text) {
            int equals = text.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("'" + text + "' is no <tag>=<value>");
            }
            return new Tag(text.substring(0, equals), text.substring(equals + 1));
        }

        /**
         * @param text such tags with commas between them
         * @throws IllegalArgumentException as {@link #parse}
         */
        public static List<Tag> parseAll(String text) {
            return Arrays.stream(text.split(",", -1)).map(Tag::parse).toList();
        }
    }

    /** True if nothing is asked for, which every cluster matches. */
    public boolean isEmpty() {
        return tags.isEmpty() && names.isEmpty() && locations.isEmpty();
    }

    /** Whether a FleetConfig with this selection would select the cluster. */
    public boolean matches(ClusterView cluster) {
        return matches(cluster.tags(), cluster.name(), cluster.location());
    }

    /** The same of a cluster with these Azure tags. */
    public boolean matches(Map<String, String> itsTags, String name, String location) {
        return tags.stream().allMatch(tag -> tag.value().equals(itsTags.get(tag.name())))
                && (names.isEmpty() || names.stream().anyMatch(glob -> glob.matches(name)))
                && (locations.isEmpty() || locations.stream().anyMatch(location::equalsIgnoreCase));
    }
}
