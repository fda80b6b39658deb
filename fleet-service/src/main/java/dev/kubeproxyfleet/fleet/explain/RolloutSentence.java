package dev.kubeproxyfleet.fleet.explain;

import static dev.kubeproxyfleet.fleet.explain.Words.ended;
import static dev.kubeproxyfleet.fleet.explain.Words.endless;
import static dev.kubeproxyfleet.fleet.explain.Words.nameOf;
import static dev.kubeproxyfleet.fleet.explain.Words.said;
import static dev.kubeproxyfleet.fleet.explain.Words.time;

import dev.kubeproxyfleet.fleet.view.ConfigProjector;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.reason.RolloutReason;
import dev.kubeproxyfleet.schemas.text.Count;
import dev.kubeproxyfleet.schemas.view.RolloutExplanation;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Tells why a rollout is in the state it is in. */
final class RolloutSentence {

    private RolloutSentence() {}

    /** Of a cluster to be tried again. */
    enum Chance {
        /** The config is not for it any more. */
        NONE,
        /** Not now: something keeps it from being changed. */
        BLOCKED,
        OPEN
    }

    /**
     * @param clusters of the rollout
     * @param prospect of its config
     * @param deleted whether the config was deleted, then or later
     * @param chances of a cluster of the rollout to be tried again
     * @param called what a command calls a cluster, by its ARM resource id
     * @param now only decides whether a time needs its date
     */
    static RolloutExplanation of(
            RolloutStatus rollout,
            List<RolloutClusterStatus> clusters,
            Prospect prospect,
            boolean deleted,
            Function<RolloutClusterStatus, Chance> chances,
            UnaryOperator<String> called,
            Instant now) {
        Past past = new Past(rollout, prospect, deleted);
        Told told = switch (rollout.state()) {
            case Planned -> planned(rollout, now);
            case Running -> running(rollout, clusters, called, now);
            case Paused -> paused(rollout, clusters, chances, now);
            case RollingBack ->
                new Told(
                        "is rolling back since " + time(rollout.since(), now) + said(rollout) + "; " + restored(rollout)
                                + "; nothing to do.",
                        null);
            case Succeeded -> succeeded(rollout, now);
            case Failed -> failed(rollout, clusters, chances, past, now);
            case Aborted ->
                past.orElse(
                        "was aborted at " + ended(rollout, now) + said(rollout),
                        "clusters keep what they run, roll the configuration out once more to go on",
                        Command.Action.Rerun,
                        "kpfleet rerun " + rollout.config());
            case Superseded ->
                new Told(
                        "was replaced by a newer generation at " + ended(rollout, now) + said(rollout)
                                + "; look at the latest rollout.",
                        "kpfleet get rollout " + rollout.config());
            case RolledBack ->
                past.orElse(
                        "was rolled back by " + ended(rollout, now) + said(rollout),
                        "mend the cause, then roll the configuration out once more",
                        Command.Action.Rerun,
                        "kpfleet rerun " + rollout.config());
        };
        return new RolloutExplanation(
                rollout.id(),
                rollout.id() + " " + told.rest(),
                rollout.state().name(),
                ReasonCode.text(rollout.code()),
                rollout.since(),
                told.command());
    }

    private static Told planned(RolloutStatus rollout, Instant now) {
        String start = "waits to start since " + time(rollout.since(), now) + said(rollout);
        return switch (rollout.code()) {
            case RolloutReason.NoClusterMatches ->
                new Told(
                        start + "; look at the clusters and their tags, or publish a wider selector.",
                        "kpfleet get clusters");
            case RolloutReason.InventoryPending ->
                new Told(
                        start
                                + "; it goes on by itself once they are; see that the service may list every subscription.",
                        "kpfleet features");
            case null, default -> new Told(start + "; nothing to do.", null);
        };
    }

