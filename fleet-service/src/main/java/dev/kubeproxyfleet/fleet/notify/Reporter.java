package dev.kubeproxyfleet.fleet.notify;

import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.Notification;
import dev.kubeproxyfleet.schemas.message.Notification.Kind;
import dev.kubeproxyfleet.schemas.message.Notification.Severity;
import dev.kubeproxyfleet.schemas.reason.AnswerReason;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.NotificationReason;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.reason.RolloutReason;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes notifications of the audit trail, which has everything that happens to a rollout, once and in order. */
final class Reporter {

    /** Action of the records that tell of a notification itself; nobody is notified of those. */
    static final String NOTIFY = "Notify";

    private record News(Kind kind, Severity severity) {}

    /** What a person asked for, and what a stage came to. */
    private static final Map<ReasonCode, News> BY_CODE = Map.ofEntries(
            Map.entry(AnswerReason.RolloutPlanned, new News(Kind.Planned, Severity.Info)),
            Map.entry(AnswerReason.Started, new News(Kind.Started, Severity.Info)),
            Map.entry(AnswerReason.ApprovalAwaited, new News(Kind.ApprovalAwaited, Severity.Warning)),
            Map.entry(AnswerReason.Approved, new News(Kind.Approved, Severity.Info)),
            Map.entry(AnswerReason.StageDone, new News(Kind.StageDone, Severity.Info)),
            Map.entry(AnswerReason.Paused, new News(Kind.Paused, Severity.Warning)),
            Map.entry(AnswerReason.Resumed, new News(Kind.Resumed, Severity.Info)),
            Map.entry(AnswerReason.Retried, new News(Kind.Resumed, Severity.Info)),
            Map.entry(AnswerReason.Overridden, new News(Kind.Overruled, Severity.Warning)),
            Map.entry(AnswerReason.RollingBack, new News(Kind.RollingBack, Severity.Warning)),
            Map.entry(RolloutReason.RestoredFromBackup, new News(Kind.Paused, Severity.Warning)),
            Map.entry(RolloutReason.Succeeded, new News(Kind.Succeeded, Severity.Info)),
            Map.entry(RolloutReason.RolledBack, new News(Kind.RolledBack, Severity.Warning)),
            Map.entry(RolloutReason.RollbackIncomplete, new News(Kind.Failed, Severity.Error)),
            Map.entry(RolloutReason.Aborted, new News(Kind.Aborted, Severity.Warning)),
            Map.entry(RolloutReason.Rejected, new News(Kind.Aborted, Severity.Warning)),
            Map.entry(RolloutReason.ConfigDeleted, new News(Kind.Aborted, Severity.Warning)));

    private final @Nullable URI dashboard;

    /** @param dashboard where people reach it; null if that is not known */
    Reporter(@Nullable URI dashboard) {
        this.dashboard = dashboard;
    }

    /**
     * @param id of the record, the same each time that it is read
     * @return empty if nobody has to know
     */
    Optional<Notification> report(AuditRecord record, String id) {
        return news(record)
                .map(news -> new Notification(
                        id,
                        news.kind(),
                        news.severity(),
                        record.config(),
                        record.rollout(),
                        record.code(),
                        record.message(),
                        1,
                        record.cluster() == null ? List.of() : List.of(record.cluster()),
                        record.actor(),
                        record.reason(),
                        record.at(),
                        link(record.rollout())));
    }

    private static Optional<News> news(AuditRecord record) {
        return switch (record.verdict()) {
            case Unchanged -> Optional.empty();
            case Refused ->
                record.action().equals(NOTIFY)
                        ? Optional.empty()
                        : Optional.of(new News(Kind.Refused, Severity.Warning));
            case Done ->
                Optional.ofNullable(BY_CODE.get(record.code())).or(() -> byItself(record.action(), record.code()));
        };
    }

    /** What the controller does for a reason that may be one of many. */
    private static Optional<News> byItself(String action, ReasonCode code) {
        return Optional.ofNullable(
                switch (action) {
                    case "Pause" -> new News(Kind.Paused, Severity.Error);
                    case "Rollback" -> new News(Kind.RollingBack, Severity.Error);
                    case "Finish" -> new News(Kind.Failed, Severity.Error);
                    case "Drift" ->
                        code == ClusterReason.DriftEnded
                                ? new News(Kind.DriftEnded, Severity.Info)
                                : new News(Kind.Drifted, Severity.Warning);
                    default -> null;
                });
    }

    /** The page of a rollout, or where there is none that of all. */
    @Nullable
    String link(@Nullable String rollout) {
        if (dashboard == null) {
            return null;
        }
        String base = dashboard.toString();
        return (base.endsWith("/") ? base : base + "/") + "#/rollouts"
                + (rollout == null ? "" : "/" + URLEncoder.encode(rollout, StandardCharsets.UTF_8));
    }

    /** A message that says that messages arrive. */
    Notification test(String target, String id, String actor, Instant now) {
        return new Notification(
                id,
                Kind.Test,
                Severity.Info,
                target,
                null,
                NotificationReason.NotificationTest,
                "Messages for target " + target + " arrive here.",
                1,
                List.of(),
                actor,
                null,
                now,
                link(null));
    }
}
