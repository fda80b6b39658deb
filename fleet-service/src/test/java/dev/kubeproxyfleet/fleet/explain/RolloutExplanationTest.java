package dev.kubeproxyfleet.fleet.explain;

import static dev.kubeproxyfleet.fleet.view.Fleet.NOON;
import static dev.kubeproxyfleet.fleet.view.Fleet.rollout;
import static dev.kubeproxyfleet.fleet.view.Fleet.stage;
import static dev.kubeproxyfleet.fleet.view.Fleet.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.fleet.controller.ControllersWord;
import dev.kubeproxyfleet.fleet.explain.RolloutSentence.Chance;
import dev.kubeproxyfleet.fleet.view.Fleet;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus.Counts;
import dev.kubeproxyfleet.schemas.message.RolloutStatus.StageState;
import dev.kubeproxyfleet.schemas.message.RolloutStatus.State;
import dev.kubeproxyfleet.schemas.view.RolloutExplanation;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class RolloutExplanationTest {

    private static final Counts SOME = new Counts(1, 1, 0, 2, 1, 1, 0);

    @ParameterizedTest
    @MethodSource
    void saysWhatWouldMoveItOn(
            State state, @Nullable String code, String message, StageState stage, String expected, String command) {
        RolloutExplanation explanation = explain(rollout("prod", 2, state, code, message, stage("early", stage, SOME)));

        assertThat(explanation.sentence()).contains(expected);
        assertThat(explanation.command()).isEqualTo(command);
        assertThat(explanation.code()).isEqualTo(code);
    }

    static Stream<Arguments> saysWhatWouldMoveItOn() {
        return Stream.of(
                Arguments.of(
                        State.Planned,
                        "ScheduledStart",
                        "it starts at 2026-03-02T22:00:00Z",
                        StageState.Waiting,
                        "waits to start since 12:00:00 UTC (ScheduledStart): it starts at 2026-03-02T22:00:00Z; nothing"
                                + " to do.",
                        null),
                Arguments.of(
                        State.Planned,
                        "NoClusterMatches",
                        "the selector matches no cluster",
                        StageState.Waiting,
                        "publish a wider selector",
                        "kpfleet get clusters"),
                Arguments.of(
                        State.Running,
                        null,
                        "the rollout is under way",
                        StageState.Updating,
                        "4 of 6 clusters done, 1 failed; stage early has 1 under way, at most 5 at once",
                        null),
                Arguments.of(
                        State.Running,
                        "OutsideWindow",
                        "the next window opens at 22:00",
                        StageState.Updating,
                        "starts no cluster now (OutsideWindow): the next window opens at 22:00",
                        null),
                Arguments.of(
                        State.Running,
                        null,
                        "",
                        StageState.AwaitingApproval,
                        "awaits approval since 12:00:00 UTC",
                        "kpfleet approve prod.2"),
                Arguments.of(
                        State.Running,
                        null,
                        "",
                        StageState.Baking,
                        "stage early bakes (until 12:10:10 UTC)",
                        "kpfleet promote prod.2"),
                Arguments.of(
                        State.Paused,
                        "PausedByOperator",
                        "paused by ada",
                        StageState.Updating,
                        "(PausedByOperator): paused by ada; it goes on when someone resumes it",
                        "kpfleet resume prod.2"),
                Arguments.of(
                        State.Paused,
                        "RollbackPaused",
                        "paused by ada",
                        StageState.Updating,
                        "is paused in the middle of its rollback since 12:00:00 UTC (RollbackPaused): paused by ada;"
                                + " 0 clusters restored, 1 under way; the others get back what they had once someone"
                                + " resumes it.",
                        "kpfleet resume prod.2"),
                Arguments.of(
                        State.Paused,
                        "MaxFailuresExceeded",
                        "stage early has 1 failed cluster",
                        StageState.Updating,
                        "retry the failed clusters and resume it, or roll it back",
                        "kpfleet retry prod.2"),
                Arguments.of(
                        State.RollingBack,
                        "RollbackByOperator",
                        "rolled back by ada",
                        StageState.Updating,
                        "is rolling back since 12:00:00 UTC (RollbackByOperator): rolled back by ada; 0 clusters"
                                + " restored, 1 under way",
                        null),
                Arguments.of(
                        State.Succeeded,
                        null,
                        "",
                        StageState.Done,
                        "with 2 converged clusters and 1 skipped; each is explained by its name",
                        null),
                Arguments.of(
                        State.Failed,
                        "ClustersNotConverged",
                        "2 converged, 1 failed",
                        StageState.Done,
                        "try again what has not converged",
                        "kpfleet retry prod"),
                Arguments.of(
                        State.Failed,
                        "RollbackIncomplete",
                        "1 could not",
                        StageState.Done,
                        "roll back what is left",
                        "kpfleet rollback prod.2"),
                Arguments.of(
                        State.Aborted,
                        "Aborted",
                        "aborted by ada",
                        StageState.Done,
                        "was aborted at",
                        "kpfleet rerun prod"),
                Arguments.of(
                        State.Superseded,
                        "Superseded",
                        "superseded by prod.3",
                        StageState.Done,
                        "was replaced by a newer generation",
                        "kpfleet get rollout prod"),
                Arguments.of(
                        State.RolledBack,
                        null,
                        "2 clusters",
                        StageState.Done,
                        "was rolled back by",
                        "kpfleet rerun prod"));
    }

    @Test
    void saysWhatIsPausedBeforeItsClustersAreChosen() {
        RolloutExplanation explanation =
                explain(Fleet.unplanned(rollout("prod", 2, State.Paused, "PausedByOperator", "paused by ada")));

        assertThat(explanation.sentence())
                .isEqualTo("prod.2 is paused before its start since 12:00:00 UTC (PausedByOperator): paused by ada; its"
                        + " clusters are chosen once someone resumes it.");
        assertThat(explanation.command()).isEqualTo("kpfleet resume prod.2");
    }

    @Test
    void saysOfAStageThatAwaitsApprovalThatItHasShownNothing() {
        Counts skipped = new Counts(0, 0, 0, 0, 0, 2, 0);

        assertThat(explain(rollout(
                                "prod",
                                2,
                                State.Running,
                                "StageProvedNothing",
                                "none of the 2 clusters of stage early converged",
                                stage("early", StageState.AwaitingApproval, skipped)))
                        .sentence())
                .contains("awaits approval since 12:00:00 UTC (StageProvedNothing): none of the 2 clusters of stage"
                        + " early converged; approve it to go on");
    }

    @Test
    void namesWhatKeepsTheClustersOfItsStageFromStarting() {
        RolloutStatus rollout = rollout("prod", 2, State.Running, stage("early", StageState.Updating, SOME));
        String unregistered = "feature KubeProxyConfigurationPreview is NotRegistered";

        RolloutExplanation explanation = RolloutSentence.of(
                rollout,
                List.of(
                        status(
                                "prod.2",
                                "weu-01",
                                RolloutClusterStatus.State.Waiting,
                                "KubeProxyConfigFeatureNotRegistered",
                                unregistered),
                        status(
                                "prod.2",
                                "weu-02",
                                RolloutClusterStatus.State.Waiting,
                                "ClusterBusy",
                                "it is Upgrading"),
                        status("prod.2", "weu-03", RolloutClusterStatus.State.Waiting, null, "waits for its turn")),
                new Prospect(rollout, null, null),
                false,
                _ -> Chance.OPEN,
                Words::nameOf,
                NOON.plusSeconds(100));

        assertThat(explanation.sentence())
                .contains("stage early has 1 under way")
                .contains("2 cannot start: 1 ClusterBusy, 1 KubeProxyConfigFeatureNotRegistered")
                .contains("for example weu-01 (" + unregistered + ")");
        assertThat(explanation.command()).isEqualTo("kpfleet features register " + Fleet.SUBSCRIPTION);
    }

    @ParameterizedTest
    @EnumSource(names = {"Aborted", "Failed", "RolledBack"})
    void ofADeletedConfigItSaysToPublishItAgain(State state) {
        RolloutStatus ended = rollout("prod", 2, state, "ConfigDeleted", "the config was deleted by ada");

        assertThat(explain(Fleet.with(ended, ended.spec(), true)).command()).isEqualTo("kpfleet apply -f prod.yaml");
    }

    @ParameterizedTest
    @EnumSource(names = {"Aborted", "Failed", "RolledBack"})
    void onceAnotherRolloutHasComeAfterItNothingIsAskedOfItAnyMore(State state) {
        RolloutExplanation explanation =
                explain(rollout("prod", 2, state), rollout("prod", 3, State.Running), Chance.OPEN, null);

        assertThat(explanation.sentence()).endsWith("; prod.3 came after it, look at that one.");
        assertThat(explanation.command()).isEqualTo("kpfleet get rollout prod.3");
    }

    @Test
    void failedClustersThatCannotBeTriedAgainAreNotToBeRetried() {
        RolloutStatus paused = rollout("prod", 2, State.Paused, "MaxFailuresExceeded", "1 cluster failed");

        assertThat(explain(paused, paused, Chance.BLOCKED, null).command()).isEqualTo("kpfleet resume prod.2");
    }

    @Test
    void whereItsStrategyIsGoneThatIsPublishedFirst() {
        RolloutStatus aborted = rollout("prod", 2, State.Aborted, "Aborted", "aborted by ada");

        RolloutExplanation explanation = explain(aborted, aborted, Chance.OPEN, "calm");

        assertThat(explanation.sentence()).endsWith("once the strategy calm, which it refers to, is published.");
        assertThat(explanation.command()).isEqualTo("kpfleet apply -f calm.yaml");
    }

    @Test
    void whereNothingIsLeftToBeTriedAgainARetryIsOfNoUse() {
        RolloutStatus failed = rollout("prod", 2, State.Failed, "ClustersNotConverged", "0 converged, 1 failed");

        assertThat(explain(failed, failed, Chance.NONE, null).command()).isEqualTo("kpfleet rerun prod");
        assertThat(explain(failed, failed, Chance.BLOCKED, null).command()).isEqualTo("kpfleet retry prod");
    }

    @ParameterizedTest
    @EnumSource(State.class)
    void isOneSentence(State state) {
        assertThat(explain(rollout("prod", 2, state)).sentence())
                .startsWith("prod.2 ")
                .endsWith(".")
                .doesNotContain("null");
    }

    private static RolloutExplanation explain(RolloutStatus rollout) {
        return explain(rollout, rollout, Chance.OPEN, null);
    }

    /**
     * @param chance of its failed cluster
     * @param missingStrategy that its config refers to
     */
    private static RolloutExplanation explain(
            RolloutStatus rollout, RolloutStatus latest, Chance chance, @Nullable String missingStrategy) {
        ControllersWord word =
                new ControllersWord(Stream.of(rollout, latest).distinct().toList(), missingStrategy != null);
        return RolloutSentence.of(
                rollout,
                List.of(status("prod.2", "weu-01", RolloutClusterStatus.State.Failed, "NodesDiffer", "2 of 3 run it")),
                new Prospect(word.told(latest), null, missingStrategy),
                rollout.released(),
                _ -> chance,
                Words::nameOf,
                NOON.plusSeconds(100));
    }
}
