package dev.kubeproxyfleet.cli;

import dev.kubeproxyfleet.schemas.text.Count;
import dev.kubeproxyfleet.schemas.view.ClusterView;
import dev.kubeproxyfleet.schemas.view.Finding;
import dev.kubeproxyfleet.schemas.view.KubernetesSummary;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a cluster's Kubernetes API shows, beside what its agents say. */
final class KubernetesFacts {

    private static final String NOT_LOOKED_AT = "not looked at";

    private KubernetesFacts() {}

    /** For a column: on how many nodes kube-proxy is of its newest specification, or why nobody can tell. */
    static Line inShort(ClusterView cluster, Instant now) {
        KubernetesSummary kubernetes = cluster.kubernetes();
        if (kubernetes == null) {
            return Line.of(NOT_LOOKED_AT, Tone.QUIET);
        }
        Line line = kubernetes.seen() == null ? Line.EMPTY : seenInShort(kubernetes.seen(), now);
        if (kubernetes.trouble() != null) {
            line = line.and(kubernetes.seen() == null ? "" : "  ")
                    .and(kubernetes.trouble().code(), Tone.BUSY);
        }
        return kubernetes.disagreement() == null
                ? line
                : line.and("  " + kubernetes.disagreement().code(), Tone.BAD);
    }

    private static Line seenInShort(KubernetesSummary.Seen seen, Instant now) {
        KubernetesSummary.DaemonSet daemonSet = seen.daemonSet();
        Line line = daemonSet == null
                ? Line.of("no DaemonSet", Tone.BAD)
                : Line.of(
                        daemonSet.updated() + "/" + daemonSet.desired() + " " + mode(daemonSet.flags()),
                        daemonSet.updated() < daemonSet.desired() ? Tone.BUSY : Tone.PLAIN);
        return isOld(seen, now) ? line.and(", old", Tone.BUSY) : line;
    }

    private static String mode(KubernetesSummary.Flags flags) {
        return Stream.of(Objects.requireNonNullElse(flags.mode(), "mode unknown"), flags.scheduler())
                .filter(Objects::nonNull)
                .collect(Collectors.joining(" "));
    }

    /** Adds what is known, each behind its name. */
    static void add(ClusterView cluster, Map<String, Line> facts, Instant now) {
        KubernetesSummary kubernetes = cluster.kubernetes();
        if (kubernetes == null) {
            facts.put(
                    "kubernetes", Line.of(NOT_LOOKED_AT + ": its Kubernetes API is no source of evidence", Tone.QUIET));
            return;
        }
        KubernetesSummary.Seen seen = kubernetes.seen();
        facts.put("kubernetes", seen == null ? Line.of("never seen", Tone.BUSY) : seen(seen, now));
        if (seen != null) {
            seen(seen, facts);
        }
        if (kubernetes.trouble() != null) {
            String since = kubernetes.troubleSince() == null
                    ? ""
                    : " (for " + Ages.between(kubernetes.troubleSince(), now) + ")";
            facts.put("trouble", finding(kubernetes.trouble(), since, Tone.BUSY));
        }
        if (kubernetes.disagreement() != null) {
            facts.put("disagree", finding(kubernetes.disagreement(), "", Tone.BAD));
        }
    }

    /** A code, what it is, and what helps. */
    static Line finding(Finding finding, String beside, Tone tone) {
        return Line.of(finding.code(), tone)
                .and(": " + finding.message() + beside)
                .and(finding.helps() == null ? "" : ". " + finding.helps(), Tone.QUIET);
    }

    private static Line seen(KubernetesSummary.Seen seen, Instant now) {
        Line line = isOld(seen, now)
                ? Line.of("old: seen " + Ages.between(seen.at(), now) + " ago; ", Tone.BUSY)
                : Line.of("seen " + Ages.between(seen.at(), now) + " ago; ", Tone.QUIET);
        KubernetesSummary.DaemonSet daemonSet = seen.daemonSet();
        if (daemonSet == null) {
            return line.and("there is no DaemonSet kube-system/kube-proxy", Tone.BAD);
        }
        return line.and("DaemonSet ")
                .and(ObservedWords.of(daemonSet.flags()))
                .and("; of " + Count.of(daemonSet.desired(), "node") + " " + daemonSet.updated() + " updated, "
                        + daemonSet.available() + " available")
                .and(daemonSet.observed() ? "" : "; its newest specification is not being rolled out yet", Tone.BUSY);
    }

    private static Line agents(KubernetesSummary.Agents agents) {
        boolean good = agents.owned() && agents.observed() && agents.available() == agents.desired();
        String waiting = agents.waiting().entrySet().stream()
                .map(reason -> ", " + reason.getKey() + " on " + reason.getValue())
                .collect(Collectors.joining());
        return Line.of(
                agents.image() + " for " + Objects.requireNonNullElse(agents.kafka(), "unknown brokers") + " on "
                        + agents.available() + " of " + Count.of(agents.desired(), "node") + waiting
                        + (agents.owned() ? "" : ", not installed by this service"),
                good ? Tone.PLAIN : Tone.BUSY);
    }

    private static void seen(KubernetesSummary.Seen seen, Map<String, Line> facts) {
        facts.put(
                "pods",
                seen.pods().isEmpty()
                        ? Line.of("none", Tone.BUSY)
                        : Line.joined(seen.pods().stream()
                                        .map(KubernetesFacts::pods)
                                        .toList())
                                .and(
                                        seen.restarting() == 0
                                                ? ""
                                                : "; " + Count.of(seen.restarting(), "restarts", "restart")
                                                        + " again and again",
                                        Tone.BAD));
        facts.put("machines", Line.of(machines(seen)));
        if (seen.agents() != null) {
            facts.put(
                    "agent pods",
                    seen.agents().isEmpty()
                            ? Line.of("none")
                            : Line.joined(seen.agents().stream()
                                    .map(KubernetesFacts::agents)
                                    .toList()));
        }
        if (!seen.events().isEmpty()) {
            facts.put(
                    "events",
                    Line.of(
                            seen.events().entrySet().stream()
                                    .map(event -> event.getKey() + " on " + Count.of(event.getValue(), "node"))
                                    .collect(Collectors.joining(", ")),
                            Tone.BUSY));
        }
    }

    private static Line pods(KubernetesSummary.Pods pods) {
        return Line.of(pods.count() + " ")
                .and(ObservedWords.of(pods.flags()))
                .and(pods.ready() ? "" : ", not ready", Tone.BUSY)
                .and(pods.newest() ? "" : ", to be replaced", Tone.BUSY);
    }

    private static String machines(KubernetesSummary.Seen seen) {
        String architectures = seen.architectures().entrySet().stream()
                .map(each -> each.getValue() + " " + each.getKey())
                .collect(Collectors.joining(", "));
        return seen.linuxNodes() + " Linux (" + seen.readyLinuxNodes() + " ready"
                + (architectures.isEmpty() ? "" : "; " + architectures) + ")"
                + (seen.windowsNodes() == 0 ? "" : ", " + seen.windowsNodes() + " Windows, where no agent runs")
                + (seen.virtualNodes() == 0 ? "" : ", " + seen.virtualNodes() + " virtual");
    }

    static boolean isOld(KubernetesSummary.@Nullable Seen seen, Instant now) {
        return seen != null && !now.isBefore(seen.oldFrom());
    }
}
