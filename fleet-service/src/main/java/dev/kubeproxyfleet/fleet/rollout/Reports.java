package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.AgentConfig;
import dev.kubeproxyfleet.schemas.config.Desired;
import dev.kubeproxyfleet.schemas.config.Gate;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.Outcome;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.reason.WorkerReason;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Records what the azure worker says of a cluster, and what its nodes show. */
final class Reports {

    private Reports() {}

    /** Says so where the azure worker is silent beyond a deadline, and asks it once more: who writes is never guessed. */
    static void await(Draft draft, Rollout rollout, RolloutCluster cluster, ClusterState.Updating updating) {
        ClusterReason silent = ClusterReason.WorkerSilent;
        if (draft.now().isBefore(updating.deadline().plus(draft.lag())) || updating.code() == silent) {
            return;
        }
        draft.move(
                rollout,
                cluster,
                cluster.with(updating.waitFor(
                        silent,
                        "the azure worker has not said what became of it, although its deadline was at "
                                + updating.deadline())));
        draft.issue(Starts.operation(cluster, target(rollout, cluster), updating.deadline(), draft.now()));
    }

    /** An outcome of another attempt, or of a cluster that is not being written, changes nothing. */
    static void outcome(Draft draft, Outcome outcome) {
        RolloutId id = new RolloutId(outcome.config(), outcome.generation());
        Optional<Rollout> rollout = draft.rollout(id);
        Optional<RolloutCluster> cluster = draft.cluster(id, outcome.cluster());
        if (rollout.isEmpty()
                || cluster.isEmpty()
                || !(cluster.get().state() instanceof ClusterState.Updating updating)
                || updating.attempt() != outcome.attempt()
                || !isAbout(rollout.get().spec().desired().kind(), outcome.result())) {
            return;
        }
        if (!(outcome.result() instanceof Outcome.Waiting)) {
            draft.withdraw(outcome.cluster());
        }
        record(draft, rollout.get(), cluster.get(), updating, outcome);
    }

    /** Whether what was done can have been done for a rollout that gives this kind of thing. */
    private static boolean isAbout(Desired.Kind kind, Outcome.Result result) {
        return switch (result) {
            case Outcome.Applied _ -> kind == Desired.Kind.KubeProxy;
            case Outcome.Delivered _ -> kind == Desired.Kind.Agents;
            case Outcome.Waiting _, Outcome.Failed _, Outcome.Skipped _, Outcome.Gone _ -> true;
        };
    }

    private static void record(
            Draft draft, Rollout rollout, RolloutCluster cluster, ClusterState.Updating updating, Outcome outcome) {
        Instant now = draft.now();
        switch (outcome.result()) {
            case Outcome.Waiting(ReasonCode code, String message) ->
                draft.move(rollout, cluster, cluster.with(updating.waitFor(code, message)));
            case Outcome.Failed(ReasonCode code, String message) -> {
                boolean wasBusy = !cluster.isTakenBack()
                        && code == WorkerReason.DeadlineExceeded
                        && updating.code() != null
                        && SkipCode.isBusy(updating.code());
                draft.move(
                        rollout,
                        cluster,
                        cluster.with(
                                wasBusy
                                        ? updating.skip(ClusterReason.ClusterBusy, message, now)
                                        : updating.fail(code, message, now)));
            }
            case Outcome.Skipped(ReasonCode code, String message) ->
                draft.move(rollout, cluster, cluster.with(updating.skip(code, message, now)));
            case Outcome.Gone _ ->
                draft.move(
                        rollout,
                        cluster,
                        cluster.with(updating.skip(ClusterReason.ClusterGone, "the cluster no longer exists", now)));
            case Outcome.Delivered(AgentConfig before, boolean changed) ->
                written(
                        draft,
                        rollout,
                        cluster,
                        updating,
                        before == null ? null : new Desired.Agents(before),
                        changed,
                        outcome.at());
            case Outcome.Applied(KubeProxyConfig before, boolean changed) ->
                written(draft, rollout, cluster, updating, hadBefore(draft, cluster, before), changed, outcome.at());
        }
    }

    /** What nodes proved at the start stays, where the worker found no mode either and kube-proxy had chosen it. */
    private static @Nullable Desired hadBefore(Draft draft, RolloutCluster cluster, KubeProxyConfig found) {
        boolean isKnown = draft.fleet()
                .cluster(cluster.cluster())
                .map(record -> found.named(record.kubernetesVersion()).isPresent())
                .orElse(true);
        return isKnown ? new Desired.KubeProxy(found) : cluster.before();
    }

