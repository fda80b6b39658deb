package dev.kubeproxyfleet.agent.collect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kubeproxyfleet.agent.collect.SkewTracker.Skew;
import dev.kubeproxyfleet.agent.collect.SkewTracker.Skews;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SkewTrackerTest {

    private final FakeKernel kernel = new FakeKernel();
    private final SkewTracker tracker = new SkewTracker();

    @Test
    void tellsNothingFromTheFirstSnapshot() {
        kernel.service(1, 100, 100);

        assertThat(tracker.update(kernel)).isEmpty();
    }

    @Test
    void countsOnlyConnectionsThatAreNewSinceTheSnapshotBefore() {
        kernel.service(1, 1000, 0);
        tracker.update(kernel);
        kernel.service(1, 1020, 20);

        assertThat(skew(1)).isEqualTo(new Skew(40, 1.0));
    }

    @Test
    void tellsHowUnevenlyNewConnectionsLand() {
        kernel.service(1, 50, 50, 50);
        tracker.update(kernel);
        kernel.service(1, 110, 50, 50);

        Skews skews = tracker.update(kernel).orElseThrow();

        assertThat(skews.worst()).isCloseTo(3.0, within(1e-9));
        assertThat(skews.histogram()).containsExactly(0, 0, 0, 0, 1);
    }

    @Test
    void letsASampleGrowOverSnapshotsUntilItIsLargeEnough() {
        kernel.service(1, 0, 1);
        tracker.update(kernel);
        kernel.service(1, 8, 9);
        assertThat(tracker.update(kernel).orElseThrow().services()).isEmpty();
        kernel.service(1, 16, 17);

        assertThat(skew(1)).isEqualTo(new Skew(32, 1.0));
    }

    @Test
    void givesASampleUpThatDoesNotGrow() {
        kernel.service(1, 0, 1);
        tracker.update(kernel);
        for (int i = 0; i <= SkewTracker.LONGEST_WINDOW; i++) {
            tracker.update(kernel);
        }
        kernel.service(1, 100, 1);
        tracker.update(kernel);

        kernel.service(1, 110, 11);
        assertThat(skew(1)).isEqualTo(new Skew(20, 1.0));
    }

    @Test
    void takesAServiceThatADumpLeftOutForUnknown() {
        kernel.service(1, 10, 10);
        tracker.update(kernel);
        kernel.without(1);
        assertThat(tracker.update(kernel).orElseThrow().services()).isEmpty();
        kernel.service(1, 30, 30);

        assertThat(skew(1)).isEqualTo(new Skew(40, 1.0));
    }

    @Test
    void countsAServiceOnceThatADumpToldTwice() {
        kernel.twice = true;
        kernel.service(1, 10, 10);
        tracker.update(kernel);
        kernel.service(1, 30, 30);

        assertThat(skew(1)).isEqualTo(new Skew(40, 1.0));
    }

    @Test
    void beginsAnewWhenABackendCameOrAServiceWasCountedAnew() {
        kernel.service(1, 10, 10);
        tracker.update(kernel);
        kernel.service(1, 50, 10, 10);
        assertThat(tracker.update(kernel).orElseThrow().services()).isEmpty();
        kernel.service(1, 1, 1, 1);
        assertThat(tracker.update(kernel).orElseThrow().services()).isEmpty();
    }

    @Test
    void leavesPersistentServicesOutOfTheWorstButTellsThem() {
        kernel.persistent = true;
        kernel.service(1, 10, 10);
        tracker.update(kernel);
        kernel.service(1, 60, 10);

        Skews skews = tracker.update(kernel).orElseThrow();

        assertThat(skews.worst()).isNull();
        assertThat(skews.services()).hasSize(1);
    }

    @Test
    void asksForTheBackendsOfBusyServicesOnlyHoweverManyThereAre() {
        for (int i = 0; i < 2000; i++) {
            kernel.service(i, i, i);
        }
        tracker.update(kernel);
        assertThat(kernel.serverDumps).isEqualTo(SkewTracker.MAX_TRACKED);
        kernel.serverDumps = 0;
        for (int i = 0; i < 2000; i++) {
            kernel.service(i, i + 20, i + 20);
        }
        Optional<Skews> skews = tracker.update(kernel);

        assertThat(kernel.serverDumps).isLessThanOrEqualTo(2 * SkewTracker.MAX_TRACKED);
        assertThat(skews.orElseThrow().services()).hasSize(SkewTracker.MAX_TRACKED);
    }

    @Test
    void aServiceThatBecameBusyDisplacesOneThatIsQuiet() {
        for (int i = 0; i < SkewTracker.MAX_TRACKED; i++) {
            kernel.service(i, 100, 100);
        }
        kernel.service(5000, 1, 1);
        tracker.update(kernel);
        kernel.service(5000, 501, 501);
        tracker.update(kernel);
        kernel.service(5000, 1001, 1001);

        assertThat(skew(5000)).isEqualTo(new Skew(1000, 1.0));
    }

    @Test
    void forgetsWhatItKnewWhenTheKernelDoesNotAnswer() {
        kernel.service(1, 10, 10);
        tracker.update(kernel);
        kernel.answers = false;
        assertThat(tracker.update(kernel)).isEmpty();
        kernel.answers = true;
        kernel.service(1, 30, 30);

        assertThat(tracker.update(kernel)).isEmpty();
    }

    private Skew skew(int service) {
        return Objects.requireNonNull(
                tracker.update(kernel).orElseThrow().services().get(FakeKernel.key(service)));
    }
}
