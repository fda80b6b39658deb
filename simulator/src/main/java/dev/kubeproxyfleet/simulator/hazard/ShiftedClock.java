package dev.kubeproxyfleet.simulator.hazard;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What the time of day is for processes that are started with {@link #environment}: that of the machine, and something more or less, which
 * can be set while they run. How fast time passes for them stays as it is.
 *
 * <p>By libfaketime, which Debian has as a package. A process looks at the file once a second.
 */
public final class ShiftedClock {

    private static final Path LIBRARIES = Path.of("/usr/lib");
    private static final Path LIBRARY = Path.of("faketime", "libfaketimeMT.so.1");

    private final Path library;
    private final Path file;

    private ShiftedClock(Path library, Path file) {
        this.library = library;
        this.file = file;
    }

    /**
     * A clock that is right at first.
     *
     * @param file is made, and read by the processes
     * @return empty where libfaketime is not installed
     */
    public static Optional<ShiftedClock> at(Path file) throws IOException {
        Optional<Path> library = library();
        if (library.isEmpty()) {
            return Optional.empty();
        }
        ShiftedClock clock = new ShiftedClock(library.get(), file.toAbsolutePath());
        clock.set(Duration.ZERO);
        return Optional.of(clock);
    }

    private static Optional<Path> library() throws IOException {
        try (DirectoryStream<Path> architectures = Files.newDirectoryStream(LIBRARIES, Files::isDirectory)) {
            for (Path architecture : architectures) {
                Path library = architecture.resolve(LIBRARY);
                if (Files.isRegularFile(library)) {
                    return Optional.of(library);
                }
            }
        }
        return Optional.empty();
    }

    /** Variables of a process. */
    public Map<String, String> environment() {
        return Map.of(
                "LD_PRELOAD",
                library.toString(),
                "FAKETIME_TIMESTAMP_FILE",
                file.toString(),
                "FAKETIME_CACHE_DURATION",
                "1",
                "FAKETIME_DONT_FAKE_MONOTONIC",
                "1");
    }

    /** @param by how far it is ahead of the machine's; negative if it is behind */
    public void set(Duration by) throws IOException {
        Path next =
                Files.writeString(file.resolveSibling(file.getFileName() + ".next"), "%+d".formatted(by.toSeconds()));
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
