package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.fleet.gate.Past;
import dev.kubeproxyfleet.fleet.rollout.Evidence.SignalCounts;
import dev.kubeproxyfleet.schemas.config.ExternalGate;
import dev.kubeproxyfleet.schemas.config.Gate;
import dev.kubeproxyfleet.schemas.config.Signal;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.RolloutPlan;
import dev.kubeproxyfleet.schemas.reason.GateReason;
import dev.kubeproxyfleet.schemas.reason.PlanWarning;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.text.Count;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What will watch a stage, and what that will not be able to judge by what is known now. It says so only where it is certain: a
 * cluster that is taken for unchanged here may be changed by another rollout meanwhile.
 */
final class GateForecast {

    private final Gate gate;
    private final Duration bake;
    private final List<Evidence> changing;
    private final List<RolloutPlan.Reason> cannotTell = new ArrayList<>();

    private GateForecast(Gate gate, Duration bake, List<Evidence> changing) {
        this.gate = gate;
        this.bake = bake;
        this.changing = changing;
    }

    /** @param parts of the plan, one of each stage */
    static RolloutPlan.Gates of(Gate gate, List<Planner.Part> parts, int index, Inventory inventory) {
        Planner.Part part = parts.get(index);
        GateForecast forecast = new GateForecast(
                gate,
                part.spec().bake(),
                part.clusters().stream()
                        .map(taken -> inventory.evidence(taken.cluster().id()))
                        .toList());
        if (!part.clusters().isEmpty()) {
            forecast.foresee(unchanged(parts.subList(0, index + 1), inventory));
        }
        return new RolloutPlan.Gates(
                gate.coverage(),
                gate.evidence(),
                keys(gate::judges),
                keys(signal -> gate.looksAt(signal) && !gate.judges(signal)),
                gate.external().stream().map(ExternalGate::name).toList(),
                forecast.cannotTell);
    }

    private static List<String> keys(Predicate<Signal> which) {
        return Stream.of(Signal.values()).filter(which).map(Signal::key).toList();
    }

    /** As many as are enough, of those that no stage so far changes. */
    private static Watch.Crowd unchanged(List<Planner.Part> changed, Inventory inventory) {
        Set<String> ids = changed.stream()
                .flatMap(part -> part.clusters().stream())
                .map(taken -> taken.cluster().id())
                .collect(Collectors.toCollection(HashSet::new));
        Watch.Crowd crowd = Watch.Crowd.NOBODY;
        for (ClusterRecord cluster : inventory.clusters()) {
            if (!ids.contains(cluster.id())) {
                crowd = crowd.plus(inventory.evidence(cluster.id()));
            }
            if (crowd.isEnough()) {
                return crowd;
            }
        }
        return crowd;
    }

    private void foresee(Watch.Crowd unchanged) {
        List<Signal> watched = tell(
                Stream.of(Signal.values()).filter(gate::looksAt).toList(),
                signal -> changing.stream().noneMatch(evidence -> nodes(evidence, signal) > 0),
                GateReason.SignalUnknown,
                "no node of its clusters tells this");
        if (watched.isEmpty()) {
            return;
        }
        if (bake.isZero()) {
            cannotTell.add(new RolloutPlan.Reason(
                    PlanWarning.NoBake, "the stage does not bake: signals can fail it only while it updates"));
        } else {
            tell(
                    watched,
                    signal -> nodes(signal) * bake.toSeconds()
                            < gate.signal(signal).minNodeSeconds(),
                    GateReason.TooFewNodeSeconds,
                    "the nodes that tell this are too few for a bake of " + bake.toSeconds() + " s");
        }
        if (!unchanged.isEnough()) {
            cannotTell.add(new RolloutPlan.Reason(
                    GateReason.NoControls,
                    "only " + Count.of(unchanged.clusters(), "cluster") + " with " + Count.of(unchanged.nodes(), "node")
                            + " would be left unchanged to compare with: a signal that rises cannot fail the stage"));
        }
        tell(
                watched,
                signal -> changing.stream()
                        .map(evidence -> evidence.signals().get(signal))
                        .noneMatch(counts -> counts != null && counts.past().periods() >= Past.MIN_PERIODS),
                GateReason.NoBaseline,
                "nodes have told this for less than " + Count.of((int) past().toMinutes(), "minute"));
    }

    /** What must be known of the time before. */
    private Duration past() {
        return changing.stream()
                .map(Evidence::bucket)
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO)
                .multipliedBy((long) SignalCounts.BUCKETS_PER_PERIOD * Past.MIN_PERIODS);
    }

    /** Those of which it is not so; of the others it is said. */
    private List<Signal> tell(List<Signal> signals, Predicate<Signal> is, ReasonCode code, String why) {
        List<String> told = signals.stream().filter(is).map(Signal::key).toList();
        if (!told.isEmpty()) {
            cannotTell.add(new RolloutPlan.Reason(code, why + ": " + String.join(", ", told)));
        }
        return signals.stream().filter(is.negate()).toList();
    }

    private long nodes(Signal signal) {
        return changing.stream().mapToLong(evidence -> nodes(evidence, signal)).sum();
    }

    private static int nodes(Evidence evidence, Signal signal) {
        SignalCounts counts = evidence.signals().get(signal);
        return counts == null ? 0 : counts.nodes();
    }
}
