package dev.kubeproxyfleet.fleet.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.config.StageSpec.Approval;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus.Phase;
import dev.kubeproxyfleet.schemas.message.RolloutStatus.Stretch;
import dev.kubeproxyfleet.schemas.message.RolloutStatus.Timeline;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class StageTimelineTest {

    private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

    @Test
    void statesFollowEachOtherWithoutAGap() {
        StageState waiting = new StageState.Waiting(at(0));
        StageState.AwaitingApproval awaiting = new StageState.AwaitingApproval(at(1), Approval.before);
        StageState updating = awaiting.approve(at(5));
        StageState.Baking baking = ((StageState.Updating) updating).bake(Duration.ofMinutes(10), at(9));

        Timeline timeline = StageTimeline.moved(StageTimeline.EMPTY, waiting, awaiting);
        timeline = StageTimeline.moved(timeline, awaiting, updating);
        timeline = StageTimeline.moved(timeline, updating, baking);
        timeline = StageTimeline.moved(timeline, baking, baking.promote(at(12)));
        timeline = StageTimeline.moved(timeline, baking, baking.finish(at(13)));

        assertThat(timeline.phases())
                .containsExactly(
                        new Phase(RolloutStatus.StageState.Waiting, at(0), at(1)),
                        new Phase(RolloutStatus.StageState.AwaitingApproval, at(1), at(5)),
                        new Phase(RolloutStatus.StageState.Updating, at(5), at(9)),
                        new Phase(RolloutStatus.StageState.Baking, at(9), at(13)));
        assertThat(timeline.whole()).isTrue();
    }

    @Test
    void workIsApartFromWaiting() {
        Timeline timeline = StageTimeline.timed(StageTimeline.EMPTY, true, at(1));
        assertThat(StageTimeline.timed(timeline, true, at(2))).isSameAs(timeline);
        timeline = StageTimeline.timed(timeline, false, at(3));
        assertThat(timeline.workingSince()).isNull();
        timeline = StageTimeline.timed(timeline, true, at(7));

        assertThat(timeline.worked()).containsExactly(new Stretch(at(1), at(3)));
        assertThat(timeline.workingSince()).isEqualTo(at(7));
    }

    @Test
    void whatDoesNotFitIsTheOldestAndThatIsSaid() {
        Timeline timeline = StageTimeline.EMPTY;
        for (int i = 0; i < StageTimeline.MAX_STRETCHES; i++) {
            timeline = work(timeline, i);
        }
        assertThat(timeline.whole()).isTrue();
        timeline = work(timeline, StageTimeline.MAX_STRETCHES);

        assertThat(timeline.whole()).isFalse();
        assertThat(timeline.worked()).hasSize(StageTimeline.MAX_STRETCHES);
        assertThat(timeline.worked().getFirst().since()).isEqualTo(at(2));

        Timeline states = StageTimeline.EMPTY;
        for (int i = 0; i <= StageTimeline.MAX_PHASES; i++) {
            states = i % 2 == 0
                    ? StageTimeline.moved(states, new StageState.Updating(at(i)), new StageState.Done(at(i + 1)))
                    : StageTimeline.moved(states, new StageState.Done(at(i)), new StageState.Updating(at(i + 1)));
        }
        assertThat(states.whole()).isFalse();
        assertThat(states.phases()).hasSize(StageTimeline.MAX_PHASES);
        assertThat(states.phases().getFirst().since()).isEqualTo(at(1));
    }

    @Test
    void aStageOfAnEarlierVersionDoesNotPretendToKnow() {
        assertThat(StageTimeline.UNKNOWN).isEqualTo(new Timeline(false, List.of(), List.of(), null));
        assertThat(work(StageTimeline.UNKNOWN, 0).whole()).isFalse();
    }

    private static Timeline work(Timeline timeline, int i) {
        return StageTimeline.timed(StageTimeline.timed(timeline, true, at(2 * i)), false, at(2 * i + 1));
    }

    private static Instant at(int minute) {
        return NOON.plus(Duration.ofMinutes(minute));
    }
}
