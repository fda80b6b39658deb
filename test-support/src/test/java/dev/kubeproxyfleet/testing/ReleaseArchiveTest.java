package dev.kubeproxyfleet.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReleaseArchiveTest {

    @TempDir
    private Path folder;

    @BeforeEach
    void releaseAnEarlierVersion() {
        writing("0.1.0").keep("records/0.1.0.txt", bytes("old"));
    }

    @Test
    void holdsWhatWasWritten() {
        assertThatCode(() -> comparing("0.1.0").keep("records/0.1.0.txt", bytes("old")))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> comparing("0.1.0").keep("records/0.1.0.txt", bytes("new")))
                .isInstanceOf(AssertionError.class)
                .hasMessageContainingAll("records/0.1.0.txt", "old", "new", "./kpfleet archive");
        assertThatThrownBy(() -> comparing("0.2.0").keep("records/0.2.0.txt", bytes("new")))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("there is no such file");
    }

    @Test
    void writesOnlyFilesOfTheVersionThatIsWorkedOn() {
        ReleaseArchive next = writing("0.2.0");
        next.keep("records/0.2.0.txt", bytes("new"));

        assertThat(next.files(".txt")).containsExactly("records/0.1.0.txt", "records/0.2.0.txt");
        assertThat(next.problems()).isEmpty();
        assertThatThrownBy(() -> next.keep("records/0.1.0.txt", bytes("new")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> writing("1.0").keep("records/0.1.0.txt", bytes("new")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void namesWhatSomebodyChangedByHand() throws IOException {
        Files.writeString(folder.resolve("records/0.1.0.txt"), "changed");
        Files.writeString(folder.resolve("records/0.0.9.txt"), "added");
        assertThat(comparing("0.2.0").problems())
                .containsExactly(
                        "records/0.1.0.txt has changed since it was written",
                        "records/0.0.9.txt is not in " + ReleaseArchive.LIST);

        Files.delete(folder.resolve("records/0.1.0.txt"));
        assertThat(comparing("0.2.0").problems()).contains("records/0.1.0.txt is gone");
    }

    @Test
    void theVersionIsThatOfThePomWithoutWhatMavenAddsToIt() {
        assertThat(ReleaseArchive.versionOf(Path.of("..", "pom.xml"))).matches("[0-9]+\\.[0-9]+\\.[0-9]+");
    }

    private ReleaseArchive writing(String version) {
        return new ReleaseArchive(folder, version, true);
    }

    private ReleaseArchive comparing(String version) {
        return new ReleaseArchive(folder, version, false);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
