package dev.kubeproxyfleet.fleet.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Prometheus' own tool, as {@code PATH} has it. */
final class Promtool {

    static final String MISSING = "skipped: there is no promtool; Debian has it in the package prometheus";

    private Promtool() {}

    static boolean isThere() {
        return find().isPresent();
    }

    /** Fails unless it says that all is well. */
    static void run(Path folder, String... arguments) throws IOException, InterruptedException {
        List<String> command = Stream.concat(Stream.of(find().orElseThrow().toString()), Stream.of(arguments))
                .toList();
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }

    private static Optional<Path> find() {
        return Pattern.compile(File.pathSeparator)
                .splitAsStream(System.getenv("PATH"))
                .map(folder -> Path.of(folder, "promtool"))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
