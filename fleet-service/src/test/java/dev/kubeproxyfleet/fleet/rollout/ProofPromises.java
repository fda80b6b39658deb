package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.Gate;
import dev.kubeproxyfleet.schemas.config.Strategy.OnFailure;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.GateVerdict;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** What nodes must not show of a cluster that converges, and of a stage that ends: counted apart from the core. */
final class ProofPromises {

    private static final Duration LAG = RolloutEngine.DEFAULT_LAG;

    /** A share of nodes that is whole must not be rounded up. */
    private static final double ROUNDING = 1e-9;

    private record Key(
            RolloutId rollout, String cluster, @Nullable String uid) {}

    private final Map<Key, Evidence> before = new HashMap<>();
    private final Seen seen;

    ProofPromises(Seen seen) {
        this.seen = seen;
    }

    /** What its nodes show when a cluster is written for the first time. */
    void written(FleetState fleet, @Nullable RolloutCluster was, RolloutCluster is) {
        boolean isFirst = was != null
                && (was.isUntouched() || !Objects.equals(was.uid(), is.uid()))
                && was.state() instanceof ClusterState.Waiting
                && is.state() instanceof ClusterState.Updating;
        if (isFirst) {
            before.put(new Key(is.rollout(), is.cluster(), is.uid()), fleet.evidence(is.cluster()));
        }
    }

    /** No cluster converges while too many of its nodes are known to be broken. */
    void converged(FleetState fleet, Rollout rollout, RolloutCluster cluster, Instant appliedAt) {
        seen.count("promise that what converges is not broken");
        fault(fleet, rollout, cluster, appliedAt, appliedAt).ifPresent(fault -> {
            throw new SimulationFailure(cluster.cluster() + " of " + rollout.id() + " converges, and " + fault);
        });
    }

    /** No stage ends its bake with more clusters that are known to be broken than may fail, unless a person says so. */
    void baked(FleetState fleet, Rollout rollout, int index, Instant now) {
        Stage stage = rollout.stages().get(index);
        Gate gate = rollout.spec().strategy().gate();
        boolean goesOn = rollout.spec().strategy().onFailure() == OnFailure.Continue
                || stage.gates()
                        .overruled(Gate.PROOF)
                        .filter(StageGates.Overruled::failures)
                        .isPresent();
        if (!gate.asksAgents()
                || !Promises.kubeProxy(rollout.spec()).effective().enabled()) {
            return;
        }
        List<String> faults = new ArrayList<>();
        for (RolloutCluster cluster : fleet.rolloutClusters(rollout.id())) {
            if (cluster.place().stage() == index
                    && cluster.isChanged()
                    && cluster.state() instanceof ClusterState.Converged converged
                    && (converged.code() == null || converged.code() == ClusterReason.NodesDrifted)) {
                fault(fleet, rollout, cluster, now.minus(LAG), converged.since())
                        .ifPresent(fault -> faults.add(cluster.cluster() + ": " + fault));
            }
        }
        boolean tooMany =
                faults.size() > Math.max(0, stage.maxFailures() - stage.counts().failed());
        seen.count("promise about a stage that ends " + (tooMany ? "with broken clusters, as asked for" : "proven"));
        if (tooMany && !goesOn) {
            throw new SimulationFailure("stage " + index + " of " + rollout.id() + " ends its bake, and " + faults);
        }
    }

    /** One bad look decides nothing, unless a person has accepted it. */
    void judged(Rollout rollout, Stage stage, StageGates.@Nullable Proof was, Instant now) {
        StageGates.Proof is = stage.gates().proof();
        if (is == null || is.equals(was)) {
            return;
        }
        boolean begins = was == null || was.verdict() == GateVerdict.Pass;
        if (begins && !is.since().equals(now)) {
            throw new SimulationFailure(rollout.id() + " was not seen unproven before " + now + ": " + is);
        }
        if (is.verdict() == GateVerdict.Fail || is.verdict() == GateVerdict.Inconclusive) {
            seen.count("promise that one look is no verdict: " + is.verdict());
            if (now.isBefore(is.since().plus(LAG)) && stage.gates().overruling(Gate.PROOF, is.verdict()) == null) {
                throw new SimulationFailure(rollout.id() + " is judged too soon: " + is);
            }
        }
    }

    /** Nodes that the cluster has, as far as anyone has told since. */
    int counted(FleetState fleet, ClusterRecord record, Instant since) {
        KubernetesView view = fleet.kubernetes(record.id());
        KubernetesView.Seen seen = view.seen();
        boolean tells = seen != null
                && !seen.at().isBefore(since)
                && (view.uid() == null || view.uid().equals(record.uid()))
                && seen.daemonSet() != null;
        return Math.max(
                seen != null && tells ? seen.linuxNodes() : record.nodeCount(),
                fleet.evidence(record.id()).nodesReporting());
    }

    private Optional<String> fault(
            FleetState fleet, Rollout rollout, RolloutCluster cluster, Instant shownSince, Instant restartedSince) {
        Optional<ClusterRecord> record = fleet.cluster(cluster.cluster())
                .filter(found -> cluster.uid() == null || cluster.uid().equals(found.uid()));
        if (record.isEmpty()) {
            return Optional.empty();
        }
        Evidence now = fleet.evidence(cluster.cluster());
        int counted = counted(fleet, record.get(), shownSince);
        double coverage = rollout.spec().strategy().gate().coverage();
        int leftOut = Math.max(0, counted - Math.max(1, (int) Math.ceil(coverage * counted - ROUNDING)));
        long restarting = now.restartedAt().stream()
                .filter(at -> at.isAfter(restartedSince))
                .count();
        if (restarting > leftOut) {
            return Optional.of(restarting + " nodes restart kube-proxy again and again");
        }
        int lagging = now.observed().stream()
                .filter(each -> !each.oldestSnapshotAt().isBefore(shownSince))
                .filter(each ->
                        each.proof() == Evidence.Proof.NOT_SYNCED || each.proof() == Evidence.Proof.SYNC_OVERDUE)
                .mapToInt(Evidence.Observed::nodes)
                .sum();
        if (lagging > leftOut) {
            return Optional.of(lagging + " nodes have not programmed their rules");
        }
        return newCode(cluster, now, counted, leftOut).or(() -> unreachable(fleet, cluster.cluster(), now, shownSince));
    }

    private Optional<String> newCode(RolloutCluster cluster, Evidence now, int counted, int leftOut) {
        Evidence known =
                before.getOrDefault(new Key(cluster.rollout(), cluster.cluster(), cluster.uid()), Evidence.NONE);
        int unheard = Math.max(0, counted - known.nodesReporting());
        return now.evidenceCodes().entrySet().stream()
                .filter(code ->
                        code.getValue() - known.evidenceCodes().getOrDefault(code.getKey(), 0) - unheard > leftOut)
                .findFirst()
                .map(code -> code.getValue() + " nodes show " + code.getKey());
    }

    private static Optional<String> unreachable(FleetState fleet, String cluster, Evidence now, Instant shownSince) {
        long failing = now.probeFailingAt().stream()
                .filter(at -> !at.isBefore(shownSince))
                .count();
        boolean elsewhere = StreamSupport.stream(fleet.clusters().spliterator(), false)
                .anyMatch(other -> !other.id().equals(cluster)
                        && !fleet.evidence(other.id()).probeFailingAt().isEmpty());
        return failing > 0 && failing >= Math.min(2, now.probeTellingNodes()) && !elsewhere
                ? Optional.of(failing + " nodes do not reach cluster DNS")
                : Optional.empty();
    }
}
