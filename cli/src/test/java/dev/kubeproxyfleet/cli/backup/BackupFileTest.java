package dev.kubeproxyfleet.cli.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kubeproxyfleet.schemas.topic.ControllerState;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A backup is read as it was written, or not at all. */
class BackupFileTest {

    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final BackupFile.Head HEAD =
            new BackupFile.Head(BackupFile.FORMAT, BackupFile.VERSION, "kafka-1", "kubeproxy.");

    @TempDir
    private Path folder;

    @Test
    void keepsKeysValuesHeadersTimesAndOrder() throws Exception {
        Path file = written();
        List<BackupFile.Saved> read = new ArrayList<>();

        BackupFile.Whole whole = BackupFile.read(file, read::add);

        assertThat(whole.head()).isEqualTo(HEAD);
        assertThat(whole.end().records()).isEqualTo(Map.of("desired", 1L, "controller-open-changelog", 2L));
        assertThat(whole.end().takenAt()).isEqualTo(NOON);
        assertThat(whole.end().read()).containsEntry("desired", 8L);
        assertThat(read).usingRecursiveComparison().isEqualTo(records());
    }

    @Test
    void isReadableByItsOwnerAloneAndNeverOverwritten() throws Exception {
        Path file = written();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThatThrownBy(() -> new BackupFile.Writer(file, HEAD)).isInstanceOf(FileAlreadyExistsException.class);
    }

    @Test
    void leavesNothingThatIsNotWhole() throws Exception {
        try (BackupFile.Writer writer = new BackupFile.Writer(folder.resolve("fleet.backup"), HEAD)) {
            writer.write(records().getFirst());
        }

        try (var left = Files.list(folder)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void cutOffAnywhereItIsRefused() throws Exception {
        byte[] whole = Files.readAllBytes(written());
        Path cut = folder.resolve("cut.backup");
        for (int length = 0; length < whole.length; length++) {
            Files.write(cut, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> BackupFile.read(cut, _ -> {}))
                    .as("cut to %d of %d bytes", length, whole.length)
                    .isInstanceOf(BackupException.class)
                    .hasMessageContaining("cut off");
        }
    }

    /** By someone who keeps gzip's own checksum right. */
    @ParameterizedTest
    @CsvSource({
        "'\"offset\":7', '\"offset\":6', its SHA-256 is not the one that its end has",
        "'\"topic\":\"desired\"', '\"topic\":\"audit\"', it has other records than its end counts",
        "'\"topic\":\"desired\"', '\"topic\":\"operations\"', a line is neither a record",
        "'{\"record\"', '{\"nothing\"', a line is neither a record",
        "'{\"record\"', 'record', a line is no JSON",
    })
    void changedItIsRefused(String right, String wrong, String why) throws Exception {
        String text = unpacked(written());
        assertThat(text).contains(right);
        Path changed = packed(text.replaceFirst(Pattern.quote(right), wrong));

        assertThatThrownBy(() -> BackupFile.read(changed, _ -> {}))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining("has been changed since it was written: " + why);
    }

    @Test
    void whatFollowsTheEndIsRefused() throws Exception {
        Path longer = packed(unpacked(written()) + "{}\n");

        assertThatThrownBy(() -> BackupFile.read(longer, _ -> {})).hasMessageContaining("something follows its end");
    }

    @ParameterizedTest
    @CsvSource({
        "'\"version\":1', '\"version\":2', is a backup of version 2",
        "'\"format\":\"kubeproxy-fleet-backup\"', '\"format\":\"other\"', is no backup",
    })
    void anotherFormatIsRefused(String right, String wrong, String why) throws Exception {
        Path other = packed(unpacked(written()).replace(right, wrong));

        assertThatThrownBy(() -> BackupFile.read(other, _ -> {}))
                .isInstanceOf(BackupException.class)
                .hasMessageContaining(why);
    }

    @Test
    void aLineWithoutAnEndIsNotReadToItsEnd() throws Exception {
        Path endless = packed("x".repeat(BackupFile.MAX_LINE_BYTES + 1));

        assertThatThrownBy(() -> BackupFile.read(endless, _ -> {})).hasMessageContaining("bytes");
    }

    private static List<BackupFile.Saved> records() {
        String open = ControllerState.changelog("open");
        return List.of(
                saved("desired", 7, "prod", "{}", List.of(new BackupFile.SavedHeader("ce_id", bytes("event-1")))),
                saved(open, 0, "prod.1", "\u0001", List.of()),
                saved(open, 3, "prod.1", null, List.of(new BackupFile.SavedHeader("empty", null))));
    }

    private static BackupFile.Saved saved(
            String topic, long offset, String key, @Nullable String value, List<BackupFile.SavedHeader> headers) {
        return new BackupFile.Saved(
                topic, offset, NOON.toEpochMilli() + offset, bytes(key), value == null ? null : bytes(value), headers);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Path written() throws IOException {
        Path file = folder.resolve("fleet.backup");
        try (BackupFile.Writer writer = new BackupFile.Writer(file, HEAD)) {
            for (BackupFile.Saved record : records()) {
                writer.write(record);
            }
            writer.end(NOON, true, Map.of("desired", 8L));
        }
        return file;
    }

    private static String unpacked(Path file) throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(Files.readAllBytes(file)))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private Path packed(String text) throws IOException {
        Path file = folder.resolve("packed.backup");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(bytes(text));
        }
        return file;
    }
}