    private static Told running(
            RolloutStatus rollout, List<RolloutClusterStatus> clusters, UnaryOperator<String> called, Instant now) {
        RolloutStatus.Counts tally = ConfigProjector.total(rollout);
        Optional<RolloutStatus.Stage> current = rollout.stages().stream()
                .filter(stage -> stage.state() != RolloutStatus.StageState.Done)
                .findFirst();
        String start = "is running since " + time(rollout.since(), now) + ", " + tally.finished() + " of "
                + Count.of(tally.total(), "cluster") + " done"
                + (tally.failed() == 0 ? "" : ", " + tally.failed() + " failed");
        if (current.isEmpty()) {
            return new Told(start + said(rollout) + "; nothing to do.", null);
        }
        RolloutStatus.Stage stage = current.get();
        return switch (stage.state()) {
            case AwaitingApproval ->
                new Told(
                        start + "; stage " + stage.name() + " awaits approval since " + time(stage.since(), now)
                                + said(rollout) + (rollout.code() == null ? ": " : "; ")
                                + "approve it to go on, or reject it.",
                        "kpfleet approve " + rollout.id());
            case Baking -> GateSentence.baking(start, rollout, stage, said(rollout), now);
            case Waiting, Updating, Done ->
                rollout.code() == null
                        ? updating(start, rollout.config(), stage, clusters, called)
                        : new Told(start + ", and starts no cluster now" + said(rollout) + "; nothing to do.", null);
        };
    }

    /** What its turn would be, and something is in the way of: nothing else moves once only such clusters are left. */
    private static Told updating(
            String start,
            String config,
            RolloutStatus.Stage stage,
            List<RolloutClusterStatus> clusters,
            UnaryOperator<String> called) {
        int underWay = stage.clusters().updating() + stage.clusters().verifying();
        String word = start + "; stage " + stage.name() + " has " + underWay + " under way, at most "
                + stage.maxConcurrent() + " at once";
        List<RolloutClusterStatus> blocked = clusters.stream()
                .filter(cluster -> cluster.stage().equals(stage.name())
                        && cluster.state() == RolloutClusterStatus.State.Waiting
                        && cluster.code() != null)
                .toList();
        if (blocked.isEmpty()) {
            return new Told(word + "; nothing to do.", null);
        }
        Map<String, Long> codes = blocked.stream()
                .collect(Collectors.groupingBy(
                        cluster -> String.valueOf(cluster.code()), TreeMap::new, Collectors.counting()));
        RolloutClusterStatus first = blocked.getFirst();
        Remedy remedy = Remedy.of(Objects.requireNonNull(first.code()), config, first.cluster());
        return new Told(
                word + ", and " + blocked.size() + " cannot start: "
                        + codes.entrySet().stream()
                                .map(entry -> entry.getValue() + " " + entry.getKey())
                                .collect(Collectors.joining(", "))
                        + ", for example " + nameOf(first.cluster()) + " (" + endless(first.message()) + "); "
                        + remedy.words() + ".",
                remedy.command() == null ? "kpfleet explain " + called.apply(first.cluster()) : remedy.command());
    }

