package dev.kubeproxyfleet.fleet.readiness;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The oldest of the versions that the nodes of a cluster tell.
 *
 * @param text as the nodes tell it
 * @param nodes how many have it
 * @param telling how many tell a version that can be read
 */
public record Oldest(String text, Release release, int nodes, int telling) {

    /** @param texts one of each node; one that is no version is as none. Empty if no node tells one */
    public static Optional<Oldest> of(Stream<String> texts) {
        List<Told> told = texts.flatMap(text -> Release.parse(text).map(release -> new Told(text, release)).stream())
                .sorted(Comparator.comparing(Told::release).thenComparing(Told::text))
                .toList();
        if (told.isEmpty()) {
            return Optional.empty();
        }
        Told first = told.getFirst();
        return Optional.of(new Oldest(
                first.text(),
                first.release(),
                (int) told.stream().filter(first::equals).count(),
                told.size()));
    }

    private record Told(String text, Release release) {}
}
