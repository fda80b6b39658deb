package dev.kubeproxyfleet.fleet.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@code docs/settings.md} is what {@link SettingsPage} writes. */
class SettingsPageTest {

    private static final Path PAGE = Path.of("../docs/settings.md");
    private static final Path WRITTEN = Path.of("target/settings.md");
    private static final Path SERVICE = Path.of("src/main/java");
    private static final Path AGENT = Path.of("../node-agent/src/main/java");
    private static final Path BOTH = Path.of("../schemas/src/main/java");

    @Test
    void thePageIsMadeOfTheMappings() throws IOException {
        Map<String, List<Path>> programs = new LinkedHashMap<>();
        programs.put("The fleet service", List.of(SERVICE, BOTH));
        programs.put("The node agent", List.of(AGENT, BOTH));
        String page = SettingsPage.write(programs);
        Files.writeString(WRITTEN, page);

        assertThat(Files.readString(PAGE))
                .as("the page is out of date: cp fleet-service/target/settings.md docs/settings.md")
                .isEqualTo(page);
    }
}