    private static Told paused(
            RolloutStatus rollout,
            List<RolloutClusterStatus> clusters,
            Function<RolloutClusterStatus, Chance> chances,
            Instant now) {
        String resume = "kpfleet resume " + rollout.id();
        String since = " since " + time(rollout.since(), now) + said(rollout);
        if (rollout.goesBack()) {
            return new Told(
                    "is paused in the middle of its rollback" + since + "; " + restored(rollout)
                            + "; the others get back what they had once someone resumes it.",
                    resume);
        }
        if (rollout.plan() == null) {
            return new Told(
                    "is paused before its start" + since + "; its clusters are chosen once someone resumes it.",
                    resume);
        }
        String start = "is paused" + since;
        if (rollout.code() == RolloutReason.GateFailed || rollout.code() == RolloutReason.GateInconclusive) {
            return GateSentence.paused(start, rollout);
        }
        if (rollout.code() != RolloutReason.MaxFailuresExceeded) {
            return new Told(start + "; it goes on when someone resumes it.", resume);
        }
        List<RolloutClusterStatus> failed = clusters.stream()
                .filter(cluster -> cluster.state() == RolloutClusterStatus.State.Failed)
                .toList();
        List<RolloutClusterStatus> again = failed.stream()
                .filter(cluster -> chances.apply(cluster) == Chance.OPEN)
                .toList();
        return again.isEmpty()
                ? new Told(
                        start + "; "
                                + (failed.isEmpty()
                                        ? "no cluster of it is failed any more: resume it, or roll it back."
                                        : "none of the failed clusters can be tried again now: resume it to go on without"
                                                + " them, or roll it back."),
                        resume)
                : new Told(
                        start + "; mend the cause, retry the failed clusters and resume it, or roll it back ("
                                + Count.of(again.size(), "failed cluster") + " can be tried again).",
                        "kpfleet retry " + rollout.id());
    }

    private static String restored(RolloutStatus rollout) {
        RolloutStatus.Counts tally = ConfigProjector.total(rollout);
        return Count.of(tally.rolledBack(), "cluster") + " restored, " + (tally.updating() + tally.verifying())
                + " under way";
    }

    private static Told succeeded(RolloutStatus rollout, Instant now) {
        RolloutStatus.Counts tally = ConfigProjector.total(rollout);
        return new Told(
                "succeeded at " + ended(rollout, now) + " with " + Count.of(tally.converged(), "converged cluster")
                        + (tally.skipped() == 0
                                ? ""
                                : " and " + tally.skipped()
                                        + " skipped; each is explained by its name, also whether it follows by itself")
                        + "; nothing to do.",
                null);
    }

    private static Told failed(
            RolloutStatus rollout,
            List<RolloutClusterStatus> clusters,
            Function<RolloutClusterStatus, Chance> chances,
            Past past,
            Instant now) {
        String start = "failed at " + ended(rollout, now) + said(rollout);
        boolean somethingIsLeft = clusters.stream()
                .anyMatch(cluster -> cluster.state() != RolloutClusterStatus.State.Converged
                        && cluster.code() != ClusterReason.SkippedByOperator
                        && chances.apply(cluster) != Chance.NONE);
        if (!somethingIsLeft && rollout.code() != RolloutReason.RollbackIncomplete) {
            return past.orElse(
                    start,
                    "nothing of it is left to be tried again: roll the configuration out once more, so that it goes on by"
                            + " itself from then on",
                    Command.Action.Rerun,
                    "kpfleet rerun " + rollout.config());
        }
        return rollout.code() == RolloutReason.RollbackIncomplete
                ? past.orElse(
                        start,
                        "mend the cause and roll back what is left",
                        Command.Action.Rollback,
                        "kpfleet rollback " + rollout.id())
                : past.orElse(
                        start,
                        "mend the cause and try again what has not converged",
                        Command.Action.Retry,
                        "kpfleet retry " + rollout.config());
    }

    /** What has come after a rollout that ended: from then on nothing is asked of it. */
    private record Past(RolloutStatus rollout, Prospect prospect, boolean deleted) {

        /** @param action that the command asks for */
        Told orElse(String start, String advice, Command.Action action, String command) {
            if (deleted) {
                return new Told(
                        start + "; the config was deleted since, publish it again to go on.",
                        "kpfleet apply -f " + rollout.config() + ".yaml");
            }
            String latest = prospect.latest().id();
            if (!latest.equals(rollout.id())) {
                return new Told(
                        start + "; " + latest + " came after it, look at that one.", "kpfleet get rollout " + latest);
            }
            return prospect.takes(action)
                    ? new Told(start + "; " + advice + ".", command)
                    : Ask.later(start + "; " + advice, action, prospect);
        }
    }
}
