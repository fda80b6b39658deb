package dev.kubeproxyfleet.fleet.notify;

import dev.kubeproxyfleet.schemas.limit.Limits;
import dev.kubeproxyfleet.schemas.message.Notification;
import dev.kubeproxyfleet.schemas.message.Notification.Kind;
import dev.kubeproxyfleet.schemas.text.Count;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What people read: a headline for what matters most, and a line for each notification.
 *
 * @param headline without line breaks
 * @param link to where a person acts; empty if that is not known
 */
record Wording(Notification.Severity severity, String headline, List<String> lines, String link, String linkText) {

    /** Lines of one message; with more of them, the oldest are only counted. */
    static final int MAX_LINES = 20;

    /** Characters of a line; the page has the rest. */
    static final int MAX_LINE = 400;

    /** Characters of a headline, with room for a sign before it. Source: Slack, "Header block", which takes 150. */
    static final int MAX_HEADLINE = 145;

    /** @param notifications all of one subject, in order, at least one */
    static Wording of(List<Notification> notifications, Headline headline) {
        Notification.Severity severity = notifications.stream()
                .map(Notification::severity)
                .max(Comparator.naturalOrder())
                .orElseThrow();
        Notification last = notifications.getLast();
        List<String> lines = new ArrayList<>();
        int left = Math.max(0, notifications.size() - MAX_LINES);
        if (left > 0) {
            lines.add(Count.of(left, "earlier event is", "earlier events are") + " in the audit trail");
        }
        notifications.stream().skip(left).map(Wording::line).forEach(lines::add);
        return new Wording(
                severity,
                Limits.cut(oneLine(headline.of(last)), MAX_HEADLINE),
                lines,
                last.link() == null ? "" : last.link(),
                last.kind() == Kind.ApprovalAwaited ? "Look and decide" : "Open the rollout");
    }

    private static String line(Notification notification) {
        String of = notification.count() == 1
                ? ""
                : notification.clusters().isEmpty()
                        ? Count.of(notification.count(), "time") + ", the latest: "
                        : Count.of(notification.count(), "cluster") + ", the latest: ";
        String why = notification.reason() == null || notification.reason().isBlank()
                ? ""
                : " (" + notification.actor() + ": " + notification.reason() + ")";
        return Limits.cut(
                oneLine(of + notification.message() + " [" + notification.code().code() + "]" + why), MAX_LINE);
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\p{Cntrl}+", " ").strip();
    }
}
