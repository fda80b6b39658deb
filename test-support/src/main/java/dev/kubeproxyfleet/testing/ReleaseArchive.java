package dev.kubeproxyfleet.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A folder of files that each release leaves behind, so that every later version is tested with what it wrote, and a list of their
 * hashes ({@value #LIST}, as {@code sha256sum} writes it).
 *
 * <p>The files of the version in the POM follow the source until that version is released: {@code ./kpfleet archive} writes them, and
 * never those of another version.
 */
public final class ReleaseArchive {

    /** JUnit's tag of the tests that {@link #keep} what this version writes; the command runs these alone. */
    public static final String TAG = "archive";

    /** System property: whether {@link #keep} writes what it would compare. */
    static final String WRITE = "kpfleet.archive";

    static final String LIST = "SHA256SUMS";

    private static final Pattern SUM = Pattern.compile("([0-9a-f]{64})  (.+)");

    /** The first in the root's POM, which has no parent, is the project's own. */
    private static final Pattern POM_VERSION = Pattern.compile("<version>([0-9.]+)(-SNAPSHOT)?</version>");

    private final Path folder;
    private final String version;
    private final boolean writes;

    /** @param folder from that of a module on, in which tests run */
    public ReleaseArchive(Path folder) {
        this(folder, versionOf(Path.of("..", "pom.xml")), Boolean.getBoolean(WRITE));
    }

    ReleaseArchive(Path folder, String version, boolean writes) {
        this.folder = folder;
        this.version = version;
        this.writes = writes;
    }

    /** The version that is being worked on, which is that of the next release. */
    public String version() {
        return version;
    }

    public Path folder() {
        return folder;
    }

    /**
     * Holds that the file has this content; writes it instead where this run is the one that writes.
     *
     * @param file its path in the folder, which names the version that is being worked on
     * @throws AssertionError if it has another content, or is not there
     */
    public void keep(String file, byte[] content) {
        if (!isOf(version, file)) {
            throw new IllegalArgumentException(file + " is not one of version " + version);
        }
        Path path = folder.resolve(file);
        try {
            if (writes) {
                Files.createDirectories(path.getParent());
                Files.write(path, content);
                Map<String, String> sums = sums();
                sums.put(file, sum(content));
                List<String> lines = new ArrayList<>();
                sums.forEach((name, sum) -> lines.add(sum + "  " + name));
                Files.write(folder.resolve(LIST), lines);
            } else if (!Files.exists(path) || !Arrays.equals(Files.readAllBytes(path), content)) {
                throw new AssertionError(path + " is not what this version writes" + firstDifference(path, content)
                        + "\nIf the change is meant: ./kpfleet archive, and review the difference");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the name of a file, or one of its folders, is the version. */
    private static boolean isOf(String version, String file) {
        return Stream.of(file.split("/"))
                .anyMatch(part -> part.equals(version) || part.matches(Pattern.quote(version) + "\\.[a-z]+"));
    }

    /** The files of every version whose names end like this, as paths in the folder. */
    public List<String> files(String suffix) {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile)
                    .map(path -> folder.relativize(path).toString().replace('\\', '/'))
                    .filter(name -> name.endsWith(suffix) && !name.equals(LIST))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public byte[] read(String file) {
        try {
            return Files.readAllBytes(folder.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is not as the list says: files that have changed, are gone, or are not in it. */
    public List<String> problems() {
        List<String> problems = new ArrayList<>();
        Map<String, String> sums = sums();
        sums.forEach((file, sum) -> {
            if (!Files.exists(folder.resolve(file))) {
                problems.add(file + " is gone");
            } else if (!sum(read(file)).equals(sum)) {
                problems.add(file + " has changed since it was written");
            }
        });
        files("").stream()
                .filter(file -> !sums.containsKey(file))
                .forEach(file -> problems.add(file + " is not in " + LIST));
        return problems;
    }

    private Map<String, String> sums() {
        Map<String, String> sums = new TreeMap<>();
        Path list = folder.resolve(LIST);
        try {
            for (String line : Files.exists(list) ? Files.readAllLines(list) : List.<String>of()) {
                Matcher sum = SUM.matcher(line);
                if (!sum.matches()) {
                    throw new AssertionError("no line of sha256sum in " + list + ": " + line);
                }
                sums.put(sum.group(2), sum.group(1));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return sums;
    }

    private static String sum(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String firstDifference(Path path, byte[] content) throws IOException {
        if (!Files.exists(path)) {
            return "; there is no such file";
        }
        List<String> kept = new String(Files.readAllBytes(path), StandardCharsets.UTF_8)
                .lines()
                .toList();
        List<String> now = new String(content, StandardCharsets.UTF_8).lines().toList();
        for (int i = 0; i < Math.max(kept.size(), now.size()); i++) {
            String before = i < kept.size() ? kept.get(i) : "nothing";
            String after = i < now.size() ? now.get(i) : "nothing";
            if (!before.equals(after)) {
                return "; its line " + (i + 1) + " is\n" + before + "\nand would be\n" + after;
            }
        }
        return "";
    }

    static String versionOf(Path pom) {
        try {
            Matcher version = POM_VERSION.matcher(Files.readString(pom));
            if (!version.find()) {
                throw new AssertionError("no version in " + pom.toAbsolutePath());
            }
            return version.group(1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
