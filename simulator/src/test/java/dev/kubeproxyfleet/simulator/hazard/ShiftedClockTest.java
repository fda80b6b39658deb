package dev.kubeproxyfleet.simulator.hazard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShiftedClockTest {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** What the machine may need for an answer. */
    private static final long SLACK_SECONDS = 60;

    @TempDir
    Path folder;

    @Test
    void aProcessThatRunsSeesTheTimeThatIsSet() throws Exception {
        Optional<ShiftedClock> clock = ShiftedClock.at(folder.resolve("clock"));
        assumeTrue(clock.isPresent(), "skipped: Debian's package libfaketime is needed");
        ProcessBuilder teller = new ProcessBuilder("bash", "-c", "while read -r _; do printf '%(%s)T\\n' -1; done");
        teller.environment().putAll(clock.orElseThrow().environment());
        Process process = teller.start();
        try (Writer asked = process.outputWriter();
                BufferedReader told = process.inputReader()) {
            for (Duration by :
                    new Duration[] {Duration.ZERO, Duration.ofHours(2), Duration.ofHours(-3), Duration.ZERO}) {
                clock.orElseThrow().set(by);

                await("the time " + by)
                        .atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(time(asked, told))
                                .isCloseTo(Instant.now().plus(by).getEpochSecond(), within(SLACK_SECONDS)));
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static long time(Writer asked, BufferedReader told) throws Exception {
        asked.write("?\n");
        asked.flush();
        return Long.parseLong(told.readLine());
    }
}
