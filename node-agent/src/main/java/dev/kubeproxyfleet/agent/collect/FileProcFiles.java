package dev.kubeproxyfleet.agent.collect;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Reads below a proc root.
 *
 * <p>With {@code /proc} the process is taken to share the host's network namespace ({@code hostNetwork: true}) and {@code net}
 * is read as it is. Any other root is taken for the host's proc mounted into a container, where {@code net} is a link to the
 * <em>reader's</em> namespace: {@code 1/net} is read instead. The same holds for {@code sys/net} (kernel: {@code
 * net_ctl_header_lookup} takes the namespace of the current task), which has no {@code 1/sys}: those files count as absent,
 * but for the few that are one value for the whole machine.
 */
public final class FileProcFiles implements ProcFiles {

    /** The proc file system of this process. */
    public static final Path OWN_PROC = Path.of("/proc");

    private static final String NET = "net/";
    private static final String SYSCTL_NET = "sys/net/";
    private static final int READ_STEP = 16 * 1024;

    private final Path root;
    private final boolean foreign;

    public FileProcFiles(Path root) {
        this.root = root.toAbsolutePath().normalize();
        this.foreign = !this.root.equals(OWN_PROC);
    }

    /** The folder that holds the host's network files, if the root is right. */
    public Path net() {
        return root.resolve(foreign ? "1/net" : "net");
    }

    @Override
    public Outcome read(String path, ProcBuffer buffer) {
        if (foreign && path.startsWith(SYSCTL_NET) && !path.equals(NodeCollector.CONNTRACK_MAX)) {
            return Outcome.ABSENT;
        }
        Path file = root.resolve(foreign && path.startsWith(NET) ? "1/" + path : path);
        try (InputStream in = Files.newInputStream(file)) {
            while (true) {
                // A proc file tells no size and returns about a page a read, so room is kept for some pages at once.
                int room = buffer.reserve(READ_STEP);
                if (room == 0) {
                    if (in.read() >= 0) {
                        buffer.overflow();
                    }
                    return Outcome.READ;
                }
                int count = in.read(buffer.bytes(), buffer.length(), room);
                if (count < 0) {
                    return Outcome.READ;
                }
                buffer.written(count);
            }
        } catch (NoSuchFileException absent) {
            return Outcome.ABSENT;
        } catch (IOException unreadable) {
            return Outcome.UNREADABLE;
        }
    }
}
