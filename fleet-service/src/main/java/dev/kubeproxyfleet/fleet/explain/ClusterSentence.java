package dev.kubeproxyfleet.fleet.explain;

import static dev.kubeproxyfleet.fleet.explain.Words.configOf;
import static dev.kubeproxyfleet.fleet.explain.Words.ended;
import static dev.kubeproxyfleet.fleet.explain.Words.nameOf;
import static dev.kubeproxyfleet.fleet.explain.Words.said;
import static dev.kubeproxyfleet.fleet.explain.Words.time;
import static dev.kubeproxyfleet.fleet.explain.Words.until;

import dev.kubeproxyfleet.fleet.rollout.Preview;
import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.reason.SelectionReason;
import dev.kubeproxyfleet.schemas.text.Count;
import dev.kubeproxyfleet.schemas.view.ClusterExplanation;
import dev.kubeproxyfleet.schemas.view.ClusterView;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Tells why a cluster is in the state it is in. */
final class ClusterSentence {

    private ClusterSentence() {}

    /**
     * Explains a cluster that a rollout has.
     *
     * @param cluster null if the inventory does not know it (any more)
     * @param status its state in the latest rollout that has it
     * @param rollout that rollout; null if the read model has not seen it
     * @param prospect of its config; null if the read model has not seen the rollout
     * @param objection why its config could not change the cluster now; null if it could
     * @param now only decides whether a time needs its date
     */
    static ClusterExplanation of(
            String id,
            String called,
            @Nullable ClusterView cluster,
            RolloutClusterStatus status,
            @Nullable RolloutStatus rollout,
            @Nullable Prospect prospect,
            Preview.@Nullable Objection objection,
            Instant now) {
        String name = nameOf(id);
        Ask ask = new Ask(id, called, cluster, configOf(status.rollout()), prospect, objection);
        EvidenceTold evidence = EvidenceTold.of(cluster, rollout, now);
        Told told = switch (status.state()) {
            case Waiting -> waiting(status, rollout, ask, now);
            case Updating ->
                new Told(
                        (isAboutAgents(rollout) ? "is being given its agents for " : "is being changed by Azure for ")
                                + status.rollout() + backwards(rollout) + " since "
                                + time(status.since(), now) + attempt(status) + said(status)
                                + azureState(cluster)
                                + (status.code() == ClusterReason.WorkerSilent
                                        ? "; see whether a fleet service runs that reaches Azure, its log names the"
                                                + " cluster."
                                        : "; nothing to do."),
                        null);
            case Verifying ->
                isAboutAgents(rollout)
                        ? new Told(
                                "has what " + status.rollout() + backwards(rollout)
                                        + " gave to its Kubernetes API since " + time(status.since(), now)
                                        + " and waits until that shows" + said(status) + "; nothing to do.",
                                null)
                        : new Told(
                                "has the configuration of " + status.rollout() + backwards(rollout)
                                        + " in Azure since " + time(status.since(), now) + " and waits until "
                                        + evidence.awaited() + said(status)
                                        + "; " + (evidence.isSilent() ? evidence.help() : "nothing to do") + ".",
                                evidence.isSilent() ? ask.lookAt() : null);
            case Converged -> ConvergedCluster.explain(cluster, status, rollout, prospect, ask, now);
            case Failed -> EndedCluster.failed(status, rollout, ask, now);
            case Skipped -> EndedCluster.skipped(cluster, status, rollout, prospect, ask, now);
            case RolledBack ->
                ask.rerun("has back what it had before " + status.rollout() + ", since " + time(status.since(), now)
                        + said(status) + "; mend the cause, then roll the configuration out once more");
        };
        return new ClusterExplanation(
                id,
                name + " " + told.rest(),
                status.state().name(),
                ReasonCode.text(status.code()),
                status.since(),
                told.command());
    }

    /** Of a cluster that configs of both kinds have: the state is that of the first. */
    static ClusterExplanation both(ClusterExplanation kubeProxy, ClusterExplanation agents) {
        return new ClusterExplanation(
                kubeProxy.cluster(),
                kubeProxy.sentence() + " Of its agents: " + agents.sentence(),
                kubeProxy.state(),
                kubeProxy.code(),
                kubeProxy.since(),
                kubeProxy.command() == null ? agents.command() : kubeProxy.command());
    }

