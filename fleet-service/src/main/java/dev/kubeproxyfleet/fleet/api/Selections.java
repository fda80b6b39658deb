package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.schemas.config.Glob;
import dev.kubeproxyfleet.schemas.reason.RequestReason;
import dev.kubeproxyfleet.schemas.view.ClusterSelection;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads which clusters a request means: {@code select}, {@code select-name} and {@code location}. */
final class Selections {

    static final String TAGS = "Clusters with all of these Azure tags: tag=value with commas between them";
    static final String NAMES = "Clusters of one of these names, with commas between them; * and ? stand for anything";
    static final String LOCATIONS = "Clusters in one of these Azure locations, with commas between them";

    private Selections() {}

    /** @throws RefusedException if they cannot be read */
    static ClusterSelection of(@Nullable String select, @Nullable String names, @Nullable String locations) {
        try {
            return new ClusterSelection(
                    select == null || select.isBlank() ? List.of() : ClusterSelection.Tag.parseAll(select),
                    parts(names).map(Glob::new).toList(),
                    parts(locations).toList());
        } catch (IllegalArgumentException e) {
            throw new RefusedException(RequestReason.QueryNotValid, "select: " + e.getMessage());
        }
    }

    private static Stream<String> parts(@Nullable String list) {
        return list == null || list.isBlank() ? Stream.of() : Stream.of(list.split(",", -1));
    }
}
