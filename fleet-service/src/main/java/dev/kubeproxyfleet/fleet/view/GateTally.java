package dev.kubeproxyfleet.fleet.view;

import dev.kubeproxyfleet.schemas.config.Signal;
import dev.kubeproxyfleet.schemas.message.GateVerdict;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.reason.RolloutReason;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What gates say, as figures of a bounded number. Not thread-safe: {@link FleetView} guards it. */
final class GateTally {

    /** Stands for every gate that others answer: their names are people's. */
    static final String EXTERNAL = "external";

    /** What external gates are counted as, and the key of each signal. */
    static final List<String> KINDS = Stream.concat(Stream.of(Signal.values()).map(Signal::key), Stream.of(EXTERNAL))
            .toList();

    private record Said(String kind, GateVerdict verdict) {}

    private final Map<Said, Long> verdicts = new HashMap<>();

    /**
     * Counts the verdicts that are new.
     *
     * @param before null if the rollout is new
     */
    void fold(@Nullable RolloutStatus before, RolloutStatus now) {
        for (RolloutStatus.Stage stage : now.stages()) {
            for (RolloutStatus.StageGate gate : stage.gates()) {
                if (gate.verdict() != null && !isKnown(before, stage.name(), gate)) {
                    verdicts.merge(new Said(kind(gate), gate.verdict()), 1L, Long::sum);
                }
            }
        }
    }

    private static boolean isKnown(@Nullable RolloutStatus before, String stage, RolloutStatus.StageGate gate) {
        return before != null
                && before.stages().stream()
                        .filter(known -> known.name().equals(stage))
                        .flatMap(known -> known.gates().stream())
                        .anyMatch(known -> known.name().equals(gate.name())
                                && known.verdict() == gate.verdict()
                                && Objects.equals(known.judgedAt(), gate.judgedAt()));
    }

    long verdicts(String kind, GateVerdict verdict) {
        return verdicts.getOrDefault(new Said(kind, verdict), 0L);
    }

    /** The strongest evidence of a signal in a stage under way; NaN if it is compared in none. */
    static double evidence(Collection<RolloutStatus> rollouts, Signal signal) {
        return rollouts.stream()
                .filter(rollout -> !rollout.state().isEnded())
                .flatMap(rollout -> rollout.stages().stream())
                .filter(stage -> stage.state() != RolloutStatus.StageState.Done)
                .flatMap(stage -> stage.gates().stream())
                .filter(gate -> gate.name().equals(signal.key()))
                .flatMap(gate -> Stream.ofNullable(gate.figures()))
                .mapToDouble(RolloutStatus.Figures::evidence)
                .max()
                .orElse(Double.NaN);
    }

    /** Rollouts that a gate holds up, for this reason. */
    static long held(Collection<RolloutStatus> rollouts, RolloutReason reason) {
        return rollouts.stream()
                .filter(rollout -> !rollout.state().isEnded() && rollout.code() == reason)
                .count();
    }

    private static String kind(RolloutStatus.StageGate gate) {
        return gate.figures() == null ? EXTERNAL : gate.name();
    }
}