    /** Explains a cluster that a config in force selects, and none of its rollouts has. */
    static ClusterExplanation claimed(String id, String called, ClusterView cluster, Claimant claimant) {
        RolloutStatus rollout = claimant.prospect().latest();
        String config = rollout.config();
        String start = nameOf(id) + " is selected by " + config + ", but no rollout of it has taken it in";
        if (rollout.state() == RolloutStatus.State.Planned) {
            return notInRollout(
                    id,
                    start + ": " + rollout.id() + " waits to start" + said(rollout) + "; nothing to do.",
                    rollout.code(),
                    null);
        }
        if (rollout.goesBack()) {
            return notInRollout(
                    id, start + ": " + rollout.id() + " " + goingBack(rollout) + "; nothing to do.", null, null);
        }
        if (rollout.state() == RolloutStatus.State.Paused && rollout.plan() == null) {
            return notInRollout(
                    id,
                    start + ": " + rollout.id() + " is paused before its start" + said(rollout)
                            + "; it goes on when someone resumes it.",
                    rollout.code(),
                    "kpfleet resume " + rollout.id());
        }
        Preview.Objection objection = claimant.objection();
        Ask ask = new Ask(id, called, cluster, config, claimant.prospect(), objection);
        boolean ignored = rollout.spec().newClusters() == FleetConfig.NewClusters.Ignore;
        boolean hasNamesake = claimant.hasNamesake() && !rollout.state().isEnded();
        if (!ignored && claimant.prospect().takesNewcomers()) {
            if (hasNamesake) {
                return notInRollout(
                        id,
                        start + ": " + rollout.id() + " has another one, which had its name; it follows by itself once"
                                + " that has ended.",
                        null,
                        "kpfleet get rollout " + rollout.id());
            }
            if (objection == null) {
                return notInRollout(
                        id, start + " yet: that follows by itself within minutes; nothing to do.", null, null);
            }
            ReasonCode code = objection.reason().code();
            Told told = Remedy.of(code, config, id).after(start + said(objection.reason()), code, ask);
            return notInRollout(id, told.rest(), code, told.command());
        }
        RolloutStatus stoppedBy = claimant.prospect().stoppedBy();
        String why = ignored
                ? "it came to be selected after the plan, and " + config
                        + " takes no new clusters (newClusters: Ignore)"
                : stoppedBy != null && rollout.state().isEnded()
                        ? stoppedBy.id() + " ended as " + stoppedBy.state()
                                + ", and after that nothing goes on by itself"
                        : rollout.id() + " is for another cluster";
        String rest = start + ": " + why + "; try it to include it";
        Told told = hasNamesake ? Ask.onceEnded(rest, rollout) : ask.retry(rest, null);
        return notInRollout(id, told.rest(), ignored ? SelectionReason.NewClustersIgnored : null, told.command());
    }

    private static ClusterExplanation notInRollout(
            String id, String sentence, @Nullable ReasonCode code, @Nullable String command) {
        return new ClusterExplanation(
                id, sentence, ClusterExplanation.NOT_IN_ROLLOUT, ReasonCode.text(code), null, command);
    }

    /**
     * Explains a cluster that no config in force selects.
     *
     * @param past the last rollout that had it; null if there was none
     * @param deleted whether its config was deleted since
     */
    static ClusterExplanation free(
            String id, @Nullable ClusterView cluster, @Nullable RolloutStatus past, boolean deleted) {
        String shows = cluster == null ? "" : ", and Azure shows " + cluster.effective();
        String name = nameOf(id);
        if (past == null) {
            return new ClusterExplanation(
                    id,
                    name + " is in no rollout: no published configuration selects it" + shows
                            + "; publish one whose selector matches it.",
                    ClusterExplanation.NOT_SELECTED,
                    null,
                    null,
                    "kpfleet apply -f fleet-config.yaml");
        }
        return new ClusterExplanation(
                id,
                name + " was last in " + past.id() + shows + ": "
                        + (deleted
                                ? "the config " + past.config() + " was deleted"
                                : past.config() + " no longer selects it")
                        + ", so nothing keeps it so any more; nothing to do.",
                ClusterExplanation.NOT_SELECTED,
                null,
                null,
                null);
    }

    private static Told waiting(RolloutClusterStatus status, @Nullable RolloutStatus rollout, Ask ask, Instant now) {
        String start =
                "waits in stage " + status.stage() + " of " + status.rollout() + " since " + time(status.since(), now);
        if (rollout == null) {
            return new Told(start + said(status) + "; the rollout itself is not known yet.", null);
        }
        return switch (rollout.state()) {
            case Planned ->
                new Told(
                        start + " for the rollout to start" + (status.code() == null ? said(rollout) : said(status))
                                + "; nothing to do.",
                        null);
            case Running -> running(start, status, rollout, ask, now);
            case Paused ->
                rollout.goesBack()
                        ? leftByTheRollback(start, rollout, now)
                        : new Told(
                                start + " because the rollout is paused since " + time(rollout.since(), now)
                                        + said(rollout) + "; it goes on when someone resumes it.",
                                "kpfleet resume " + rollout.id());
            case RollingBack -> leftByTheRollback(start, rollout, now);
            case Succeeded ->
                ask.rerun(start + ", but the rollout ended as Succeeded at " + ended(rollout, now) + said(status)
                        + "; roll the configuration out once more to include it");
            case Failed ->
                ask.retry(
                        "was not changed: " + rollout.id() + " failed at " + ended(rollout, now) + said(rollout)
                                + "; mend the cause and try it again",
                        status.code());
            case Aborted ->
                ask.rerun("was not changed: " + rollout.id() + " was aborted at " + ended(rollout, now) + said(rollout)
                        + "; roll the configuration out once more to change it");
            case RolledBack ->
                ask.rerun("was not changed: " + rollout.id() + " was rolled back by " + ended(rollout, now)
                        + said(rollout) + "; mend the cause, then roll the configuration out once more");
            case Superseded ->
                new Told(
                        "was not changed by " + rollout.id() + ": a newer generation replaced it at "
                                + ended(rollout, now) + said(rollout) + "; look at the latest rollout.",
                        "kpfleet get rollout " + rollout.config());
        };
    }

