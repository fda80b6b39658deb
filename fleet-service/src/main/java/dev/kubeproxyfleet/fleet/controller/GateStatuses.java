package dev.kubeproxyfleet.fleet.controller;

import dev.kubeproxyfleet.fleet.gate.Baseline;
import dev.kubeproxyfleet.fleet.gate.Comparison;
import dev.kubeproxyfleet.fleet.gate.Sample;
import dev.kubeproxyfleet.fleet.rollout.StageGate;
import dev.kubeproxyfleet.fleet.rollout.StageGates;
import dev.kubeproxyfleet.fleet.rollout.Watch;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import org.jspecify.annotations.Nullable;

/** A stage's gates in the words of the topics that people read. */
final class GateStatuses {

    private GateStatuses() {}

    /** @param watch of the gate's stage; there is one if the gate is a signal */
    static RolloutStatus.StageGate of(StageGate gate, @Nullable Watch watch) {
        StageGates.Overruled overruled = gate.overruled();
        return new RolloutStatus.StageGate(
                gate.name(),
                gate.judges(),
                gate.verdict(),
                gate.code(),
                gate.message(),
                gate.judgedAt(),
                gate.watched() == null || watch == null
                        ? null
                        : figures(gate.watched().comparison(), watch),
                overruled == null
                        ? null
                        : new RolloutStatus.Overruled(overruled.actor(), overruled.reason(), overruled.at()));
    }

    private static RolloutStatus.Figures figures(Comparison comparison, Watch watch) {
        Sample seen = comparison.seen();
        double expected = comparison.expectedEvents();
        return new RolloutStatus.Figures(
                watch.changed().clusters(),
                watch.changed().nodes(),
                seen.changedEvents(),
                seen.changedNodeSeconds(),
                watch.unchanged().clusters(),
                watch.unchanged().nodes(),
                seen.unchangedEvents(),
                seen.unchangedNodeSeconds(),
                Double.isFinite(expected) ? (Double) expected : null,
                comparison.evidence(),
                seen.changedNodeSeconds() > 0 ? watch.comparedUntil() : null,
                before(comparison.baseline()));
    }

    private static RolloutStatus.@Nullable Before before(Baseline baseline) {
        Sample before = baseline.before();
        return baseline.known()
                ? new RolloutStatus.Before(
                        before.changedEvents(),
                        before.changedNodeSeconds(),
                        before.unchangedEvents(),
                        before.unchangedNodeSeconds())
                : null;
    }
}
