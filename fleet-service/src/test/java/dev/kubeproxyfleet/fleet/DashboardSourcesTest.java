package dev.kubeproxyfleet.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The dashboard's JavaScript and CSS are linted and formatted; {@code npm run format} beside the POM mends what it can. */
class DashboardSourcesTest {

    private static final Path SOURCES = Path.of("src/main/resources/web/app");
    private static final int WIDTH = 120;

    /** The formatter leaves text and the parts of templates as long as they are. */
    @Test
    void noLineIsTooLong() throws IOException {
        List<String> tooLong = new ArrayList<>();
        try (Stream<Path> files = Files.walk(SOURCES)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                List<String> lines = Files.readAllLines(file);
                for (int i = 0; i < lines.size(); i++) {
                    if (lines.get(i).length() > WIDTH) {
                        tooLong.add(SOURCES.relativize(file) + ":" + (i + 1));
                    }
                }
            }
        }
        assertThat(tooLong).as("lines of more than %d characters", WIDTH).isEmpty();
    }

    @Test
    void linterAndFormatterAgree() throws IOException, InterruptedException {
        assumeTrue(isOnPath("npm"), "skipped: no npm; install the package npm");
        Ran installed = npm("ci", "--no-audit", "--no-fund", "--prefer-offline");
        assumeTrue(installed.code() == 0, () -> "skipped: npm ci gave no linter: " + installed.output());
        Ran check = npm("run", "check");
        assertThat(check.code()).as(check.output()).isZero();
    }

    private record Ran(int code, String output) {}

    private static Ran npm(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("npm"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ran(process.waitFor(), output.strip());
    }

    private static boolean isOnPath(String tool) {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
    }
}
