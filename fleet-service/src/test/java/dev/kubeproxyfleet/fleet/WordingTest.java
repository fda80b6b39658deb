package dev.kubeproxyfleet.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Nobody reads "1 clusters failed": a number and what it counts are worded by {@code Count}. */
class WordingTest {

    /** A plural right after a value that is put before it. */
    private static final Pattern COUNTED = Pattern.compile(
            "[\\w)\\]]\\s*\\+\\s*\" (?:clusters|nodes|stages|rollouts|failures|times|minutes|attempts)\\b(?! are named)");

    /** Said only where the number is known to be another than 1. */
    private static final List<String> NEVER_ONE = List.of("StageProof.java");

    /** The same in a template of JavaScript, and a plural that is made in place. */
    private static final Pattern COUNTED_ON_THE_PAGE = Pattern.compile(
            "\\}\\s+(?:clusters|nodes|stages|rollouts|failures|times|minutes|attempts)\\b(?! that differ|\\()|=== 1 \\? ['`]");

    @Test
    void whatIsCountedOnThePageIsWordedInOnePlace() throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of("src/main/resources/web/app"))) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".js")).toList()) {
                COUNTED_ON_THE_PAGE
                        .matcher(Files.readString(file))
                        .results()
                        .forEach(match -> found.add(file.getFileName() + ": " + match.group()));
            }
        }
        assertThat(found).isEmpty();
    }

    @Test
    void whatIsCountedIsWordedInOnePlace() throws IOException {
        List<String> found = new ArrayList<>();
        for (Path module : List.of(Path.of("src/main/java"), Path.of("../cli/src/main/java"))) {
            try (Stream<Path> files = Files.walk(module)) {
                for (Path file : files.filter(path -> path.toString().endsWith(".java"))
                        .filter(path -> !NEVER_ONE.contains(path.getFileName().toString()))
                        .toList()) {
                    COUNTED.matcher(Files.readString(file))
                            .results()
                            .forEach(match -> found.add(file.getFileName() + ": " + match.group()));
                }
            }
        }
        assertThat(found).isEmpty();
    }
}
