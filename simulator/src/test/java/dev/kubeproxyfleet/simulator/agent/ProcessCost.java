package dev.kubeproxyfleet.simulator.agent;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * What a process has cost so far.
 *
 * @param cpuNanos user and system time of all its threads, those that ended too, to the nanosecond: by the process's CPU-time
 *     clock, since the times in {@code /proc/<pid>/stat} come in steps of 10 ms, two snapshots long
 * @param residentKib resident set
 * @param anonymousKib the part of it that is no file's
 * @param peakKib largest resident set so far
 */
record ProcessCost(long cpuNanos, long residentKib, long anonymousKib, long peakKib) {

    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final MethodHandle CPU_CLOCK_OF = handle("clock_getcpuclockid");
    private static final MethodHandle TIME_OF = handle("clock_gettime");

    static ProcessCost of(long pid) throws IOException {
        String status = Files.readString(Path.of("/proc", Long.toString(pid), "status"));
        return new ProcessCost(
                cpuNanos((int) pid), kib(status, "VmRSS:"), kib(status, "RssAnon:"), kib(status, "VmHWM:"));
    }

    /** Source: POSIX {@code clock_getcpuclockid}; {@code clockid_t} is an int on Linux, {@code timespec} two longs on 64 bits. */
    private static long cpuNanos(int pid) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment clock = arena.allocate(ValueLayout.JAVA_INT);
            MemorySegment time = arena.allocate(ValueLayout.JAVA_LONG, 2);
            if ((int) CPU_CLOCK_OF.invokeExact(pid, clock) != 0
                    || (int) TIME_OF.invokeExact(clock.get(ValueLayout.JAVA_INT, 0), time) != 0) {
                throw new IOException("no CPU time of process " + pid);
            }
            return time.getAtIndex(ValueLayout.JAVA_LONG, 0) * NANOS_PER_SECOND
                    + time.getAtIndex(ValueLayout.JAVA_LONG, 1);
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static MethodHandle handle(String name) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    }

    private static long kib(String status, String name) {
        return Arrays.stream(status.split("\n"))
                .filter(line -> line.startsWith(name))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElse(0);
    }
}
