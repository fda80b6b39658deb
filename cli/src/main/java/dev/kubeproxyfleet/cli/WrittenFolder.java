package dev.kubeproxyfleet.cli;

import dev.kubeproxyfleet.schemas.text.Count;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A folder that a command writes files into, and writes again. It keeps a list of what it wrote, as {@code sha256sum} prints it, so
 * that it knows its own files from others and from those that somebody has changed.
 */
final class WrittenFolder {

    static final String LIST = ".kpfleet-written";

    /** So many files are named; a fleet has thousands. */
    private static final int NAMED_FILES = 5;

    private final Path folder;

    WrittenFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * Writes the files for a user, unless that would overwrite what this class did not write.
     *
     * @param force whether it may overwrite that, too
     * @param written says what was written
     * @return the exit code
     */
    int save(Map<String, String> files, boolean force, Surroundings world, Runnable written) {
        try {
            List<String> foreign = force ? List.of() : foreign(files);
            if (!foreign.isEmpty()) {
                world.complain("nothing was written: %s in %s not as this command wrote %s; --force overwrites."
                        .formatted(
                                Count.of(foreign.size(), "file"),
                                foreign.size() == 1 ? folder + " is" : folder + " are",
                                foreign.size() == 1 ? "it" : "them"));
                foreign.stream().limit(NAMED_FILES).forEach(world::complainFurther);
                return ExitCode.USAGE;
            }
            List<String> left = write(files);
            written.run();
            if (!left.isEmpty()) {
                world.complain("%s of an earlier time in %s no longer written; delete what is not wanted:"
                        .formatted(Count.of(left.size(), "file"), folder + (left.size() == 1 ? " is" : " are")));
                left.stream().limit(NAMED_FILES).forEach(world::complainFurther);
            }
            return ExitCode.OK;
        } catch (IOException e) {
            throw new UsageException("%s cannot be written: %s".formatted(folder, e));
        }
    }

    /**
     * The files, of those that would be written, that have other contents and that this class did not write as they are.
     *
     * @param files contents by path below the folder
     */
    List<String> foreign(Map<String, String> files) throws IOException {
        Map<String, String> written = written();
        List<String> foreign = new ArrayList<>();
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path path = folder.resolve(file.getKey());
            if (Files.exists(path)) {
                String found = hash(Files.readAllBytes(path));
                if (!found.equals(hash(file.getValue())) && !found.equals(written.get(file.getKey()))) {
                    foreign.add(file.getKey());
                }
            }
        }
        return foreign;
    }

    /**
     * Writes the files, whatever is there.
     *
     * @return the files of an earlier time that are not among these, still there as they were
     */
    List<String> write(Map<String, String> files) throws IOException {
        SortedMap<String, String> list = written();
        List<String> left = new ArrayList<>();
        for (String earlier : List.copyOf(list.keySet())) {
            if (!files.containsKey(earlier)) {
                if (Files.exists(folder.resolve(earlier))) {
                    left.add(earlier);
                } else {
                    list.remove(earlier);
                }
            }
        }
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path path = folder.resolve(file.getKey());
            Files.createDirectories(path.toAbsolutePath().getParent());
            Files.writeString(path, file.getValue());
            list.put(file.getKey(), hash(file.getValue()));
        }
        List<String> lines = new ArrayList<>();
        list.forEach((path, hash) -> lines.add(hash + "  " + path));
        Files.write(folder.resolve(LIST), lines);
        return left;
    }

    /** Hashes by path. */
    private SortedMap<String, String> written() throws IOException {
        SortedMap<String, String> written = new TreeMap<>();
        Path list = folder.resolve(LIST);
        if (Files.exists(list)) {
            for (String line : Files.readAllLines(list)) {
                String[] parts = line.split("  ", 2);
                if (parts.length == 2) {
                    written.put(parts[1], parts[0]);
                }
            }
        }
        return written;
    }

    private static String hash(String text) {
        return hash(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String hash(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
