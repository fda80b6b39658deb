package dev.kubeproxyfleet.fleet.notify;

import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.AuditRecord.Verdict;
import dev.kubeproxyfleet.schemas.message.Notification;
import dev.kubeproxyfleet.schemas.reason.AnswerReason;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.reason.RolloutReason;
import java.net.URI;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Audit records, and what is told of them. */
final class News {

    static final Instant AT = Instant.parse("2026-05-04T03:02:01Z");
    static final Reporter REPORTER = new Reporter(URI.create("https://fleet.example"));

    private News() {}

    static AuditRecord record(
            String action, Verdict verdict, ReasonCode code, String message, @Nullable String cluster) {
        return new AuditRecord(null, "prod", "prod.3", cluster, action, "controller", null, verdict, code, message, AT);
    }

    static AuditRecord byItself(String action, ReasonCode code, String message) {
        return record(action, Verdict.Done, code, message, null);
    }

    static Notification of(AuditRecord record, String id) {
        return REPORTER.report(record, id).orElseThrow();
    }

    static Notification started(String id) {
        return of(byItself("Start", AnswerReason.Started, "20 clusters to change"), id);
    }

    static Notification failed(String id) {
        return of(
                byItself(
                        "Pause",
                        RolloutReason.MaxFailuresExceeded,
                        "1000 clusters failed in stage rest, which tolerates 0"),
                id);
    }

    static Notification approvalAwaited(String id) {
        return of(byItself("AwaitApproval", AnswerReason.ApprovalAwaited, "stage rest begins once it is approved"), id);
    }

    static Notification drifted(String id, int cluster) {
        return of(drift(ClusterReason.Drifted, cluster), id);
    }

    static Notification driftEnded(String id, int cluster) {
        return of(drift(ClusterReason.DriftEnded, cluster), id);
    }

    static AuditRecord drift(ReasonCode code, int cluster) {
        return record(
                "Drift", Verdict.Done, code, "aks-" + cluster + ": it changed", "/subscriptions/s/aks-" + cluster);
    }
}
