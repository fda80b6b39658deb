package dev.kubeproxyfleet.fleet.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.AuditRecord.Verdict;
import dev.kubeproxyfleet.schemas.message.Notification;
import dev.kubeproxyfleet.schemas.reason.NotificationReason;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.reason.RequestReason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReporterTest {

    @ParameterizedTest
    @CsvSource({
        "Publish, RolloutPlanned, Planned, Info",
        "CatchUp, RolloutPlanned, Planned, Info",
        "Start, Started, Started, Info",
        "AwaitApproval, ApprovalAwaited, ApprovalAwaited, Warning",
        "Approve, Approved, Approved, Info",
        "StageDone, StageDone, StageDone, Info",
        "Pause, Paused, Paused, Warning",
        "Pause, MaxFailuresExceeded, Paused, Error",
        "Pause, GateFailed, Paused, Error",
        "Pause, GateInconclusive, Paused, Error",
        "Restore, RestoredFromBackup, Paused, Warning",
        "Resume, Resumed, Resumed, Info",
        "Retry, Retried, Resumed, Info",
        "Override, Overridden, Overruled, Warning",
        "Rollback, RollingBack, RollingBack, Warning",
        "Rollback, GateFailed, RollingBack, Error",
        "Finish, Succeeded, Succeeded, Info",
        "Finish, ClustersNotConverged, Failed, Error",
        "Finish, MaxFailuresExceeded, Failed, Error",
        "FinishRollback, RolledBack, RolledBack, Warning",
        "FinishRollback, RollbackIncomplete, Failed, Error",
        "Abort, Aborted, Aborted, Warning",
        "Reject, Rejected, Aborted, Warning",
        "Delete, ConfigDeleted, Aborted, Warning",
        "Drift, Drifted, Drifted, Warning",
        "Drift, DriftEnded, DriftEnded, Info"
    })
    void tellsWhatHappensToARollout(
            String action, String code, Notification.Kind kind, Notification.Severity severity) {
        Notification notification = News.of(News.byItself(action, ReasonCode.of(code), "so it is"), "audit-0-7");

        assertThat(notification.kind()).isEqualTo(kind);
        assertThat(notification.severity()).isEqualTo(severity);
        assertThat(notification.id()).isEqualTo("audit-0-7");
        assertThat(notification.code().code()).isEqualTo(code);
        assertThat(notification.link()).isEqualTo("https://fleet.example/#/rollouts/prod.3");
        assertThat(notification.at()).isEqualTo(News.AT);
    }

    @ParameterizedTest
    @CsvSource({"Cost, CostTold", "Promote, Promoted", "Skip, Skipped", "Remove, RolloutRemoved", "Answer, GateAnswered"
    })
    void whatNobodyHasToKnowIsNotTold(String action, String code) {
        assertThat(News.REPORTER.report(News.byItself(action, ReasonCode.of(code), ""), "id"))
                .isEmpty();
    }

    @Test
    void whatIsRefusedIsToldAndWhatChangesNothingIsNot() {
        AuditRecord refused =
                News.record("Publish", Verdict.Refused, RequestReason.UnknownStrategy, "there is no strategy", null);
        AuditRecord unchanged =
                News.record("Publish", Verdict.Unchanged, RequestReason.UnknownStrategy, "there is none", null);

        assertThat(News.of(refused, "id").kind()).isEqualTo(Notification.Kind.Refused);
        assertThat(News.REPORTER.report(unchanged, "id")).isEmpty();
    }

    /** A target that refuses everything would be told of each refusal, and refuse that. */
    @Test
    void nobodyIsNotifiedOfANotification() {
        assertThat(News.REPORTER.report(
                        News.record(
                                Reporter.NOTIFY,
                                Verdict.Refused,
                                NotificationReason.NotificationRefused,
                                "target ops was not told",
                                null),
                        "id"))
                .isEmpty();
    }

    @Test
    void withoutAnAddressOfTheDashboardThereIsNoLink() {
        assertThat(new Reporter(null).link("prod.3")).isNull();
    }
}
