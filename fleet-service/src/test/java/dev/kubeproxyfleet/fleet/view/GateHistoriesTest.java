package dev.kubeproxyfleet.fleet.view;

import static dev.kubeproxyfleet.fleet.view.Fleet.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.view.GateHistory;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A stage whose only signal counts an event in each look of ten seconds. */
class GateHistoriesTest {

    private static final RolloutStatus.Before BEFORE = new RolloutStatus.Before(4, 10_800, 9, 43_200);

    private final GateHistories histories = new GateHistories();

    private static RolloutStatus rollout(long generation, @Nullable Integer looks) {
        Instant until = looks == null ? null : NOON.plusSeconds(10L * looks);
        long events = looks == null ? 0 : looks;
        RolloutStatus.StageGate refusals = new RolloutStatus.StageGate(
                "refusals",
                true,
                null,
                null,
                "watched",
                null,
                new RolloutStatus.Figures(1, 3, events, 30.0 * events, 4, 12, 0, 120.0 * events, 0.0, 1, until, BEFORE),
                null);
        RolloutStatus.StageGate board =
                new RolloutStatus.StageGate("board", true, null, null, "awaited", null, null, null);
        return Fleet.rollout("prod", generation, RolloutStatus.State.Running, Fleet.baking(refusals, board));
    }

    private GateHistory.Signal signal() {
        List<GateHistory.Stage> stages = histories.of(rollout(1, null)).stages();
        assertThat(stages).hasSize(1);
        assertThat(stages.getFirst().signals()).hasSize(1);
        return stages.getFirst().signals().getFirst();
    }

    private static RolloutClusterStatus cluster(
            long generation, String name, RolloutClusterStatus.State state, Instant since) {
        return new RolloutClusterStatus(
                "prod." + generation,
                Fleet.id(name),
                null,
                "canary",
                null,
                state,
                null,
                "",
                since,
                1,
                null,
                null,
                null,
                null,
                null);
    }

    @Test
    void everyLookIsAPointWhateverIsReadTwice() {
        for (Integer looks : new @Nullable Integer[] {null, 1, 2, 1, 2, 2, 3}) {
            histories.fold(rollout(1, looks));
        }

        assertThat(signal().points())
                .extracting(GateHistory.Point::changedEvents)
                .containsExactly(1L, 2L, 3L);
        assertThat(signal().points().getFirst())
                .isEqualTo(new GateHistory.Point(NOON.plusSeconds(10), 1, 30, 0, 120, 0.0, 1));
        assertThat(signal().knownSince()).as("from the change on").isNull();
        assertThat(signal().before()).isEqualTo(BEFORE);
    }

    @Test
    void whoWasNotThereFromTheChangeOnSaysSinceWhenItKnows() {
        histories.fold(rollout(1, 7));
        histories.fold(rollout(1, 8));

        assertThat(signal().knownSince()).isEqualTo(NOON.plusSeconds(70));
    }

    @Test
    void aLongBakeIsKeptWholeInFewPoints() {
        for (int looks = 1; looks <= 1_000; looks++) {
            histories.fold(rollout(1, looks));
            assertThat(signal().points()).hasSizeLessThanOrEqualTo(GateHistories.MAX_POINTS);
        }

        List<GateHistory.Point> points = signal().points();
        assertThat(points.getLast().changedEvents()).isEqualTo(1_000);
        assertThat(points.getFirst().changedEvents()).isEqualTo(1);
        assertThat(points).hasSize(GateHistories.MAX_POINTS);
        for (int i = 1; i < points.size(); i++) {
            assertThat(points.get(i).changedEvents() - points.get(i - 1).changedEvents())
                    .as("about as far from each other as any two")
                    .isBetween(1L, 2L * 1_000 / GateHistories.MAX_POINTS);
        }
    }

    @Test
    void aClusterIsChangedOnceAndGivingBackIsNoChange() {
        histories.fold(cluster(1, "b", RolloutClusterStatus.State.Updating, NOON));
        histories.fold(cluster(1, "b", RolloutClusterStatus.State.Verifying, NOON.plusSeconds(90)));
        histories.fold(cluster(1, "a", RolloutClusterStatus.State.Verifying, NOON.plusSeconds(60)));
        histories.fold(cluster(1, "b", RolloutClusterStatus.State.Converged, NOON.plusSeconds(100)));
        histories.fold(cluster(1, "b", RolloutClusterStatus.State.Verifying, NOON.plusSeconds(900)));

        assertThat(histories.of(rollout(1, null)).stages().getFirst().changes())
                .containsExactly(NOON.plusSeconds(60), NOON.plusSeconds(90));
    }

    @Test
    void isBoundedWhateverTheFleetDoes() {
        for (int i = 0; i <= GateHistories.MAX_CHANGES; i++) {
            histories.fold(cluster(1, "c" + i, RolloutClusterStatus.State.Verifying, NOON.plusSeconds(i)));
        }
        assertThat(histories.of(rollout(1, null)).stages().getFirst().changes()).hasSize(GateHistories.MAX_CHANGES);

        for (int generation = 1; generation <= GateHistories.MAX_STAGES + 1; generation++) {
            histories.fold(rollout(generation, 1));
        }
        assertThat(histories.of(rollout(1, null)).stages())
                .as("heard of longest ago")
                .isEmpty();
        assertThat(histories.of(rollout(2, null)).stages()).hasSize(1);

        histories.forget("prod.2");
        assertThat(histories.of(rollout(2, null)).stages()).isEmpty();
    }
}
