package dev.kubeproxyfleet.testing;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What benchmarks have in common: they say on what they ran, and leave nothing behind. */
public final class Bench {

    private Bench() {}

    /** A measurement that needs a folder. */
    @FunctionalInterface
    public interface Measurement {
        void in(Path folder) throws Exception;
    }

    /** Prints the machine and its load, without which no figure means anything. */
    public static void printMachine() {
        System.out.printf(
                Locale.ROOT,
                "Java %s, %d processors, load %.1f%n",
                System.getProperty("java.version"),
                Runtime.getRuntime().availableProcessors(),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }

    /** Measures in a folder of its own, which is gone afterwards. */
    public static void inFolder(String name, Measurement measurement) throws Exception {
        Path folder = Files.createTempDirectory(name);
        try {
            measurement.in(folder);
        } finally {
            delete(folder);
        }
    }

    private static void delete(Path folder) throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.walk(folder)) {
            all = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : all) {
            Files.deleteIfExists(file);
        }
    }
}
