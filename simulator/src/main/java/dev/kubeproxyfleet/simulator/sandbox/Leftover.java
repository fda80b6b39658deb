package dev.kubeproxyfleet.simulator.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The note of which process a sandbox has started, by which a later one finds what a killed one left behind. A process id alone
 * could be another process's by then, so the note has its start too.
 */
final class Leftover {

    private static final Duration END = Duration.ofSeconds(10);

    private Leftover() {}

    static void note(Path file, ProcessHandle process) throws IOException {
        Files.writeString(file, text(process));
    }

    static void forget(Path file) throws IOException {
        Files.deleteIfExists(file);
    }

    /** The process that the note is of, if it still runs. */
    static Optional<ProcessHandle> find(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        String noted = Files.readString(file);
        try {
            return ProcessHandle.of(Long.parseLong(noted.split(" ", 2)[0]))
                    .filter(process -> process.isAlive() && text(process).equals(noted));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Ends it at once: what it works with is gone. */
    static void end(ProcessHandle process) throws SandboxFailure, InterruptedException {
        process.destroyForcibly();
        try {
            process.onExit().get(END.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new SandboxFailure(
                    "process " + process.pid() + ", which a killed sandbox left behind, does not end; end it by"
                            + " 'kill -9 " + process.pid() + "'",
                    e);
        }
    }

    private static String text(ProcessHandle process) {
        return process.pid() + " "
                + process.info().startInstant().map(Instant::toEpochMilli).orElse(0L) + "\n";
    }
}
