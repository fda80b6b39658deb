package dev.kubeproxyfleet.fleet.view;

import dev.kubeproxyfleet.schemas.config.Signal;
import dev.kubeproxyfleet.schemas.message.GateVerdict;
import dev.kubeproxyfleet.schemas.reason.RolloutReason;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import jakarta.inject.Singleton;
import java.util.List;

/** What gates say, for Prometheus: a series of each signal, verdict and reason, however many rollouts there are. */
@Singleton
final class GateMeters implements MeterBinder {

    /** Why a rollout waits or stands still because of a gate. */
    private static final List<RolloutReason> HOLDING =
            List.of(RolloutReason.GateFailed, RolloutReason.GateInconclusive, RolloutReason.GateAwaited);

    private final FleetView view;

    GateMeters(FleetView view) {
        this.view = view;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (Signal signal : Signal.values()) {
            Gauge.builder("kpfleet.gate.evidence", view, fleet -> fleet.gateEvidence(signal))
                    .description(
                            "How many times likelier what changed nodes count is if the change does harm, at most of the"
                                    + " rollouts under way; NaN where none compares it")
                    .tag("signal", signal.key())
                    .register(registry);
        }
        for (String kind : GateTally.KINDS) {
            for (GateVerdict verdict : GateVerdict.values()) {
                FunctionCounter.builder("kpfleet.gate.verdicts", view, fleet -> fleet.gateVerdicts(kind, verdict))
                        .description(
                                "Verdicts that gates gave since this replica has read the topics; each replica counts them")
                        .tag("signal", kind)
                        .tag("verdict", verdict.name())
                        .register(registry);
            }
        }
        for (RolloutReason reason : HOLDING) {
            Gauge.builder("kpfleet.gate.held.rollouts", view, fleet -> fleet.heldByGates(reason))
                    .description("Rollouts under way that a gate holds up")
                    .tag("reason", reason.name())
                    .register(registry);
        }
    }
}
