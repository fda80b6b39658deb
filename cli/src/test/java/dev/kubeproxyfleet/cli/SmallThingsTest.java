package dev.kubeproxyfleet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class SmallThingsTest {

    @ParameterizedTest
    @CsvSource({"PT-5S,0s", "PT0S,0s", "PT59S,59s", "PT3M5S,3m05s", "PT2H10M59S,2h10m", "PT100H,4d"})
    void agesNameTheTwoLargestUnits(Duration length, String text) {
        assertThat(Ages.of(length)).isEqualTo(text);
    }

    @Test
    void adviceRepeatsOptionsAsAShellReadsThem() {
        Surroundings world = Surroundings.ofProcess();

        assertThat(world.again()).isEqualTo(world.program());
        assertThat(world.advising(List.of(
                                "--server", "https://fleet.example:8443", "--certificate-authority", "my ca's.pem"))
                        .again())
                .isEqualTo(world.program()
                        + " --server https://fleet.example:8443 --certificate-authority 'my ca'\\''s.pem'");
    }

    @ParameterizedTest
    @CsvSource({"90s,PT1M30S", "30m,PT30M", "2h,PT2H", "30d,PT720H", "PT45M,PT45M"})
    void timesAreReadInShortAndInIso(String written, Duration length) {
        assertThat(new TimeSpan().convert(written)).isEqualTo(length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "ten minutes", "-5m", "PT0S", "PT-1M", "9999999999h"})
    void whatIsNoTimeIsRefusedWithAnExample(String written) {
        assertThatThrownBy(() -> new TimeSpan().convert(written))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("30m");
    }

    @ParameterizedTest
    @CsvSource({
        "2026-03-01,2026-03-01T00:00:00Z",
        "2026-03-01T08:00:00+02:00,2026-03-01T06:00:00Z",
        "12h,2026-02-28T22:02:13Z",
        "30d,2026-01-30T10:02:13Z"
    })
    void momentsAreDatesTimesAndHowLongAgo(String written, Instant moment) {
        assertThat(Moment.of("--since", written, () -> Instant.parse("2026-03-01T10:02:13Z")))
                .isEqualTo(moment);
    }

    @Test
    void clustersAreCalledByTheShortestTextThatTellsThemApart() {
        String first = Fixtures.id("rg-a", "aks");
        String second = Fixtures.id("rg-b", "aks");
        String third = Fixtures.id("rg-b", "other");

        assertThat(ClusterId.labels(List.of(first, second, third)))
                .containsEntry(first, "rg-a/aks")
                .containsEntry(second, "rg-b/aks")
                .containsEntry(third, "other");
    }

    @Test
    void eventsAreReadWithNamesCommentsAndSeveralLinesOfData() throws IOException {
        String stream =
                ": hello\n\nevent: rollout\ndata: {\"a\":\ndata: 1}\nid: 7\n\ndata:bare\n\nevent: cut\ndata: off";
        ServerSentEvents events =
                new ServerSentEvents(new ByteArrayInputStream(stream.getBytes(StandardCharsets.UTF_8)));

        assertThat(events.next()).contains(new ServerSentEvents.Event("rollout", "{\"a\":\n1}"));
        assertThat(events.next()).contains(new ServerSentEvents.Event("message", "bare"));
        assertThat(events.next()).isEqualTo(Optional.empty());
    }
}
