package dev.kubeproxyfleet.fleet.readiness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kubeproxyfleet.schemas.config.KubernetesVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CalendarTest {

    @TempDir
    private Path folder = Path.of("");

    private static Calendar calendar(Optional<Path> file) {
        return ReadinessBeans.calendar(() -> file);
    }

    @Test
    void theServiceBringsOneAlong() {
        Calendar calendar = calendar(Optional.empty());

        assertThat(calendar.asOf()).isEqualTo(LocalDate.parse("2026-08-05"));
        assertThat(calendar.versions()).hasSize(9).allSatisfy((version, support) -> {
            assertThat(KubernetesVersion.parse(version)).isPresent();
            assertThat(support.longTermEndOfLife()).isAfter(support.endOfLife());
        });
        assertThat(calendar.of(KubernetesVersion.parse("1.34.2").orElseThrow()))
                .contains(new Calendar.Support(LocalDate.parse("2026-11-30"), LocalDate.parse("2027-11-30")));
        assertThat(calendar.of(KubernetesVersion.parse("1.38.0").orElseThrow())).isEmpty();
    }

    @Test
    void anotherOneTakesItsPlace() throws IOException {
        Path file = folder.resolve("calendar.json");
        Files.writeString(file, """
                {"source": "a page", "asOf": "2027-01-01", "versions": {"1.38": {"endOfLife": "2028-02-29"}}}
                """);

        assertThat(calendar(Optional.of(file))
                        .of(KubernetesVersion.parse("1.38.1").orElseThrow()))
                .contains(new Calendar.Support(LocalDate.parse("2028-02-29"), null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{}",
                "{\"source\": \"a page\", \"asOf\": \"soon\", \"versions\": {}}",
                "{\"source\": \"a page\", \"asOf\": \"2027-01-01\"}",
                "{\"source\": \"a page\", \"asOf\": \"2027-01-01\", \"versions\": {\"1.38\": {}}}",
                "{\"source\": \"a page\", \"asOf\": \"2027-01-01\", \"versions\": {\"1.38\": null}}",
                "{\"source\": \"a page\", \"asOf\": \"2027-01-01\", \"versions\": {\"new\": {\"endOfLife\": \"2028-02-29\"}}}",
            })
    void oneThatCannotBeReadKeepsTheServiceFromStarting(String text) throws IOException {
        Path file = folder.resolve("calendar.json");
        Files.writeString(file, text);

        assertThatThrownBy(() -> calendar(Optional.of(file)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("kpfleet.readiness.calendar: " + file)
                .hasMessageContaining("mend the file");
    }

    @Test
    void soDoesOneThatIsNotThere() {
        assertThatThrownBy(() -> calendar(Optional.of(folder.resolve("none.json"))))
                .hasMessageContaining("none.json");
    }
}
