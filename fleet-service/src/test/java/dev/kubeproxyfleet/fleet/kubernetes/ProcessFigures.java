package dev.kubeproxyfleet.fleet.kubernetes;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** What this process takes of a Linux machine. */
final class ProcessFigures {

    private static final Path OPEN_FILES = Path.of("/proc/self/fd");
    private static final long SECOND = 1_000_000_000;

    private Set<String> sockets = Set.of();
    private int mostThreads;
    private long mostNewASecond;
    private long newInThisSecond;
    private long secondBegan;
    private long cpuAtBegin;

    /** A part whose figures are its own. */
    void begin() throws IOException {
        sockets = sockets();
        mostThreads = 0;
        mostNewASecond = 0;
        newInThisSecond = 0;
        secondBegan = System.nanoTime();
        cpuAtBegin = system().getProcessCpuTime();
    }

    /** To be called several times a second: a socket that comes and goes between two looks is not counted. */
    void look() throws IOException {
        Set<String> now = sockets();
        newInThisSecond +=
                now.stream().filter(socket -> !sockets.contains(socket)).count();
        sockets = now;
        long elapsed = System.nanoTime() - secondBegan;
        if (elapsed >= SECOND) {
            mostNewASecond = Math.max(mostNewASecond, newInThisSecond * SECOND / elapsed);
            newInThisSecond = 0;
            secondBegan = System.nanoTime();
        }
        mostThreads = Math.max(mostThreads, ManagementFactory.getThreadMXBean().getThreadCount());
    }

    private static UnixOperatingSystemMXBean system() {
        return (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    }

    private static Set<String> sockets() throws IOException {
        Set<String> sockets = new HashSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(OPEN_FILES)) {
            for (Path file : files) {
                try {
                    String target = Files.readSymbolicLink(file).toString();
                    if (target.startsWith("socket:")) {
                        sockets.add(target);
                    }
                } catch (NoSuchFileException e) {
                    // Closed since the folder was listed.
                }
            }
        }
        return sockets;
    }

    /** Heap and buffers after a collection, most platform threads, sockets now, most new sockets a second, and CPU time. */
    @Override
    public String toString() {
        System.gc();
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        long buffers = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        return "%4d MiB %4d MiB %8d %9d %7d %5d s"
                .formatted(
                        heap >> 20,
                        buffers >> 20,
                        mostThreads,
                        sockets.size(),
                        mostNewASecond,
                        (system().getProcessCpuTime() - cpuAtBegin) / SECOND);
    }
}
