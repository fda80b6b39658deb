package dev.kubeproxyfleet.fleet.explain;

import static dev.kubeproxyfleet.fleet.view.Fleet.NOON;
import static dev.kubeproxyfleet.fleet.view.Fleet.rollout;
import static dev.kubeproxyfleet.fleet.view.Fleet.stage;
import static dev.kubeproxyfleet.fleet.view.Fleet.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.fleet.view.Fleet;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus.Counts;
import dev.kubeproxyfleet.schemas.message.RolloutStatus.StageState;
import dev.kubeproxyfleet.schemas.reason.AzureCode;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.RolloutReason;
import dev.kubeproxyfleet.schemas.view.ClusterExplanation;
import dev.kubeproxyfleet.schemas.view.RolloutExplanation;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every reason of a rollout or a cluster is explained with its own words. */
class EveryReasonExplainedTest {

    @ParameterizedTest
    @EnumSource
    void ofARollout(RolloutReason reason) {
        RolloutStatus rollout = rollout(
                "prod",
                2,
                state(reason),
                reason.code(),
                "so it is",
                stage("all", StageState.Updating, new Counts(1, 0, 0, 0, 0, 0, 0)));
        RolloutExplanation explanation = RolloutSentence.of(
                rollout,
                List.of(),
                new Prospect(rollout, null, null),
                false,
                _ -> RolloutSentence.Chance.OPEN,
                Words::nameOf,
                NOON.plusSeconds(100));

        assertThat(explanation.sentence())
                .contains("12:00:00 UTC")
                .endsWith(".")
                .doesNotContain("null");
        if (reason != RolloutReason.Succeeded) {
            assertThat(explanation.sentence()).contains("(" + reason.code() + "): so it is; ");
        }
    }

    private static RolloutStatus.State state(RolloutReason reason) {
        return switch (reason) {
            case InventoryPending, NoClusterMatches, ScheduledStart -> RolloutStatus.State.Planned;
            case PredecessorInFlight, OutsideWindow, StageProvedNothing, GateAwaited -> RolloutStatus.State.Running;
            case PausedByOperator,
                    RestoredFromBackup,
                    RollbackPaused,
                    MaxFailuresExceeded,
                    GateFailed,
                    GateInconclusive -> RolloutStatus.State.Paused;
            case RollbackByOperator -> RolloutStatus.State.RollingBack;
            case ClustersNotConverged, RollbackIncomplete -> RolloutStatus.State.Failed;
            case RolledBack -> RolloutStatus.State.RolledBack;
            case Aborted, Rejected, ConfigDeleted -> RolloutStatus.State.Aborted;
            case Succeeded -> RolloutStatus.State.Succeeded;
        };
    }

    @ParameterizedTest
    @EnumSource
    void ofACluster(ClusterReason reason) {
        RolloutStatus rollout = rollout(
                "prod",
                2,
                RolloutStatus.State.Running,
                stage("early", StageState.Updating, new Counts(1, 0, 0, 0, 0, 0, 0)));
        ClusterExplanation explanation = ClusterSentence.of(
                Fleet.id("weu-03"),
                "weu-03",
                null,
                status("prod.2", "weu-03", state(reason), reason.code(), "so it is"),
                rollout,
                new Prospect(rollout, null, null),
                null,
                NOON.plusSeconds(100));

        assertThat(explanation.sentence())
                .contains("12:01:10 UTC")
                .endsWith(".")
                .doesNotContain("null");
        if (explanation.code() != null && reason.kind() != ClusterReason.Kind.Drift) {
            assertThat(explanation.sentence()).contains("(" + reason.code() + "): so it is; ");
        }
        if (state(reason) == RolloutClusterStatus.State.Waiting
                || state(reason) == RolloutClusterStatus.State.Skipped) {
            assertThat(explanation.sentence())
                    .as("words of its own")
                    .doesNotContain(Remedy.of(new AzureCode("NoSuchCode"), "prod", Fleet.id("weu-03"))
                            .words());
        }
    }

    private static RolloutClusterStatus.State state(ClusterReason reason) {
        return switch (reason.kind()) {
            case Waits ->
                reason == ClusterReason.WorkerSilent
                        ? RolloutClusterStatus.State.Updating
                        : RolloutClusterStatus.State.Waiting;
            case CaughtLater, Released, Skipped -> RolloutClusterStatus.State.Skipped;
            case Failed -> RolloutClusterStatus.State.Failed;
            case Drift -> RolloutClusterStatus.State.Converged;
        };
    }
}
