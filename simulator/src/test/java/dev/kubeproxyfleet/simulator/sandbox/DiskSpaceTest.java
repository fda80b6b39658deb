package dev.kubeproxyfleet.simulator.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class DiskSpaceTest {

    private static final Path FOLDER = Path.of("/data/sandbox");

    @Test
    void aDiskWithRoomIsNoMatter() {
        DiskSpace disk = new DiskSpace(FOLDER, () -> DiskSpace.NEEDED_TO_START);

        assertThatCode(disk::requireEnoughToStart).doesNotThrowAnyException();
        assertThat(disk.shortage()).isEmpty();
    }

    @Test
    void aSandboxThatRunsGoesOnWithLessThanItNeedsToStart() {
        DiskSpace disk = new DiskSpace(FOLDER, () -> DiskSpace.NEEDED_TO_GO_ON);

        assertThatThrownBy(disk::requireEnoughToStart).isInstanceOf(SandboxFailure.class);
        assertThat(disk.shortage()).isEmpty();
    }

    @Test
    void aFullDiskIsNamedWithWhatToDo() {
        DiskSpace disk = new DiskSpace(FOLDER, () -> 12L << 20);

        assertThat(disk.shortage())
                .hasValue(
                        "the disk that holds the data folder /data/sandbox is full: 12 MB are left, and the sandbox needs"
                                + " 64 MB; free some space, or name a folder on another disk with --data");
    }

    @Test
    void aDiskThatCannotBeAskedCountsAsFull() {
        DiskSpace disk = new DiskSpace(FOLDER, () -> {
            throw new IOException("stale file handle");
        });

        assertThat(disk.shortage().orElseThrow()).contains("stale file handle").contains("--data");
    }
}
