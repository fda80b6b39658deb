package dev.kubeproxyfleet.images.builds;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The second half of {@code ./kpfleet reproduce}: compares what two builds have made, byte by byte. Its arguments are the roots of
 * two copies of the project. The exit code is 1 if something differs.
 */
final class CompareBuilds {

    /** What of a build gets to people: the modules' jars, and the folders of the applications with all that they load. */
    private static final Pattern SHIPPED =
            Pattern.compile("(deploy/)?[^/]+/target/([^/]+\\.jar|lib/.+|quarkus-app/.+)");

    private CompareBuilds() {}

    public static void main(String[] arguments) throws IOException {
        Path first = Path.of(arguments[0]);
        Path second = Path.of(arguments[1]);
        List<String> differences = differences(first, second);
        differences.forEach(System.out::println);
        System.out.printf(
                "%d of %d files differ%n", differences.size(), shipped(first).size());
        System.exit(differences.isEmpty() ? 0 : 1);
    }

    /** A line for each file that differs, by its path; of a jar, it names the entries that differ. */
    static List<String> differences(Path first, Path second) throws IOException {
        SortedSet<String> all = shipped(first);
        all.addAll(shipped(second));
        if (all.isEmpty()) {
            throw new IOException("nothing was built in " + first + " and " + second);
        }
        List<String> differences = new ArrayList<>();
        for (String path : all) {
            difference(first.resolve(path), second.resolve(path))
                    .ifPresent(what -> differences.add(path + ": " + what));
        }
        return differences;
    }

    private static SortedSet<String> shipped(Path project) throws IOException {
        try (Stream<Path> files = Files.walk(project)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> project.relativize(file).toString())
                    .filter(SHIPPED.asMatchPredicate())
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static Optional<String> difference(Path first, Path second) throws IOException {
        if (!Files.exists(first) || !Files.exists(second)) {
            return Optional.of("only one of the builds made it");
        }
        if (Files.mismatch(first, second) < 0) {
            return Optional.empty();
        }
        return Optional.of(first.toString().endsWith(".jar") ? differenceOfJars(first, second) : "its bytes differ");
    }

    private static String differenceOfJars(Path first, Path second) throws IOException {
        try (ZipFile one = new ZipFile(first.toFile());
                ZipFile other = new ZipFile(second.toFile())) {
            Set<String> names = new TreeSet<>(names(one));
            names.addAll(names(other));
            List<String> differ = new ArrayList<>();
            for (String name : names) {
                if (!sameEntry(one, other, name)) {
                    differ.add(name);
                }
            }
            return differ.isEmpty()
                    ? "its entries are in another order, or have other times or rights"
                    : String.join(", ", differ);
        }
    }

    private static List<String> names(ZipFile jar) {
        return jar.stream().map(ZipEntry::getName).toList();
    }

    private static boolean sameEntry(ZipFile one, ZipFile other, String name) {
        ZipEntry mine = one.getEntry(name);
        ZipEntry theirs = other.getEntry(name);
        return mine != null && theirs != null && mine.getSize() == theirs.getSize() && mine.getCrc() == theirs.getCrc();
    }
}
