package dev.kubeproxyfleet.simulator.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {

    private static final DataFolder.Fleet FLEET = new DataFolder.Fleet(20, 5, 1, 1);

    @TempDir
    Path temporary;

    @Test
    void nobodyElseMayLookIntoANewFolderOrIntoThoseThatItIsIn() throws Exception {
        Path root = temporary.resolve("kept").resolve("sandbox");
        try (DataFolder folder = DataFolder.open(root, FLEET)) {
            for (Path each : new Path[] {root.getParent(), root}) {
                assertThat(permissions(each)).as(each.toString()).isEqualTo("rwx------");
            }
        }
    }

    @Test
    void aFolderOfAnEarlierSandboxIsClosedToOthers() throws Exception {
        Path root = temporary.resolve("sandbox");
        DataFolder.open(root, FLEET).close();
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));

        DataFolder.open(root, FLEET).close();

        assertThat(permissions(root)).isEqualTo("rwx------");
    }

    @Test
    void aFolderWithSomethingElseInItIsLeftAlone() throws Exception {
        Path root = Files.createDirectory(temporary.resolve("home"));
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(root.resolve("letter.txt"), "dear");

        assertThatThrownBy(() -> DataFolder.open(root, FLEET))
                .isInstanceOf(SandboxFailure.class)
                .hasMessageContaining("holds something else")
                .hasMessageContaining("--data");
        assertThat(permissions(root)).isEqualTo("rwxr-xr-x");
        assertThat(root).isDirectoryNotContaining("glob:**lock");
    }

    @Test
    void oneSandboxAtATimeMayUseAFolder() throws Exception {
        Path root = temporary.resolve("sandbox");
        try (DataFolder _ = DataFolder.open(root, FLEET)) {
            assertThatThrownBy(() -> DataFolder.open(root, FLEET)).hasMessageContaining("another sandbox runs");
        }
        assertThatThrownBy(() -> DataFolder.open(root, new DataFolder.Fleet(1, 1, 1, 1)))
                .hasMessageContaining("--clusters 20 --nodes 5 --seed 1 --brokers 1");
    }

    @Test
    void theDataOfOneBrokerIsNotTakenForThatOfThree() throws Exception {
        Path root = temporary.resolve("sandbox");
        DataFolder.open(root, FLEET).close();
        Files.writeString(root.resolve("sandbox.json"), "{\"clusters\":20,\"nodes\":5,\"seed\":1}");

        DataFolder.open(root, FLEET).close();
        assertThatThrownBy(() -> DataFolder.open(root, new DataFolder.Fleet(20, 5, 1, 3)))
                .as("of a version that knew of one only")
                .hasMessageContaining("--brokers 1; run with these");
    }

    private static String permissions(Path folder) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder));
    }
}
