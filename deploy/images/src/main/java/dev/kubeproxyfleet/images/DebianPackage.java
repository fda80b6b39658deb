package dev.kubeproxyfleet.images;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * A binary package of Debian, in the format of the manual page deb(5). {@code control} is what dpkg's database has of it,
 * {@code fields} the same by name.
 */
record DebianPackage(Path file, String control, Map<String, String> fields) {

    static DebianPackage read(Path file) throws IOException {
        String[] control = {""};
        archive(file, "control.tar", (path, entry) -> {
            if (path.equals("/control") && entry instanceof FileTree.Content content) {
                control[0] = text(content);
            }
        });
        return new DebianPackage(file, control[0], fields(control[0]));
    }

    String name() {
        return field("Package");
    }

    String version() {
        return field("Version");
    }

    String architecture() {
        return field("Architecture");
    }

    /** The name of its source package. */
    String source() {
        return Optional.ofNullable(fields.get("Source")).orElse(name()).replaceFirst(" \\(.*", "");
    }

    /** Calls for all that it installs, in its order, with the absolute path. */
    void forEach(BiConsumer<String, FileTree.Entry> entries) throws IOException {
        archive(file, "data.tar", entries);
    }

    private String field(String name) {
        return Optional.ofNullable(fields.get(name))
                .orElseThrow(() -> new IllegalStateException(file + " has no field " + name));
    }

    private static void archive(Path deb, String name, BiConsumer<String, FileTree.Entry> entries) throws IOException {
        try (InputStream in = Files.newInputStream(deb);
                ArArchiveInputStream ar = new ArArchiveInputStream(in)) {
            for (ArArchiveEntry member = ar.getNextEntry(); member != null; member = ar.getNextEntry()) {
                if (member.getName().equals(name + ".xz")) {
                    entries(new TarArchiveInputStream(new XZInputStream(ar)), entries);
                    return;
                }
            }
        }
        throw new IOException(deb + " has no " + name + ".xz");
    }

    private static void entries(TarArchiveInputStream tar, BiConsumer<String, FileTree.Entry> entries)
            throws IOException {
        for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            String path = entry.getName().replaceFirst("^\\.", "").replaceFirst("/$", "");
            if (path.isEmpty()) {
                continue;
            }
            int mode = entry.getMode() & 07777;
            if (entry.isDirectory()) {
                entries.accept(path, new FileTree.Folder(mode));
            } else if (entry.isSymbolicLink()) {
                entries.accept(path, new FileTree.Link(entry.getLinkName()));
            } else if (entry.isFile() && !entry.isLink()) {
                entries.accept(path, new FileTree.Content(new FileTree.Bytes(tar.readAllBytes()), mode));
            } else {
                throw new IOException(path + " is neither a file, a folder nor a symbolic link");
            }
        }
    }

    private static Map<String, String> fields(String control) {
        Map<String, String> fields = new LinkedHashMap<>();
        control.lines().filter(line -> !line.startsWith(" ")).forEach(line -> {
            int colon = line.indexOf(": ");
            if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 2));
            }
        });
        return fields;
    }

    static String text(FileTree.Content content) {
        try {
            return new String(content.source().read(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
