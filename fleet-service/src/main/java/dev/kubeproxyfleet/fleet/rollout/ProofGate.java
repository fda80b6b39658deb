package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.Gate;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.GateVerdict;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.GateReason;
import dev.kubeproxyfleet.schemas.text.Count;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whether the clusters that a stage has changed, and that converged, still prove their configuration once it has baked. They are
 * judged like clusters that failed: as many as {@code maxFailures} leaves room for stop nothing.
 *
 * <p>One bad look decides nothing, since nodes come and go, and Azure's count of them is old for a while. Once too many clusters
 * are not proven, they have as long as the inventory may lag to be so again.
 */
final class ProofGate {

    private ProofGate() {}

    /** A cluster that does not prove it now. */
    private record Unproven(String name, Findings seen) {

        String describe() {
            return name + " (" + seen.failureCode() + "): " + seen.describe();
        }
    }

    /** Whether nodes are asked for anything. */
    static boolean isAsked(Rollout rollout) {
        return rollout.spec().gate().needsEvidence() && rollout.spec().desired().canBeSeen();
    }

    /** Whether clusters may yet be proven again. */
    static boolean isAwaited(Stage stage) {
        return stage.gates().proof() != null && stage.gates().proof().verdict() == null;
    }

    /** With what the clusters of a stage that has baked show now. */
    static Stage look(Draft draft, Rollout rollout, int index) {
        Stage stage = rollout.stages().get(index);
        if (!(stage.state() instanceof StageState.Baking) || !isAsked(rollout)) {
            return stage;
        }
        StageGates.Proof known = stage.gates().proof();
        StageGates.Proof next = judge(stage, known, unproven(draft, rollout, index), draft);
        return next.saysTheSame(known) ? stage : stage.with(stage.gates().with(next));
    }

    private static StageGates.Proof judge(
            Stage stage, StageGates.@Nullable Proof known, List<Unproven> unproven, Draft draft) {
        int tolerated = Math.max(0, stage.maxFailures() - stage.counts().failed());
        if (unproven.size() <= tolerated) {
            return new StageGates.Proof(draft.now(), draft.now(), GateVerdict.Pass, null, describe(unproven));
        }
        List<Unproven> disproven =
                unproven.stream().filter(each -> each.seen().isDisproven()).toList();
        boolean fails = disproven.size() > tolerated;
        GateVerdict verdict = fails ? GateVerdict.Fail : GateVerdict.Inconclusive;
        String message = describe(fails ? disproven : unproven);
        Instant since = known == null || known.verdict() == GateVerdict.Pass ? draft.now() : known.since();
        Instant until = since.plus(draft.lag());
        boolean decides = !draft.now().isBefore(until) || stage.gates().overruling(Gate.PROOF, verdict) != null;
        return decides
                ? new StageGates.Proof(
                        since, draft.now(), verdict, fails ? GateReason.NotProven : GateReason.ProofUnknown, message)
                : new StageGates.Proof(
                        since, null, null, GateReason.ProofAwaited, message + "; that may pass until " + until);
    }

    private static String describe(List<Unproven> unproven) {
        if (unproven.isEmpty()) {
            return "every changed cluster proves it still";
        }
        int more = unproven.size() - Warnings.EXAMPLES;
        return unproven.stream()
                        .limit(Warnings.EXAMPLES)
                        .map(Unproven::describe)
                        .collect(Collectors.joining("; "))
                + (more > 0 ? "; and " + Count.of(more, "more cluster") : "");
    }

    private static List<Unproven> unproven(Draft draft, Rollout rollout, int index) {
        return draft.fleet().changed(rollout.id(), Integer.MAX_VALUE).stream()
                .filter(cluster -> cluster.place().stage() == index)
                .flatMap(cluster -> cluster.state() instanceof ClusterState.Converged converged
                        ? unproven(draft, rollout, cluster, converged).stream()
                        : Optional.<Unproven>empty().stream())
                .toList();
    }

    /** What someone else has made of a cluster since says nothing of the change, and is told as drift. */
    private static Optional<Unproven> unproven(
            Draft draft, Rollout rollout, RolloutCluster cluster, ClusterState.Converged converged) {
        Optional<ClusterRecord> record = draft.fleet().cluster(cluster.cluster());
        boolean isOurs = converged.code() == null || converged.code() == ClusterReason.NodesDrifted;
        if (!isOurs || cluster.gone(record).isPresent()) {
            return Optional.empty();
        }
        Instant lately = draft.now().minus(draft.lag());
        Findings seen = Reports.findings(
                draft, rollout, cluster, record.orElseThrow(), new Findings.Times(lately, lately, converged.since()));
        return seen.isProven() ? Optional.empty() : Optional.of(new Unproven(cluster.name(), seen));
    }
}
