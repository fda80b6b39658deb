package dev.kubeproxyfleet.fleet.health;

import static dev.kubeproxyfleet.fleet.health.Snapshots.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class BrokerClockTest {

    private final BrokerClock clock = new BrokerClock();

    @Test
    void knowsNothingUntilAgesStayedTheSameForAWhile() {
        readEachSecond(NOON, 29, second -> 45_000);
        assertThat(clock.ahead(NOON.plusSeconds(29))).isEmpty();

        readEachSecond(NOON.plusSeconds(29), 5, second -> 45_000);
        assertThat(clock.ahead(NOON.plusSeconds(33))).contains(Duration.ofSeconds(45));
    }

    @Test
    void tellsTheLeastAgeSinceDeliveryOnlyAddsToIt() {
        readEachSecond(NOON, 60, second -> 45_000 + second % 4 * 1000);

        assertThat(clock.ahead(NOON.plusSeconds(60))).contains(Duration.ofSeconds(45));
    }

    @Test
    void takesABacklogThatIsWorkedOffForNoClock() {
        readEachSecond(NOON, 60, second -> 600_000 - second * 9_000);

        assertThat(clock.ahead(NOON.plusSeconds(60))).isEmpty();
    }

    @Test
    void tellsAClockThatIsBehind() {
        readEachSecond(NOON, 60, second -> -7_000);

        assertThat(clock.ahead(NOON.plusSeconds(60))).contains(Duration.ofSeconds(-7));
    }

    @Test
    void forgetsWhatItSawOnceNothingIsRead() {
        readEachSecond(NOON, 60, second -> 45_000);

        assertThat(clock.ahead(NOON.plusSeconds(121))).isEmpty();
    }

    @Test
    void seesAClockThatWasSetRight() {
        readEachSecond(NOON, 60, second -> 45_000);
        readEachSecond(NOON.plusSeconds(60), 60, second -> 100);

        assertThat(clock.ahead(NOON.plusSeconds(120))).contains(Duration.ofMillis(100));
    }

    private interface Age {
        long millis(int second);
    }

    private void readEachSecond(Instant start, int seconds, Age age) {
        for (int i = 0; i < seconds; i++) {
            Instant now = start.plusSeconds(i);
            clock.read(now.minusMillis(age.millis(i)), now);
        }
    }
}
