package dev.kubeproxyfleet.cli.backup;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.kubeproxyfleet.cli.backup.BackupException.Obstacle;
import dev.kubeproxyfleet.schemas.json.Json;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The file that a backup is: lines of JSON, compressed with gzip. The first line has {@code head}, each further one a {@code record}, and
 * the last one the {@code end}, which counts the records and has the SHA-256 of all bytes before its line. Keys, values and headers are in
 * Base64. Written and read record by record, so that its size does not matter.
 */
public final class BackupFile {

    /** What the first line says it is. */
    static final String FORMAT = "kubeproxy-fleet-backup";

    /** Rises with each change that an earlier version would misread. */
    static final int VERSION = 1;

    /** Longer than any line: a record has at most 2 MiB, and Base64 makes a third more of it. */
    static final int MAX_LINE_BYTES = 8 * 1024 * 1024;

    private static final int BUFFER = 1 << 16;
    private static final FileAttribute<?>[] OWNER_ONLY = {
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
    };

    /**
     * Where the records are from.
     *
     * @param kafka id of the Kafka cluster
     * @param topicPrefix that their topics have there
     */
    record Head(String format, int version, String kafka, String topicPrefix) {}

    /** @param topic without prefix */
    record Saved(
            String topic,
            long offset,
            long timestamp,
            byte @Nullable [] key,
            byte @Nullable [] value,
            List<SavedHeader> headers) {}

    record SavedHeader(String name, byte @Nullable [] value) {}

    /**
     * @param takenAt the moment that all topics are of
     * @param serviceRan whether a controller was running then
     * @param read offsets up to which the controller had read what it reads, by topic without prefix; unread is what follows
     * @param records how many there are, by topic without prefix
     */
    record End(Instant takenAt, boolean serviceRan, Map<String, Long> read, Map<String, Long> records, String sha256) {}

    /** One of them is there. */
    private record Line(
            @Nullable Head head,
            @Nullable Saved record,
            @Nullable End end) {}

    /** @param head as it was written, with its end */
    record Whole(Head head, End end) {}

    /** Takes each record of a file. */
    interface Sink {
        void take(Saved record) throws BackupException;
    }

    private BackupFile() {}

    /** Writes beside the file, which is there once it is whole, and readable by its owner alone. */
    static final class Writer implements AutoCloseable {

        private final Path file;
        private final Path partial;
        private final FileChannel channel;
        private final OutputStream out;
        private final MessageDigest digest = sha256();
        private final Map<String, Long> records = new TreeMap<>();

        /** @throws FileAlreadyExistsException if the file is there: a backup is never overwritten */
        Writer(Path file, Head head) throws IOException {
            this.file = file;
            this.partial = file.resolveSibling(file.getFileName() + ".partial");
            if (Files.exists(file)) {
                throw new FileAlreadyExistsException(file.toString());
            }
            boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
            channel = FileChannel.open(
                    partial,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    posix ? OWNER_ONLY : new FileAttribute<?>[0]);
            out = new BufferedOutputStream(new GZIPOutputStream(Channels.newOutputStream(channel), BUFFER), BUFFER);
            write(new Line(head, null, null));
        }

        void write(Saved record) throws IOException {
            write(new Line(null, record, null));
            records.merge(record.topic(), 1L, Long::sum);
        }

        private void write(Line line) throws IOException {
            byte[] bytes = Json.MAPPER.writeValueAsBytes(line);
            digest.update(bytes);
            digest.update((byte) '\n');
            out.write(bytes);
            out.write('\n');
        }

        /** Completes the file. */
        End end(Instant takenAt, boolean serviceRan, Map<String, Long> read) throws IOException {
            End end = new End(takenAt, serviceRan, read, records, HexFormat.of().formatHex(digest.digest()));
            write(new Line(null, null, end));
            out.flush();
            out.close();
            try (FileChannel written = FileChannel.open(partial, StandardOpenOption.WRITE)) {
                written.force(true);
            }
            Files.move(partial, file);
            return end;
        }

        /** Leaves nothing of a file that was not completed. */
        @Override
        public void close() throws IOException {
            channel.close();
            Files.deleteIfExists(partial);
        }
    }

    /**
     * Reads a file from its start.
     *
     * @throws BackupException if it is no backup, of a version that is not known, cut off, or changed since it was written; what was
     *     taken before must be given up then
     */
    static Whole read(Path file, Sink sink) throws BackupException {
        MessageDigest digest = sha256();
        Map<String, Long> records = new TreeMap<>();
        try (InputStream in =
                new BufferedInputStream(new GZIPInputStream(Files.newInputStream(file), BUFFER), BUFFER)) {
            byte[] first = line(in, file);
            digest.update(first);
            Head head = parse(first, file).head();
            if (head == null || !FORMAT.equals(head.format())) {
                throw new BackupException(Obstacle.File, file + " is no backup that 'kpfleet backup' has written");
            }
            if (head.version() != VERSION) {
                throw new BackupException(
                        Obstacle.File,
                        file + " is a backup of version " + head.version() + ", and this kpfleet reads version "
                                + VERSION
                                + "; restore it with the kpfleet of the version that has written it, or a later one");
            }
            while (true) {
                byte[] bytes = line(in, file);
                Line line = parse(bytes, file);
                if (line.end() != null) {
                    check(file, in, line.end(), records, digest);
                    return new Whole(head, line.end());
                }
                if (line.record() == null || !Part.isSaved(line.record().topic())) {
                    throw changed(file, "a line is neither a record of a topic that is saved nor the end");
                }
                digest.update(bytes);
                records.merge(line.record().topic(), 1L, Long::sum);
                sink.take(line.record());
            }
        } catch (IOException e) {
            throw new BackupException(Obstacle.File, file + " cannot be read, or is cut off: " + e);
        }
    }

    private static void check(Path file, InputStream in, End end, Map<String, Long> records, MessageDigest digest)
            throws BackupException, IOException {
        if (!records.equals(end.records())) {
            throw changed(file, "it has other records than its end counts");
        }
        if (!HexFormat.of().formatHex(digest.digest()).equals(end.sha256())) {
            throw changed(file, "its SHA-256 is not the one that its end has");
        }
        // Reading to the end lets gzip compare its own checksum, too.
        if (in.read() >= 0) {
            throw changed(file, "something follows its end");
        }
    }

    private static BackupException changed(Path file, String how) {
        return new BackupException(
                Obstacle.File, file + " has been changed since it was written: " + how + "; take another backup");
    }

    /** With its end, which is a line feed. */
    private static byte[] line(InputStream in, Path file) throws IOException, BackupException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int next;
        while ((next = in.read()) >= 0) {
            line.write(next);
            if (next == '\n') {
                return line.toByteArray();
            }
            if (line.size() > MAX_LINE_BYTES) {
                throw changed(file, "a line has more than " + MAX_LINE_BYTES + " bytes");
            }
        }
        throw new BackupException(Obstacle.File, file + " is cut off: it has no end; take another backup");
    }

    private static Line parse(byte[] bytes, Path file) throws IOException, BackupException {
        try {
            return Json.MAPPER.readValue(bytes, Line.class);
        } catch (JsonProcessingException e) {
            throw changed(file, "a line is no JSON of a backup");
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
