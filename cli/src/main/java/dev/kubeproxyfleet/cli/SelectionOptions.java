package dev.kubeproxyfleet.cli;

import dev.kubeproxyfleet.schemas.config.Glob;
import dev.kubeproxyfleet.schemas.view.ClusterSelection;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options that select clusters; each kind that is given must match, and of one kind but tags any. */
final class SelectionOptions {

    /** What to say where nothing is selected. */
    static final String WHICH =
            "which clusters? Give --select tag=value, --select-name or --location; every cluster is --select-name '*'.";

    @Option(
            names = "--select",
            paramLabel = "<tag>=<value>",
            split = ",",
            converter = TagConverter.class,
            description = "Clusters that have this Azure tag; several must all match.")
    private List<ClusterSelection.Tag> tags = new ArrayList<>();

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

    /** What was selected, as the API understands it too. */
    ClusterSelection selection() {
        return new ClusterSelection(tags, names.stream().map(Glob::new).toList(), locations);
    }

    /** The same as the query of a request; empty if nothing is selected. */
    String query() {
        List<String> query = new ArrayList<>();
        if (!tags.isEmpty()) {
            query.add("select="
                    + FleetClient.encode(tags.stream()
                            .map(tag -> tag.name() + "=" + tag.value())
                            .collect(Collectors.joining(","))));
        }
        if (!names.isEmpty()) {
            query.add("select-name=" + FleetClient.encode(String.join(",", names)));
        }
        if (!locations.isEmpty()) {
            query.add("location=" + FleetClient.encode(String.join(",", locations)));
        }
        return String.join("&", query);
    }

    /** Reads a tag as the API reads it. */
    static final class TagConverter implements ITypeConverter<ClusterSelection.Tag> {

        @Override
        public ClusterSelection.Tag convert(String text) {
            try {
                return ClusterSelection.Tag.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
