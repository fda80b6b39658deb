package dev.kubeproxyfleet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A service that takes no more from this caller for a while. */
class BusyServiceTest {

    private static final String ASKED = "GET /api/v1/rollouts";

    private final FakeFleet fleet = new FakeFleet();
    private final Console console = new Console().server(fleet.address());
    private final List<Duration> waits = new ArrayList<>();

    @AfterEach
    void close() {
        fleet.close();
    }

    @Test
    void isAskedAgainWhenItSaysAndToldOfOnce() {
        fleet.busy(ASKED, 3);

        int code = console.meanwhile(wait -> {
                    waits.add(wait);
                    if (waits.size() == 2) {
                        fleet.on(ASKED, 200, List.of());
                    }
                })
                .run("get", "rollouts");

        assertThat(code).as(console.err()).isZero();
        assertThat(waits).containsExactly(Duration.ofSeconds(3), Duration.ofSeconds(3));
        assertThat(console.err())
                .containsOnlyOnce("the fleet service takes no more from you for now")
                .contains("first in 3s");
    }

    @Test
    void isNotAskedForEver() {
        fleet.busy(ASKED, 50);

        int code = console.meanwhile(waits::add).run("get", "rollouts");

        assertThat(code).isNotZero();
        assertThat(waits).hasSize(2);
        assertThat(console.err()).contains("TooManyOwnChanges");
    }

    @Test
    void isNotAskedForEverWhereItAsksForNoTime() {
        fleet.busy(ASKED, 0);

        assertThat(console.meanwhile(waits::add).run("get", "rollouts")).isNotZero();

        assertThat(waits).hasSize(120).containsOnly(Duration.ofSeconds(1));
    }

    @Test
    void isNotWaitedForWhereItDoesNotSayHowLong() {
        fleet.on(ASKED, 429, Map.of("code", "TooManyRequests", "message", "later"));

        assertThat(console.meanwhile(waits::add).run("get", "rollouts")).isNotZero();

        assertThat(waits).isEmpty();
    }
}
