package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.EffectiveKubeProxy;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.Outcome;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.reason.WorkerReason;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

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
                || updating.attempt() != outcome.attempt()) {
            return;
        }
        if (!(outcome.result() instanceof Outcome.Waiting)) {
            draft.withdraw(outcome.cluster());
        }
        record(draft, rollout.get(), cluster.get(), updating, outcome);
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
            case Outcome.Delivered _ -> {
                // Nothing but kube-proxy is rolled out yet.
            }
            case Outcome.Applied applied -> {
                RolloutCluster known = cluster;
                Rollout counted = rollout;
                if (tellsWhatWasThere(applied, rollout, cluster)) {
                    counted = cluster.isUntouched() ? rollout.changedOneMore() : rollout;
                    known = cluster.changed(applied.before(), counted.totals().changes());
                }
                RolloutId latest = draft.fleet()
                        .config(outcome.config())
                        .map(ConfigState::latestRollout)
                        .orElse(rollout.id());
                ClusterState next = applied(latest, rollout, known, updating, applied, outcome.at(), now);
                draft.move(counted, cluster, Costs.settled(draft, known.with(next)));
            }
        }
    }

    /**
     * Whether ARM's word on what was there is about the time before this rollout. A worker that was restarted in mid-write
     * finds that write there already: it must not pass for what the cluster had before.
     */
    private static boolean tellsWhatWasThere(Outcome.Applied applied, Rollout rollout, RolloutCluster cluster) {
        return applied.changed()
                && !cluster.isTakenBack()
                && (cluster.isUntouched() || cluster.attempt() == 1)
                && !applied.before()
                        .effective()
                        .equals(rollout.spec().kubeProxy().effective());
    }

    /** @param latest the config's latest rollout: an older one has no clusters to see through any more */
    private static ClusterState applied(
            RolloutId latest,
            Rollout rollout,
            RolloutCluster cluster,
            ClusterState.Updating updating,
            Outcome.Applied applied,
            Instant at,
            Instant now) {
        String word = applied.changed() ? "Azure changed it" : "Azure had it already";
        boolean goesBack = cluster.isTakenBack() && rollout.state() instanceof RolloutState.Active;
        if (!latest.equals(rollout.id()) && !goesBack) {
            return updating.skip(ClusterReason.Superseded, word + ", then left to " + latest, now);
        }
        if (!target(rollout, cluster).effective().enabled()) {
            return end(cluster, updating, word + "; nodes without kube-proxy have nothing to show", now);
        }
        if (!rollout.spec().strategy().gate().needsEvidence()) {
            return end(cluster, updating, word + "; the gate asks for no evidence", now);
        }
        return updating.verify(at, word + "; waiting for evidence of it", now);
    }

    private static ClusterState end(
            RolloutCluster cluster, ClusterState.Updating updating, String message, Instant now) {
        return cluster.isTakenBack() ? updating.finishRollback(message, now) : updating.converge(message, now);
    }

    /** What is written to the cluster; on the way back nothing is left unset, so all of it has to be seen. */
    private static KubeProxyConfig target(Rollout rollout, RolloutCluster cluster) {
        return cluster.isTakenBack()
                ? KubeProxyConfig.explicit(Objects.requireNonNull(cluster.before(), "rolled back to nothing known")
                        .effective())
                : rollout.spec().kubeProxy();
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
        Evidence evidence = draft.fleet().evidence(cluster.cluster());
        Findings findings = Findings.of(
                demand(draft, rollout, cluster, evidence),
                rollout.spec().strategy().gate().evidence(),
                record.orElseThrow(),
                evidence,
                draft.fleet().kubernetes(cluster.cluster()),
                Findings.Times.since(verifying.appliedAt()));
        ClusterState next = findings.isProven()
                ? proven(cluster, verifying, findings, now)
                : unproven(verifying, findings, foreign(draft, rollout, cluster, verifying, record.orElseThrow()), now);
        if (next != verifying) {
            draft.move(rollout, cluster, Costs.settled(draft, cluster.with(next)));
        }
    }

    /** What the nodes of a cluster that was written must show. */
    static Verification.Demand demand(Draft draft, Rollout rollout, RolloutCluster cluster, Evidence evidence) {
        Verification.Demand demand = Verification.Demand.of(
                target(rollout, cluster),
                rollout.spec().strategy().gate(),
                modeStays(rollout, cluster),
                cluster.nodesBefore());
        boolean failEverywhere = evidence.probeFailingNodes() > 0 && Watching.servicesFailEverywhere(draft, rollout);
        return failEverywhere ? demand.withoutServices() : demand;
    }

    /** Whether the rollout leaves the cluster's mode as it was, there and on the way back. */
    private static boolean modeStays(Rollout rollout, RolloutCluster cluster) {
        KubeProxyConfig before = cluster.before();
        EffectiveKubeProxy given = rollout.spec().kubeProxy().effective();
        return before != null
                && before.effective().enabled() == given.enabled()
                && before.effective().mode() == given.mode();
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

    /** What is neither the target nor what was there before is someone else's, once the inventory cannot be older than the write. */
    private static Optional<String> foreign(
            Draft draft,
            Rollout rollout,
            RolloutCluster cluster,
            ClusterState.Verifying verifying,
            ClusterRecord record) {
        KubeProxyConfig before = cluster.before();
        boolean mayBeOld = draft.now().isBefore(verifying.appliedAt().plus(draft.lag()));
        if (mayBeOld || record.kubeProxy() == null || before == null) {
            return Optional.empty();
        }
        EffectiveKubeProxy shown = record.kubeProxy().effective();
        boolean known = shown.equals(before.effective())
                || shown.equals(rollout.spec().kubeProxy().effective());
        return known ? Optional.empty() : Optional.of("someone else has changed it to " + shown.describe());
    }
}
