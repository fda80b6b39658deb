package dev.kubeproxyfleet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What 'backup' and 'restore' say before they have anything to do with Kafka; what they do there tests of the service show. */
class BackupCommandsTest {

    private static final String NO_BROKER = "127.0.0.1:1";

    private final Console console = new Console();

    @TempDir
    private Path folder;

    @Test
    void aFileThatIsThereIsNotOverwritten() throws IOException {
        Path file = Files.writeString(folder.resolve("fleet.backup"), "precious");

        assertThat(console.run("backup", "--bootstrap-server", NO_BROKER, "-o", file.toString()))
                .isEqualTo(ExitCode.USAGE);

        assertThat(console.err())
                .isEqualTo("./kpfleet: " + file + " is there already, and is not overwritten; name another file.\n");
        assertThat(file).hasContent("precious");
    }

    @Test
    void aFileThatIsNoBackupIsNotRestored() throws IOException {
        Path file = Files.writeString(folder.resolve("fleet.backup"), "no backup");

        assertThat(console.run("restore", "--bootstrap-server", NO_BROKER, "-f", file.toString()))
                .isEqualTo(ExitCode.USAGE);

        assertThat(console.err()).contains(file + " cannot be read, or is cut off");
    }

    @Test
    void brokersThatMakeNoSenseAreNamed() {
        assertThat(console.run(
                        "backup",
                        "--bootstrap-server",
                        "nonsense",
                        "-o",
                        folder.resolve("fleet.backup").toString()))
                .isEqualTo(ExitCode.UNREACHABLE);

        assertThat(console.err()).contains("Kafka at nonsense cannot be used", "see --bootstrap-server");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void propertiesThatCannotBeReadAreNamed() {
        assertThat(console.run(
                        "backup",
                        "--bootstrap-server",
                        NO_BROKER,
                        "--command-config",
                        folder.resolve("none.properties").toString(),
                        "-o",
                        folder.resolve("fleet.backup").toString()))
                .isEqualTo(ExitCode.USAGE);

        assertThat(console.err()).contains("none.properties cannot be read");
    }
}