    private static void written(
            Draft draft,
            Rollout rollout,
            RolloutCluster cluster,
            ClusterState.Updating updating,
            @Nullable Desired before,
            boolean changed,
            Instant at) {
        RolloutCluster known = cluster;
        Rollout counted = rollout;
        if (changed && tellsWhatWasThere(before, rollout, cluster)) {
            counted = cluster.isUntouched() ? rollout.changedOneMore() : rollout;
            known = cluster.changed(before, counted.totals().changes());
        }
        RolloutId latest = draft.fleet()
                .config(rollout.id().config())
                .map(ConfigState::latestRollout)
                .orElse(rollout.id());
        ClusterState next = written(latest, rollout, known, updating, changed, at, draft.now());
        draft.move(counted, cluster, Costs.settled(draft, known.with(next)));
    }

    /**
     * Whether the word on what was there, of whoever wrote, is about the time before this rollout. A worker that was restarted in mid-write
     * finds that write there already: it must not pass for what the cluster had before.
     */
    private static boolean tellsWhatWasThere(@Nullable Desired before, Rollout rollout, RolloutCluster cluster) {
        return !cluster.isTakenBack()
                && (cluster.isUntouched() || cluster.attempt() == 1)
                && (before == null || !isOfThisRollout(before, rollout.spec().desired(), cluster.before()));
    }

    /** @param known what the cluster had before; null if nobody knew */
    private static boolean isOfThisRollout(Desired found, Desired given, @Nullable Desired known) {
        return found.isSameAs(given) || (known != null && !found.isSameAs(known) && found.isMixOf(given, known));
    }

    /** @param latest the config's latest rollout: an older one has no clusters to see through any more */
    private static ClusterState written(
            RolloutId latest,
            Rollout rollout,
            RolloutCluster cluster,
            ClusterState.Updating updating,
            boolean changed,
            Instant at,
            Instant now) {
        Desired target = target(rollout, cluster);
        String word = word(target, changed);
        boolean goesBack = cluster.isTakenBack() && rollout.state() instanceof RolloutState.Active;
        if (!latest.equals(rollout.id()) && !goesBack) {
            return updating.skip(ClusterReason.Superseded, word + ", then left to " + latest, now);
        }
        if (!target.canBeSeen()) {
            return end(cluster, updating, word + "; nodes without kube-proxy have nothing to show", now);
        }
        if (!rollout.spec().gate().needsEvidence()) {
            return end(cluster, updating, word + "; the gate asks for no evidence", now);
        }
        return updating.verify(at, word + "; waiting for evidence of it", now);
    }

    private static String word(Desired target, boolean changed) {
        return switch (target) {
            case Desired.KubeProxy _ -> changed ? "Azure changed it" : "Azure had it already";
            case Desired.Agents(AgentConfig agents) ->
                "its Kubernetes API has " + (agents.enabled() ? "the agents " : "no agents ")
                        + (changed ? "now" : "already");
        };
    }

    private static ClusterState end(
            RolloutCluster cluster, ClusterState.Updating updating, String message, Instant now) {
        return cluster.isTakenBack() ? updating.finishRollback(message, now) : updating.converge(message, now);
    }

    /** What is written to the cluster; on the way back nothing is left unset, so all of it has to be seen. */
    private static Desired target(Rollout rollout, RolloutCluster cluster) {
        return cluster.isTakenBack()
                ? Objects.requireNonNull(cluster.before(), "rolled back to nothing known")
                        .explicit()
                : rollout.spec().desired();
    }

