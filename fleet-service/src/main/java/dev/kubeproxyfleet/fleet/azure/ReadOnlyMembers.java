package dev.kubeproxyfleet.fleet.azure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * The members of a managed cluster that ARM returns and does not take.
 *
 * <p>They are those of {@code managed-cluster-read-only.txt}, which says where it has them from.
 */
final class ReadOnlyMembers {

    private static final String RESOURCE = "managed-cluster-read-only.txt";
    private static final String EACH = "*";
    private static final List<List<String>> PATHS =
            read().stream().map(path -> List.of(path.split("/", -1))).toList();

    private ReadOnlyMembers() {}

    /** Removes them from {@code cluster}; whatever else it holds stays as it is. */
    static void removeFrom(ObjectNode cluster) {
        PATHS.forEach(path -> remove(cluster, path));
    }

    private static void remove(JsonNode from, List<String> path) {
        String step = path.getFirst();
        if (path.size() == 1) {
            if (from instanceof ObjectNode object) {
                object.remove(step);
            }
            return;
        }
        List<String> rest = path.subList(1, path.size());
        if (step.equals(EACH)) {
            from.forEach(each -> remove(each, rest));
        } else {
            remove(from.path(step), rest);
        }
    }

    /** The paths as they stand in the list. */
    static List<String> read() {
        try (InputStream in = Objects.requireNonNull(ReadOnlyMembers.class.getResourceAsStream(RESOURCE), RESOURCE);
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            return lines.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + RESOURCE, e);
        }
    }
}
