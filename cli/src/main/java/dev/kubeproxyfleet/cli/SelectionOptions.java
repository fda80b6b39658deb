package dev.kubeproxyfleet.cli;

import dev.kubeproxyfleet.schemas.config.Glob;
import dev.kubeproxyfleet.schemas.view.ClusterView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** The options that select clusters; each kind that is given must match, and of one kind but tags any. */
final class SelectionOptions {

    /** What to say where nothing is selected. */
    static final String WHICH =
            "which clusters? Give --select tag=value, --select-name or --location; every cluster is --select-name '*'.";

    @Option(
            names = "--select",
            paramLabel = "<tag>=<value>",
            split = ",",
            description = "Clusters that have this Azure tag; several must all match.")
    private Map<String, String> tags = new LinkedHashMap<>();

    @Option(
            names = "--select-name",
            paramLabel = "<glob>",
            split = ",",
            description = "Clusters of this name; * and ? stand for anything.")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--location",
            paramLabel = "<location>",
            split = ",",
            description = "Clusters in this Azure location.")
    private List<String> locations = new ArrayList<>();

    boolean isEmpty() {
        return tags.isEmpty() && names.isEmpty() && locations.isEmpty();
    }

    Map<String, String> tags() {
        return tags;
    }

    List<String> names() {
        return names;
    }

    List<String> locations() {
        return locations;
    }

    /** Whether a FleetConfig with this selection would select the cluster. */
    boolean matches(ClusterView cluster) {
        return cluster.tags().entrySet().containsAll(tags.entrySet())
                && (names.isEmpty() || names.stream().anyMatch(name -> new Glob(name).matches(cluster.name())))
                && (locations.isEmpty() || locations.stream().anyMatch(cluster.location()::equalsIgnoreCase));
    }
}
