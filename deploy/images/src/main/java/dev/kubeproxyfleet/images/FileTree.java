package dev.kubeproxyfleet.images;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Files by their absolute paths in an image, ordered by path. They belong to root, and carry neither times nor owners of the
 * machine on which they were made, so that the same files make the same image. Folders that are not named are made where a file
 * needs them.
 */
final class FileTree {

    /** What a path is. */
    sealed interface Entry {}

    /** {@code mode} is that of chmod. */
    record Folder(int mode) implements Entry {}

    /** {@code mode} is that of chmod. */
    record Content(Source source, int mode) implements Entry {}

    /** A symbolic link. */
    record Link(String target) implements Entry {}

    /** Where the bytes of a file are. */
    sealed interface Source {

        long size() throws IOException;

        byte[] read() throws IOException;
    }

    record Bytes(byte[] bytes) implements Source {

        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public byte[] read() {
            return bytes;
        }
    }

    record OnDisk(Path path) implements Source {

        @Override
        public long size() throws IOException {
            return Files.size(path);
        }

        @Override
        public byte[] read() throws IOException {
            return Files.readAllBytes(path);
        }
    }

    private static final int READABLE = 0644;
    private static final int RUNNABLE = 0755;

    private final NavigableMap<String, Entry> entries = new TreeMap<>();

    /** By absolute path without a slash at the end; the root itself is not among them. */
    NavigableMap<String, Entry> entries() {
        return Collections.unmodifiableNavigableMap(entries);
    }

    FileTree folder(String path, int mode) {
        return put(path, new Folder(mode));
    }

    FileTree link(String path, String target) {
        return put(path, new Link(target));
    }

    FileTree file(String path, byte[] content, int mode) {
        return put(path, new Content(new Bytes(content), mode));
    }

    FileTree text(String path, String content) {
        return file(path, content.getBytes(StandardCharsets.UTF_8), READABLE);
    }

    FileTree program(String path, Path file) {
        return put(path, new Content(new OnDisk(file), RUNNABLE));
    }

    FileTree file(String path, Path file) {
        return put(path, new Content(new OnDisk(file), READABLE));
    }

    /** All below a folder of this machine. Who may run a file may run it in the image; links stay links. */
    FileTree all(String path, Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String at = file.equals(folder) ? path : path + "/" + folder.relativize(file);
                if (Files.isSymbolicLink(file)) {
                    link(at, Files.readSymbolicLink(file).toString());
                } else if (Files.isDirectory(file)) {
                    folder(at, RUNNABLE);
                } else if (Files.isExecutable(file)
                        && !Files.getPosixFilePermissions(file).isEmpty()) {
                    program(at, file);
                } else {
                    file(at, file);
                }
            }
        }
        return this;
    }

    /**
     * @throws IllegalArgumentException if the path has something already, other than a folder in place of a folder, or lies below what
     *     is not a folder
     */
    FileTree put(String path, Entry entry) {
        if (!path.startsWith("/") || path.endsWith("/")) {
            throw new IllegalArgumentException("not an absolute path: " + path);
        }
        int parent = path.lastIndexOf('/');
        if (parent > 0) {
            Entry above = entries.get(path.substring(0, parent));
            if (above == null) {
                folder(path.substring(0, parent), RUNNABLE);
            } else if (!(above instanceof Folder)) {
                throw new IllegalArgumentException(path + " lies below what is not a folder");
            }
        }
        Entry before = entries.put(path, entry);
        if (before != null && !(before instanceof Folder && entry instanceof Folder)) {
            throw new IllegalArgumentException("two files claim " + path);
        }
        return this;
    }
}