    /** Looks at the evidence on a cluster, and at its deadline. */
    static void verify(Draft draft, Rollout rollout, RolloutCluster cluster, ClusterState.Verifying verifying) {
        Instant now = draft.now();
        Optional<ClusterRecord> record = draft.fleet().cluster(cluster.cluster());
        Optional<String> gone = cluster.gone(record);
        if (gone.isPresent()) {
            draft.move(rollout, cluster, cluster.with(verifying.skip(ClusterReason.ClusterGone, gone.get(), now)));
            return;
        }
        String version = record.orElseThrow().kubernetesVersion();
        if (!target(rollout, cluster).isKnownIn(version)) {
            ClusterState failed = verifying.fail(
                    ClusterReason.ModeNotNamed,
                    "the configuration names no mode, and the cluster has Kubernetes " + version
                            + " by now, whose kube-proxy chooses one: nodes cannot prove it",
                    now);
            draft.move(rollout, cluster, Costs.settled(draft, cluster.with(failed)));
            return;
        }
        Findings findings =
                findings(draft, rollout, cluster, record.orElseThrow(), Findings.Times.since(verifying.appliedAt()));
        ClusterState next = findings.isProven()
                ? proven(cluster, verifying, findings, now)
                : unproven(verifying, findings, foreign(draft, rollout, cluster, verifying, record.orElseThrow()), now);
        if (next != verifying) {
            draft.move(rollout, cluster, Costs.settled(draft, cluster.with(next)));
        }
    }

    /** Whether a cluster that was written has what it must. */
    static Findings findings(
            Draft draft, Rollout rollout, RolloutCluster cluster, ClusterRecord record, Findings.Times times) {
        Evidence evidence = draft.fleet().evidence(cluster.cluster());
        KubernetesView view = draft.fleet().kubernetes(cluster.cluster());
        Gate gate = rollout.spec().gate();
        return switch (target(rollout, cluster)) {
            case Desired.KubeProxy(KubeProxyConfig target) ->
                KubeProxyFindings.of(
                        demand(draft, rollout, cluster, target, evidence),
                        gate.evidence(),
                        record,
                        evidence,
                        view,
                        times);
            case Desired.Agents(AgentConfig target) ->
                AgentDelivery.of(target, gate.coverage(), record, evidence, view, times);
        };
    }

    /** What the nodes of a cluster that was written must show. */
    private static Verification.Demand demand(
            Draft draft, Rollout rollout, RolloutCluster cluster, KubeProxyConfig target, Evidence evidence) {
        Verification.Demand demand = Verification.Demand.of(
                target, rollout.spec().gate(), modeStays(rollout, cluster), cluster.nodesBefore());
        boolean failEverywhere = evidence.probeFailingNodes() > 0 && Watching.servicesFailEverywhere(draft, rollout);
        return failEverywhere ? demand.withoutServices() : demand;
    }

    /** Whether the rollout leaves the cluster's mode as it was, there and on the way back. */
    private static boolean modeStays(Rollout rollout, RolloutCluster cluster) {
        return cluster.before() instanceof Desired.KubeProxy(KubeProxyConfig before)
                && rollout.spec().desired() instanceof Desired.KubeProxy(KubeProxyConfig given)
                && before.effective().enabled() == given.effective().enabled()
                && before.effective().mode() == given.effective().mode();
    }

    private static ClusterState proven(
            RolloutCluster cluster, ClusterState.Verifying verifying, Findings findings, Instant now) {
        return cluster.isTakenBack()
                ? verifying.finishRollback(findings.describe(), now)
                : verifying.converge(findings.describe(), now);
    }

    private static ClusterState unproven(
            ClusterState.Verifying verifying, Findings findings, Optional<String> foreign, Instant now) {
        String seen = findings.describe() + foreign.map(text -> "; " + text).orElse("");
        return now.isAfter(verifying.deadline())
                ? verifying.fail(
                        foreign.isPresent() ? ClusterReason.ForeignChange : findings.failureCode(),
                        "at its deadline " + seen,
                        now)
                : verifying.observe(seen);
    }

    /**
     * What is neither the target nor what was there before is someone else's, once the inventory cannot be older than the write. Of
     * agents the findings tell that by themselves.
     */
    private static Optional<String> foreign(
            Draft draft,
            Rollout rollout,
            RolloutCluster cluster,
            ClusterState.Verifying verifying,
            ClusterRecord record) {
        Desired before = cluster.before();
        boolean mayBeOld = draft.now().isBefore(verifying.appliedAt().plus(draft.lag()));
        if (mayBeOld || before == null || !(rollout.spec().desired() instanceof Desired.KubeProxy given)) {
            return Optional.empty();
        }
        Present shown = Present.of(rollout, draft, record);
        return shown.known() == null || !shown.isOther(before, record) || !shown.isOther(given, record)
                ? Optional.empty()
                : Optional.of("someone else has changed it to " + shown.describe());
    }
}
