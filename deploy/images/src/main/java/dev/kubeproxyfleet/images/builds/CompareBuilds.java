package dev.kubeproxyfleet.images.builds;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
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

    /**
     * What differs between any two builds by Quarkus 3.34: it numbers and orders what its build steps record as threads and hashes
     * have it. Quarkus' pull request 53025 begins to mend that.
     */
    private static final Pattern KNOWN = Pattern.compile(
            ".+/quarkus/generated-bytecode\\.jar!io/quarkus/(runner/recorded|runtime/generated)/[^/]+\\.class");

    private CompareBuilds() {}

    public static void main(String[] arguments) throws IOException {
        Path first = Path.of(arguments[0]);
        Path second = Path.of(arguments[1]);
        List<String> differences = differences(first, second);
        List<String> unknown = differences.stream()
                .filter(Predicate.not(CompareBuilds::isKnown))
                .toList();
        unknown.forEach(System.out::println);
        System.out.printf(
                "%d files compared: %d places differ, and %d that Quarkus is known to make differently each time%n",
                shipped(first).size(), unknown.size(), differences.size() - unknown.size());
        System.exit(unknown.isEmpty() ? 0 : 1);
    }

    /** Each file that differs, by its path; of a jar, each entry that differs, after an exclamation mark. */
    static List<String> differences(Path first, Path second) throws IOException {
        SortedSet<String> all = shipped(first);
        all.addAll(shipped(second));
        if (all.isEmpty()) {
            throw new IOException("nothing was built in " + first + " and " + second);
        }
        List<String> differences = new ArrayList<>();
        for (String path : all) {
            differences(first.resolve(path), second.resolve(path), path).forEach(differences::add);
        }
        return differences;
    }

    static boolean isKnown(String difference) {
        return KNOWN.matcher(difference).matches();
    }

    private static SortedSet<String> shipped(Path project) throws IOException {
        try (Stream<Path> files = Files.walk(project)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> project.relativize(file).toString())
                    .filter(SHIPPED.asMatchPredicate())
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static Stream<String> differences(Path first, Path second, String path) throws IOException {
        if (!Files.exists(first) || !Files.exists(second)) {
            return Stream.of(path + ": only one of the builds made it");
        }
        if (Files.mismatch(first, second) < 0) {
            return Stream.of();
        }
        return path.endsWith(".jar") ? differencesOfJars(first, second, path) : Stream.of(path + ": its bytes differ");
    }

    private static Stream<String> differencesOfJars(Path first, Path second, String path) throws IOException {
        try (ZipFile one = new ZipFile(first.toFile());
                ZipFile other = new ZipFile(second.toFile())) {
            Set<String> names = new TreeSet<>(names(one));
            names.addAll(names(other));
            List<String> differ = names.stream()
                    .filter(name -> !sameEntry(one, other, name))
                    .map(name -> path + "!" + name)
                    .toList();
            return differ.isEmpty()
                    ? Stream.of(path + ": its entries are in another order, or have other times or rights")
                    : differ.stream();
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
