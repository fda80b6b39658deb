package dev.kubeproxyfleet.simulator.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Whether the disk of the data folder has room. What writes to a full disk ends one way or another, each with a stack trace: the
 * sandbox stops before, in order, with a sentence.
 */
final class DiskSpace {

    /** Without so much a sandbox does not start: some minutes of a rollout need it. */
    static final long NEEDED_TO_START = 256L << 20;

    /** With less than this left a sandbox stops, and has room to do so. */
    static final long NEEDED_TO_GO_ON = 64L << 20;

    /** How much is left. */
    @FunctionalInterface
    interface Gauge {
        long usableBytes() throws IOException;
    }

    private final Path folder;
    private final Gauge gauge;

    DiskSpace(Path folder, Gauge gauge) {
        this.folder = folder;
        this.gauge = gauge;
    }

    static DiskSpace of(Path folder) {
        return new DiskSpace(folder, () -> Files.getFileStore(folder).getUsableSpace());
    }

    void requireEnoughToStart() throws SandboxFailure {
        Optional<String> shortage = shortage(NEEDED_TO_START);
        if (shortage.isPresent()) {
            throw new SandboxFailure(shortage.get());
        }
    }

    /** What is full and what to do, if the sandbox cannot go on. */
    Optional<String> shortage() {
        return shortage(NEEDED_TO_GO_ON);
    }

    private Optional<String> shortage(long needed) {
        try {
            long left = gauge.usableBytes();
            return left >= needed
                    ? Optional.empty()
                    : Optional.of("the disk that holds the data folder " + folder + " is full: " + (left >> 20)
                            + " MB are left, and the sandbox needs " + (needed >> 20)
                            + " MB; free some space, or name a folder on another disk with --data");
        } catch (IOException e) {
            return Optional.of(
                    "the data folder " + folder + " cannot be looked at (" + e + "); name another one with --data");
        }
    }
}
