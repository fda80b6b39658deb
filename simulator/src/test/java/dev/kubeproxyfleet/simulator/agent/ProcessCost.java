package dev.kubeproxyfleet.simulator.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * What a process has cost so far.
 *
 * @param cpuMillis user and system time, in steps of 10 ms
 * @param residentKib resident set
 * @param anonymousKib the part of it that is no file's
 * @param peakKib largest resident set so far
 */
record ProcessCost(long cpuMillis, long residentKib, long anonymousKib, long peakKib) {

    /** {@code USER_HZ} of Linux on all its common processors. */
    private static final long MILLIS_PER_TICK = 10;

    private static final int USER_TIME = 11;
    private static final int SYSTEM_TIME = 12;

    static ProcessCost of(long pid) throws IOException {
        Path proc = Path.of("/proc", Long.toString(pid));
        String stat = Files.readString(proc.resolve("stat"));
        // Behind the name in parentheses, which may hold blanks.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        long ticks = Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[SYSTEM_TIME]);
        String status = Files.readString(proc.resolve("status"));
        return new ProcessCost(
                ticks * MILLIS_PER_TICK, kib(status, "VmRSS:"), kib(status, "RssAnon:"), kib(status, "VmHWM:"));
    }

    private static long kib(String status, String name) {
        return Arrays.stream(status.split("\n"))
                .filter(line -> line.startsWith(name))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElse(0);
    }
}
