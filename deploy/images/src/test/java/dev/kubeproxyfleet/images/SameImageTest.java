package dev.kubeproxyfleet.images;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A layer depends on what its files hold, and not on when, in which order or by whom they were made. */
class SameImageTest {

    private static final Instant TIME = Instant.parse("2026-01-02T03:04:05Z");

    @TempDir
    Path folder;

    @Test
    void theSameFilesMakeTheSameLayer() throws IOException {
        Path first = files("first", "a", "b");
        Path second = files("second", "b", "a");
        Files.setLastModifiedTime(second.resolve("a"), FileTime.from(TIME));
        Files.setPosixFilePermissions(second.resolve("b"), PosixFilePermissions.fromString("rw-rw-rw-"));

        assertThat(layer(second)).isEqualTo(layer(first));
    }

    @Test
    void anotherByteOrModeMakesAnotherLayer() throws IOException {
        Path files = files("files", "a", "b");
        Layer before = layer(files);
        Files.setPosixFilePermissions(files.resolve("a"), PosixFilePermissions.fromString("rwxr-xr-x"));
        Layer runnable = layer(files);
        Files.writeString(files.resolve("b"), "other");

        assertThat(runnable.diffId()).isNotEqualTo(before.diffId());
        assertThat(layer(files).diffId()).isNotEqualTo(runnable.diffId());
    }

    /** Two processes iterate over the same map in different orders, which two images of one process do not show. */
    @Test
    void theMembersOfABillAreInOneOrder() throws IOException {
        Sbom bill = new Sbom("image", "1", TIME);
        bill.add(new BaseImage("base", "sha256:0", Architecture.AMD64, List.of(), List.of()));
        bill.add(new DebianPackage(folder, "", Map.of("Package", "libc6", "Version", "2.41", "Architecture", "amd64")));

        JsonNode written = new ObjectMapper().readTree(bill.json());

        assertThat(List.of(
                        written,
                        written.get("metadata"),
                        written.at("/metadata/component"),
                        written.at("/components/0"),
                        written.at("/components/1"),
                        written.at("/compositions/0")))
                .allSatisfy(object -> {
                    List<String> members = new ArrayList<>();
                    object.fieldNames().forEachRemaining(members::add);
                    assertThat(members).hasSizeGreaterThan(1).isSorted();
                });
    }

    private Path files(String name, String... files) throws IOException {
        Path made = Files.createDirectory(folder.resolve(name));
        for (String file : files) {
            Files.writeString(made.resolve(file), file);
        }
        Files.createSymbolicLink(made.resolve("link"), Path.of("a"));
        return made;
    }

    private Layer layer(Path files) throws IOException {
        return Layer.of("test", new FileTree().all("/opt", files), TIME, Layout.in(folder.resolve("layout")));
    }
}
