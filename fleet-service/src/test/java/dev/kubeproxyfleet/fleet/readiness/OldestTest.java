package dev.kubeproxyfleet.fleet.readiness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OldestTest {

    @ParameterizedTest
    @CsvSource({
        "5.15.0-1073-azure, 5, 15, 0",
        "6.6.51.1-5.azl3, 6, 6, 51",
        "4.18.0-553.el8_10.x86_64, 4, 18, 0",
        "6.12, 6, 12, 0",
        "v1.35.4, 1, 35, 4",
        "v1.33.11-hotfix.20260401, 1, 33, 11",
    })
    void readsTheNumbersOfVersions(String text, int major, int minor, int patch) {
        assertThat(Release.parse(text)).contains(new Release(major, minor, patch));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "6", "azure", "x5.15.0", "5.x", "1.2345678901", "1.2.3456789012"})
    void anythingElseIsNoVersion(String text) {
        assertThat(Release.parse(text)).isEmpty();
    }

    @Test
    void comparesNumbersAndNotTexts() {
        assertThat(Oldest.of(Stream.of("5.15.0", "5.4.0", "5.13.0", "", "none", "5.4.0")))
                .isEqualTo(Optional.of(new Oldest("5.4.0", new Release(5, 4, 0), 2, 5 - 1)));
        assertThat(Oldest.of(Stream.of("", "none"))).isEmpty();
    }
}
