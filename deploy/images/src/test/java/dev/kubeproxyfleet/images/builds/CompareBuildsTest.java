package dev.kubeproxyfleet.images.builds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What differs between two builds is named, down to the entry of a jar; what is not shipped may differ. */
class CompareBuildsTest {

    private static final LocalDateTime TIME = LocalDateTime.of(2026, 1, 2, 3, 4);

    @TempDir
    Path folder;

    private Path first;
    private Path second;

    @BeforeEach
    void twoBuilds() throws IOException {
        first = folder.resolve("first");
        second = folder.resolve("second");
        for (Path build : List.of(first, second)) {
            jar(build, "cli/target/kpfleet.jar", TIME, "a", "b");
            write(build, "cli/target/classes/A.class", build.toString());
            write(build, "fleet-service/target/quarkus-app/quarkus/bytecode.dat", "same");
        }
    }

    @Test
    void theSameIsTheSame() throws IOException {
        assertThat(CompareBuilds.differences(first, second)).isEmpty();
    }

    @Test
    void anEntryOfAJar() throws IOException {
        jar(second, "cli/target/kpfleet.jar", TIME, "a", "c");

        assertThat(CompareBuilds.differences(first, second))
                .containsExactly("cli/target/kpfleet.jar!b", "cli/target/kpfleet.jar!c");
    }

    @Test
    void theTimesOrTheOrderInAJar() throws IOException {
        jar(second, "cli/target/kpfleet.jar", TIME.plusHours(1), "a", "b");
        assertThat(CompareBuilds.differences(first, second))
                .containsExactly(
                        "cli/target/kpfleet.jar: its entries are in another order, or have other times or rights");

        jar(second, "cli/target/kpfleet.jar", TIME, "b", "a");
        assertThat(CompareBuilds.differences(first, second)).hasSize(1);
    }

    @Test
    void aFileOfAnApplication() throws IOException {
        write(second, "fleet-service/target/quarkus-app/quarkus/bytecode.dat", "other");
        write(second, "deploy/images/target/lib/new.jar", "new");

        assertThat(CompareBuilds.differences(first, second))
                .containsExactly(
                        "deploy/images/target/lib/new.jar: only one of the builds made it",
                        "fleet-service/target/quarkus-app/quarkus/bytecode.dat: its bytes differ");
    }

    @Test
    void onlyWhatQuarkusRecordsIsKnownToDiffer() {
        String jar = "node-agent/target/quarkus-app/quarkus/generated-bytecode.jar";

        assertThat(List.of(jar + "!io/quarkus/runner/recorded/A.class", jar + "!io/quarkus/runtime/generated/B.class"))
                .allMatch(CompareBuilds::isKnown);
        assertThat(List.of(
                        jar + "!dev/kubeproxyfleet/A.class",
                        jar + ": only one of the builds made it",
                        "cli/target/kpfleet.jar!io/quarkus/runner/recorded/A.class"))
                .noneMatch(CompareBuilds::isKnown);
    }

    @Test
    void buildsThatMadeNothing() {
        assertThatThrownBy(() -> CompareBuilds.differences(folder.resolve("first/cli"), folder.resolve("second/cli")))
                .hasMessageContaining("nothing was built");
    }

    private static void write(Path build, String path, String text) throws IOException {
        Path file = build.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    /** Each entry holds its own name. */
    private static void jar(Path build, String path, LocalDateTime time, String... entries) throws IOException {
        write(build, path, "");
        try (OutputStream file = Files.newOutputStream(build.resolve(path));
                ZipOutputStream jar = new ZipOutputStream(file)) {
            for (String name : entries) {
                ZipEntry entry = new ZipEntry(name);
                entry.setTimeLocal(time);
                jar.putNextEntry(entry);
                jar.write(name.getBytes(StandardCharsets.UTF_8));
                jar.closeEntry();
            }
        }
    }
}
