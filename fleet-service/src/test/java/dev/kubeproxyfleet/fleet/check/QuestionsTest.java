package dev.kubeproxyfleet.fleet.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.fleet.check.Questions.Question;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.GateVerdict;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus.StageState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class QuestionsTest {

    private static final String ID = "prod.1";
    private static final Measurement GOOD = new Measurement.Good("the query gave 0");
    private static final Measurement BAD = new Measurement.Bad("the query gave 1, more than 0.05");
    private static final Measurement UNKNOWN = new Measurement.Unknown("nobody answered");

    private final Questions questions = new Questions();
    private Instant now = Baking.SINCE;

    @Test
    void aStageThatBakesIsMeasuredUntilItHasBakedAndIsAnsweredOnce() {
        follow(Baking.rollout(Baking.check(0, 0)));

        for (Instant end = now.plus(Baking.BAKE); now.isBefore(end); now = now.plus(Baking.INTERVAL)) {
            assertThat(measure(GOOD)).isEmpty();
        }
        assertThat(measure(GOOD))
                .contains(new Command(
                        "gate/prod.1/errors/" + Baking.SINCE.toEpochMilli(),
                        "prod",
                        ID,
                        Command.Action.Answer,
                        null,
                        Baking.GATE,
                        GateVerdict.Pass,
                        Baking.SINCE,
                        Questions.ACTOR,
                        "the query gave 0; 0 of 6 measurements failed",
                        now));
        now = now.plus(Duration.ofHours(1));
        assertThat(questions.due(now, 10)).isEmpty();
    }

    @Test
    void aFailIsSaidAtOnce() {
        follow(Baking.rollout(Baking.check(0, 0)));

        assertThat(measure(BAD)).map(Command::verdict).contains(GateVerdict.Fail);
    }

    @Test
    void measurementsAreAnIntervalApartAndOneAtATime() {
        follow(Baking.rollout(Baking.check(0, 0)));

        Question question = questions.due(now, 10).getFirst();
        assertThat(questions.due(now.plus(Duration.ofMinutes(2)), 10)).isEmpty();
        assertThat(questions.take(question, GOOD, now, now)).isEmpty();
        assertThat(questions.due(now.plus(Baking.INTERVAL).minusMillis(1), 10)).isEmpty();
        assertThat(questions.due(now.plus(Baking.INTERVAL), 10)).containsExactly(question);
    }

    @Test
    void asManyAreAskedAtOnceAsMayBeTheLongestOverdueFirst() {
        follow(Baking.rollout(Baking.check(0, 0)));
        Question first = questions.due(now, 10).getFirst();
        questions.take(first, GOOD, now, now);
        now = now.plus(Duration.ofMinutes(2));
        questions.follow("dev.1", Baking.rollout("dev", Baking.check(0, 0)), now);

        assertThat(questions.size()).isEqualTo(2);
        assertThat(questions.due(now, 0)).isEmpty();
        assertThat(questions.due(now, 1)).containsExactly(first);
        assertThat(questions.due(now, 1)).hasSize(1).doesNotContain(first);
    }

    @ParameterizedTest
    @EnumSource(names = "Running", mode = EnumSource.Mode.EXCLUDE)
    void aRolloutThatDoesNotRunIsNotAsked(RolloutStatus.State state) {
        follow(Baking.rollout(Baking.check(0, 0)));
        measure(GOOD);
        follow(Baking.rollout(Baking.check(0, 0), state, Baking.baking(Baking.SINCE, null)));

        assertThat(questions.size()).isZero();
    }

    @ParameterizedTest
    @EnumSource(names = "Baking", mode = EnumSource.Mode.EXCLUDE)
    void aStageThatDoesNotBakeIsNotAsked(StageState state) {
        follow(Baking.rollout(
                Baking.check(0, 0), RolloutStatus.State.Running, Baking.stage(state, Baking.SINCE, null, null, null)));

        assertThat(questions.size()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void whoeverHasAnsweredTheGateIsNotAskedForAnother(GateVerdict verdict) {
        follow(Baking.rollout(Baking.check(0, 0)));
        follow(Baking.rollout(Baking.check(0, 0), RolloutStatus.State.Running, Baking.baking(Baking.SINCE, verdict)));

        assertThat(questions.size()).isZero();
    }

    @Test
    void whatIsOverruledIsNotAsked() {
        follow(Baking.rollout(
                Baking.check(0, 0),
                RolloutStatus.State.Running,
                Baking.stage(
                        StageState.Baking,
                        Baking.SINCE,
                        null,
                        null,
                        new RolloutStatus.Overruled("bob", "I know", Baking.SINCE))));

        assertThat(questions.size()).isZero();
    }

    @Test
    void aRolloutThatIsGoneIsNotAsked() {
        follow(Baking.rollout(Baking.check(0, 0)));
        follow(null);

        assertThat(questions.size()).isZero();
    }

    @Test
    void whatWasMeasuredBeforeAPauseCountsNoMore() {
        follow(Baking.rollout(Baking.check(1, 0)));
        measure(BAD);
        follow(Baking.rollout(Baking.check(1, 0), RolloutStatus.State.Paused, Baking.baking(Baking.SINCE, null)));
        follow(Baking.rollout(Baking.check(1, 0)));

        assertThat(measure(BAD)).isEmpty();
    }

    @Test
    void whatWasMeasuredInAnEarlierBakeAnswersNoLaterOne() {
        follow(Baking.rollout(Baking.check(0, 0)));
        Question earlier = questions.due(now, 10).getFirst();
        Instant again = Baking.SINCE.plusSeconds(30);
        follow(Baking.rollout(Baking.check(0, 0), RolloutStatus.State.Running, Baking.baking(again, null)));

        assertThat(questions.take(earlier, BAD, now, now)).isEmpty();
        assertThat(measure(BAD)).map(Command::stageSince).contains(again);
    }

    @Test
    void anythingElseThatBecomesOfTheRolloutInterruptsNothing() {
        follow(Baking.rollout(Baking.check(1, 0)));
        measure(BAD);
        follow(Baking.rollout(Baking.check(1, 0)));
        now = now.plus(Baking.INTERVAL);

        assertThat(measure(BAD)).map(Command::verdict).contains(GateVerdict.Fail);
    }

    @Test
    void aBakeThatAPersonEndsEarlyIsOver() {
        follow(Baking.rollout(Baking.check(0, 0)));
        for (int i = 0; i < 3; i++) {
            assertThat(measure(GOOD)).isEmpty();
            now = now.plus(Baking.INTERVAL);
        }
        follow(Baking.rollout(
                Baking.check(0, 0),
                RolloutStatus.State.Running,
                Baking.stage(StageState.Baking, Baking.SINCE, now, null, null)));

        assertThat(measure(GOOD)).map(Command::verdict).contains(GateVerdict.Pass);
    }

    @Test
    void silenceIsWaitedOutUntilTheStageHasBaked() {
        follow(Baking.rollout(Baking.check(0, 1)));
        for (Instant end = now.plus(Baking.BAKE); now.isBefore(end); now = now.plus(Baking.INTERVAL)) {
            assertThat(measure(UNKNOWN)).isEmpty();
        }

        assertThat(measure(UNKNOWN)).hasValueSatisfying(answer -> {
            assertThat(answer.verdict()).isEqualTo(GateVerdict.Inconclusive);
            assertThat(answer.reason()).isEqualTo("nobody answered; the last 6 measurements told nothing");
        });
    }

    @Test
    void anAnswerThatWasNotKeptIsMeasuredAnew() {
        follow(Baking.rollout(Baking.check(0, 0)));
        Question question = questions.due(now, 10).getFirst();
        Optional<Command> lost = questions.take(question, BAD, now, now);
        questions.notGiven(question);
        now = now.plus(Baking.INTERVAL);

        assertThat(measure(BAD)).map(Command::id).isEqualTo(lost.map(Command::id));
    }

    @Test
    void whoLosesThePartitionAnswersNothing() {
        follow(Baking.rollout(Baking.check(0, 0)));
        List<Question> due = questions.due(now, 10);
        questions.clear();

        assertThat(questions.take(due.getFirst(), BAD, now, now)).isEmpty();
    }

    private void follow(@Nullable RolloutStatus status) {
        questions.follow(ID, status, now);
    }

    /** Asks what is due, and finds the same at once. */
    private Optional<Command> measure(Measurement measurement) {
        List<Question> due = questions.due(now, 10);
        assertThat(due).hasSize(1);
        return questions.take(due.getFirst(), measurement, now, now);
    }
}
