package dev.kubeproxyfleet.fleet.notify;

import dev.kubeproxyfleet.schemas.message.Notification;
import dev.kubeproxyfleet.schemas.message.Notification.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes few notifications of many, so that a thousand clusters are one message with a count. What happens to a rollout as a whole is
 * told one by one and in order; what happens to its clusters between two of these is told once for each kind and code.
 */
final class Digest {

    private record Group(String subject, Kind kind, String code) {}

    private Digest() {}

    /** @param notifications in the order in which they happened */
    static List<Notification> of(List<Notification> notifications) {
        List<Notification> told = new ArrayList<>();
        Map<String, Map<Group, Integer>> open = new HashMap<>();
        for (Notification notification : latestOfEachCluster(notifications)) {
            String subject = notification.subject();
            if (!isOfMany(notification)) {
                open.remove(subject);
                told.add(notification);
                continue;
            }
            Group group =
                    new Group(subject, notification.kind(), notification.code().code());
            Map<Group, Integer> groups = open.computeIfAbsent(subject, _ -> new HashMap<>());
            Integer index = groups.get(group);
            if (index == null) {
                groups.put(group, told.size());
                told.add(notification);
            } else {
                told.set(index, together(told.get(index), notification));
            }
        }
        return told;
    }

    /** By what they are about, in the order in which each is first told of. */
    static List<List<Notification>> bySubject(List<Notification> notifications) {
        Map<String, List<Notification>> subjects = new LinkedHashMap<>();
        notifications.forEach(each ->
                subjects.computeIfAbsent(each.subject(), _ -> new ArrayList<>()).add(each));
        return List.copyOf(subjects.values());
    }

    /** Whether it can happen to a thousand clusters at once, or be asked a thousand times. */
    static boolean isOfMany(Notification notification) {
        return switch (notification.kind()) {
            case Drifted, DriftEnded, Refused -> true;
            case Planned,
                    Started,
                    ApprovalAwaited,
                    Approved,
                    StageDone,
                    Paused,
                    Resumed,
                    Overruled,
                    RollingBack,
                    Succeeded,
                    Failed,
                    RolledBack,
                    Aborted,
                    Test -> false;
        };
    }

    /** Of a cluster that has drifted and come back, and the other way round, only how it is now. */
    private static List<Notification> latestOfEachCluster(List<Notification> notifications) {
        Map<String, Notification> latest = new HashMap<>();
        notifications.stream()
                .filter(Digest::isDrift)
                .forEach(each -> latest.put(each.subject() + each.clusters().getFirst(), each));
        return notifications.stream()
                .filter(each -> !isDrift(each)
                        || latest.get(each.subject() + each.clusters().getFirst()) == each)
                .toList();
    }

    private static boolean isDrift(Notification notification) {
        return (notification.kind() == Kind.Drifted || notification.kind() == Kind.DriftEnded)
                && notification.clusters().size() == 1;
    }

    private static Notification together(Notification first, Notification next) {
        Set<String> clusters = new LinkedHashSet<>(first.clusters());
        clusters.addAll(next.clusters());
        int count = first.count() + next.count();
        return new Notification(
                // Another count is another message.
                first.id().replaceFirst("x\\d+$", "") + "x" + count,
                first.kind(),
                first.severity(),
                first.config(),
                first.rollout(),
                first.code(),
                next.message(),
                count,
                clusters.stream().limit(Notification.MAX_CLUSTERS).toList(),
                next.actor(),
                next.reason(),
                first.at(),
                first.link());
    }
}
