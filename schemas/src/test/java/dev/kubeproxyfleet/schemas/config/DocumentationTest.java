package dev.kubeproxyfleet.schemas.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The documents that people are shown are ones that they can publish. */
class DocumentationTest {

    private static final Pattern YAML = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

    @Test
    void everyDocumentOfTheGuideIsValid() throws IOException {
        List<String> documents = YAML.matcher(Files.readString(Path.of("../docs/rollouts.md")))
                .results()
                .map((MatchResult found) -> found.group(1))
                .toList();

        assertThat(documents)
                .hasSize(2)
                .allSatisfy(document -> assertThat(FleetConfigReader.read(document.getBytes(StandardCharsets.UTF_8)))
                        .isNotInstanceOf(Read.Invalid.class));
    }
}