    private static Told leftByTheRollback(String start, RolloutStatus rollout, Instant now) {
        return new Told(
                start + ", but " + rollout.id() + " will not change it: it " + goingBack(rollout) + " since "
                        + time(rollout.since(), now) + said(rollout) + "; nothing to do.",
                null);
    }

    static String goingBack(RolloutStatus rollout) {
        return rollout.state() == RolloutStatus.State.Paused ? "is paused in its rollback" : "is rolling back";
    }

    private static Told running(
            String start, RolloutClusterStatus status, RolloutStatus rollout, Ask ask, Instant now) {
        RolloutStatus.Stage own = null;
        RolloutStatus.Stage before = null;
        for (RolloutStatus.Stage stage : rollout.stages()) {
            if (stage.name().equals(status.stage())) {
                own = stage;
                break;
            }
            if (before == null && stage.state() != RolloutStatus.StageState.Done) {
                before = stage;
            }
        }
        if (own == null) {
            return new Told(start + said(status) + "; nothing to do.", null);
        }
        if (before != null) {
            return behind(start, before, rollout, now);
        }
        return switch (own.state()) {
            case Waiting -> new Told(start + " for the stage to begin" + said(status) + "; nothing to do.", null);
            case AwaitingApproval ->
                new Told(
                        start + " for someone to approve the stage; approve it to go on.",
                        "kpfleet approve " + rollout.id());
            case Updating -> itsTurn(start, own, status, rollout, ask);
            case Baking ->
                new Told(
                        start + " while its stage already bakes" + until(own, now) + said(status) + "; nothing to do.",
                        null);
            case Done -> new Told(start + " though its stage is done" + said(status) + "; nothing to do.", null);
        };
    }

    /** Its stage is on, so something about the cluster itself, or about the time, may be in the way. */
    private static Told itsTurn(
            String start, RolloutStatus.Stage own, RolloutClusterStatus status, RolloutStatus rollout, Ask ask) {
        if (status.code() == null && rollout.code() != null) {
            return new Told(
                    start + " because the rollout starts no cluster now" + said(rollout) + "; nothing to do.", null);
        }
        return switch (status.code()) {
            case null ->
                new Told(
                        start + " for its turn: at most "
                                + Count.of(
                                        own.maxConcurrent(),
                                        "cluster changes at once and ",
                                        "clusters change at once and ")
                                + Count.of(
                                        own.clusters().updating()
                                                + own.clusters().verifying(),
                                        "does",
                                        "do") + said(status)
                                + "; nothing to do.",
                        null);
            case ReasonCode code ->
                Remedy.of(code, rollout.config(), status.cluster()).after(start + said(status), code, ask);
        };
    }

    private static Told behind(String start, RolloutStatus.Stage before, RolloutStatus rollout, Instant now) {
        return switch (before.state()) {
            case Waiting -> new Told(start + " for stage " + before.name() + " to begin; nothing to do.", null);
            case AwaitingApproval ->
                new Told(
                        start + " for someone to approve stage " + before.name() + said(rollout)
                                + "; approve it to go on.",
                        "kpfleet approve " + rollout.id());
            case Updating -> {
                boolean moves = before.clusters().updating() + before.clusters().verifying() > 0;
                yield new Told(
                        start + " for " + before.name() + " to finish updating ("
                                + before.clusters().finished() + " of "
                                + Count.of(before.clusters().total(), "cluster") + " done"
                                + (moves ? "); nothing to do." : ", none under way); look what that waits for."),
                        moves ? null : "kpfleet explain " + rollout.id());
            }
            case Baking ->
                new Told(
                        start + " for " + before.name() + " to finish baking" + until(before, now) + "; nothing to do.",
                        null);
            case Done -> new Told(start + " for the stage to begin; nothing to do.", null);
        };
    }

    private static boolean isAboutAgents(@Nullable RolloutStatus rollout) {
        return rollout != null && rollout.spec().agents() != null;
    }

    private static String backwards(@Nullable RolloutStatus rollout) {
        return rollout != null && rollout.goesBack() ? " (which is on its way back)" : "";
    }

    private static String azureState(@Nullable ClusterView cluster) {
        return cluster == null || cluster.provisioningState().equals("Succeeded")
                ? ""
                : " (Azure shows it as " + cluster.provisioningState() + ")";
    }

    static String attempt(RolloutClusterStatus status) {
        return status.attempt() > 1 ? ", attempt " + status.attempt() : "";
    }
}
