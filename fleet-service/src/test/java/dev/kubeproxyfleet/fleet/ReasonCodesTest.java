package dev.kubeproxyfleet.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.reason.Reason;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Reasons are constants of the vocabulary and nothing else: whoever meets a code finds it in the guide, which is made of them. */
class ReasonCodesTest {

    /** Two words or more, so that no code is mistaken for Azure's own values such as {@code Stopped}, or for a state. */
    private static final Pattern CODE = Pattern.compile("\"((?:[A-Z][A-Za-z]*[a-z]){2,}|[a-z]+(?:-[a-z]+)+)\"");

    /** Where codes come in from Azure, and from records that name them. */
    private static final Set<String> READERS =
            Set.of("ArmErrors.java", "HttpResults.java", "KubernetesEvidence.java", "AgentJudge.java");

    /** Names of other things: an action of the audit trail, an answer of the OpenAPI document, states in stores. */
    private static final Set<String> NAMES = Set.of("StageDone", "TooManyRequests", "RollingBack", "RolledBack");

    private static final TreeMap<Path, String> SOURCES = new TreeMap<>();

    @BeforeAll
    static void read() throws IOException {
        for (String module : List.of("schemas", "fleet-service", "cli", "node-agent")) {
            try (Stream<Path> files = Files.walk(Path.of("..", module, "src/main/java"))) {
                for (Path file : files.filter(path -> path.toString().endsWith(".java"))
                        .filter(path -> !path.toString().contains("schemas/reason/"))
                        .toList()) {
                    SOURCES.put(file, Files.readString(file));
                }
            }
        }
        assertThat(SOURCES).hasSizeGreaterThan(300);
    }

    @Test
    void noReasonIsWrittenAsText() {
        List<String> texts = new ArrayList<>();
        SOURCES.forEach((file, source) -> CODE.matcher(source)
                .results()
                .map(found -> found.group(1))
                .filter(text -> ReasonCode.of(text) instanceof Reason && !NAMES.contains(text))
                .forEach(text -> texts.add(file.getFileName() + " " + text)));

        assertThat(texts).isEmpty();
    }

    @Test
    void codesAreReadFromTextWhereTheyComeInAndNowhereElse() {
        Pattern reading = Pattern.compile("ReasonCode\\.of\\(|ReasonCode::of|new AzureCode\\(|AzureCode::new");

        assertThat(SOURCES.entrySet().stream()
                        .filter(source -> reading.matcher(source.getValue()).find())
                        .map(source -> source.getKey().getFileName().toString()))
                .isSubsetOf(READERS);
    }

    @Test
    void everyReasonIsUsed() {
        String all = String.join("\n", SOURCES.values());

        assertThat(Reason.all())
                .filteredOn(reason -> !Pattern.compile(
                                "\\b" + ((Enum<?>) reason).getDeclaringClass().getSimpleName() + "\\s*\\.\\s*"
                                        + reason.name() + "\\b")
                        .matcher(all)
                        .find())
                .isEmpty();
    }
}
