package dev.kubeproxyfleet.fleet.kafka;

import dev.kubeproxyfleet.fleet.selfcheck.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The folder of the local stores, looked at without writing there. */
final class StateFolderFinding {

    /** Less room is not enough for the stores of a fleet that grows. */
    static final long NEEDED_BYTES = 512L << 20;

    private static final String SETTING = "kpfleet.kafka.state-dir";

    private StateFolderFinding() {}

    /** @param folder is made at the start where it is missing */
    static Finding look(Path folder) {
        Path existing = folder.toAbsolutePath();
        while (!Files.exists(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        if (!Files.isDirectory(existing)) {
            return Finding.missing("folder for the state " + folder + ": " + existing + " is no folder; set " + SETTING
                    + " to another one");
        }
        if (!Files.isWritable(existing)) {
            return Finding.missing("folder for the state " + folder + ": this user may not write in " + existing
                    + "; let it, or set " + SETTING + " to another folder");
        }
        try {
            long usable = Files.getFileStore(existing).getUsableSpace();
            return usable < NEEDED_BYTES
                    ? Finding.missing("folder for the state " + folder + ": " + (usable >> 20) + " MiB are left, and "
                            + (NEEDED_BYTES >> 20) + " MiB are needed; give it more room, or set " + SETTING
                            + " to a folder that has it")
                    : Finding.ok("folder for the state " + folder + " can be written, and has " + (usable >> 20)
                            + " MiB left");
        } catch (IOException e) {
            return Finding.unknown(
                    "folder for the state " + folder + ": its room cannot be told (" + e.getMessage() + ")");
        }
    }
}
