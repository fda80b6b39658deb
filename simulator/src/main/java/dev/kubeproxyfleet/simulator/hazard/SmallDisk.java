package dev.kubeproxyfleet.simulator.hazard;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A folder that is a small disk in memory for those processes that are started {@linkplain #command on it}, and an empty folder for all
 * others. What is on it outlives these processes, and is gone with this, or with the process that made this.
 *
 * <p>By a mount namespace of Linux, which a shell holds; where this process is not root, by a user namespace, too. The machine
 * itself mounts nothing.
 */
public final class SmallDisk implements AutoCloseable {

    private static final int BLOCK_BYTES = 64 * 1024;

    private final Process shell;
    private final Path folder;

    private SmallDisk(Process shell, Path folder) {
        this.shell = shell;
        this.folder = folder;
    }

    /** @param at a folder that is there; of the disk nothing is written to it */
    public static SmallDisk mount(Path at, long bytes) throws IOException {
        List<String> command = new ArrayList<>(List.of("unshare", "--mount"));
        if (!isRoot()) {
            command.addAll(List.of("--user", "--map-root-user"));
        }
        command.addAll(List.of(
                "sh",
                "-c",
                "mount -t tmpfs -o size=\"$2\",mode=0700 tmpfs \"$1\" && echo mounted && read -r _",
                "sh",
                at.toString(),
                Long.toString(bytes)));
        Process shell = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = shell.inputReader().readLine();
        if (!"mounted".equals(said)) {
            shell.destroyForcibly();
            throw new IOException("no small disk can be mounted at " + at + ": " + said);
        }
        return new SmallDisk(shell, at);
    }

    /** Why there can be no small disk here, if there can be none. Tries it, in a folder of its own. */
    public static Optional<String> missing() {
        try {
            Path folder = Files.createTempDirectory("small-disk");
            try (SmallDisk disk = mount(folder, BLOCK_BYTES)) {
                Files.writeString(disk.folder().resolve("try"), "it works");
                return Optional.empty();
            } finally {
                Files.delete(folder);
            }
        } catch (IOException e) {
            return Optional.of("a mount namespace is needed, which root has, or everybody where user namespaces are"
                    + " allowed: " + e.getMessage());
        }
    }

    private static boolean isRoot() {
        return ProcessHandle.current().info().user().filter("root"::equals).isPresent();
    }

    /** Where this process, and every other one, sees what is on the disk. */
    public Path folder() {
        return Path.of("/proc", Long.toString(shell.pid()), "root")
                .resolve(Path.of("/").relativize(folder));
    }

    /** Puts before a command what lets it have the disk; the process that is started then is the command's own. */
    public List<String> command(List<String> of) {
        List<String> command = new ArrayList<>(List.of("nsenter", "--target", Long.toString(shell.pid()), "--mount"));
        if (!isRoot()) {
            command.addAll(List.of("--user", "--preserve-credentials"));
        }
        command.addAll(of);
        return command;
    }

    /** Takes all the room that is left. */
    public void fill() throws IOException {
        byte[] block = new byte[BLOCK_BYTES];
        try (OutputStream filler = Files.newOutputStream(filler())) {
            while (true) {
                filler.write(block);
            }
        } catch (IOException e) {
            if (filler().toFile().getUsableSpace() > 0) {
                throw e;
            }
        }
    }

    /** Gives back the room that {@link #fill} has taken. */
    public void free() throws IOException {
        Files.deleteIfExists(filler());
    }

    private Path filler() {
        return folder().resolve("filler");
    }

    /** Takes the disk away, with all that is on it; the processes on it should have ended. */
    @Override
    public void close() throws IOException {
        shell.getOutputStream().close();
        shell.destroyForcibly();
    }
}
