package dev.kubeproxyfleet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line, or the launcher, takes each command that a page tells its readers to run. */
class DocumentedCommandsTest {

    private static final Path ROOT = Path.of(System.getProperty("project.root", ".."));

    private static final Pattern BLOCK =
            Pattern.compile("^```(?:sh|bash)\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

    /** Between backquotes within a line. */
    private static final Pattern IN_TEXT = Pattern.compile("`(\\./kpfleet [^`]+)`");

    /** A command ends where the shell goes on with something else. */
    private static final Pattern COMMAND = Pattern.compile("^\\./kpfleet (?<words>.*?)(?=\\s+#|\\s*\\||\\s*&|\\s*;|$)");

    /** A word, a text in quotes, or a place that a reader fills in. */
    private static final Pattern WORD = Pattern.compile("\"[^\"]*\"|'[^']*'|<[^>]+>|\\S+");

    private static final Pattern LAUNCHED = Pattern.compile("^  ([a-z-]+)\\)$", Pattern.MULTILINE);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "README.md",
                "docs/agents.md",
                "docs/campaigns.md",
                "docs/gitops.md",
                "docs/kubernetes-evidence.md",
                "docs/login.md",
                "docs/operating.md",
                "docs/production.md",
                "docs/readiness.md",
                "docs/rollouts.md",
                "docs/runbook.md",
                "docs/troubleshooting.md"
            })
    void everyCommandInABlockIsTaken(String page) throws IOException {
        assertThat(BLOCK.matcher(Files.readString(ROOT.resolve(page)))
                        .results()
                        .flatMap(block ->
                                block.group(1).replaceAll("\\\\\n\\s*", "").lines()))
                .allSatisfy(DocumentedCommandsTest::isTaken);
    }

    /** Elsewhere a text names commands that its reader knows; there it tells what to type. */
    @Test
    void everyCommandInTheTextOfTroubleshootingIsTaken() throws IOException {
        List<String> commands = IN_TEXT.matcher(Files.readString(ROOT.resolve("docs/troubleshooting.md")))
                .results()
                .map(command -> command.group(1))
                .toList();

        assertThat(commands).hasSizeGreaterThan(5).allSatisfy(DocumentedCommandsTest::isTaken);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"./kpfleet explian x", "./kpfleet get rollout", "./kpfleet audit --confg x", "./kpfleet bnech"})
    void aCommandThatThereIsNotIsFound(String command) {
        assertThatThrownBy(() -> isTaken(command)).isInstanceOf(AssertionError.class);
    }

    private static void isTaken(String line) {
        COMMAND.matcher(line).results().forEach(command -> {
            List<String> words = words(command);
            if (!launched().contains(words.getFirst())) {
                assertThatCode(() -> new Console().accepts(words.toArray(String[]::new)))
                        .as(line)
                        .doesNotThrowAnyException();
            }
        });
    }

    private static List<String> words(MatchResult command) {
        List<String> words = new ArrayList<>();
        WORD.matcher(command.group("words"))
                .results()
                .forEach(word -> words.add(
                        word.group().replaceAll("^[\"'](.*)[\"']$", "$1").replaceAll("^<.+>$", "x")));
        return words;
    }

    /** What the launcher does itself. */
    private static Set<String> launched() {
        try (Stream<String> lines = Files.lines(ROOT.resolve("kpfleet"))) {
            return LAUNCHED.matcher(lines.collect(Collectors.joining("\n")))
                    .results()
                    .map(name -> name.group(1))
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
