package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.fleet.gate.Deviation;
import dev.kubeproxyfleet.schemas.config.Signal;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What the changes of a stage cost, of those of which it was told. A cluster that was changed again counts again.
 *
 * @param settling clusters of which it is not told yet
 * @param clusters clusters of which it was told
 * @param signals in their order; those that at least one of them told
 */
public record StageCost(int settling, int clusters, List<SignalSum> signals) {

    public static final StageCost NONE = new StageCost(0, 0, List.of());

    /**
     * @param known clusters that could tell
     * @param deviating clusters that deviated
     * @param shortest of these the shortest time, at most; zero if there are none
     * @param lasting clusters that still deviated once they had settled
     * @param events of all that could tell
     */
    public record SignalSum(
            Signal signal, int known, int deviating, Duration shortest, Duration longest, int lasting, long events) {

        private static SignalSum start(Signal signal) {
            return new SignalSum(signal, 0, 0, Duration.ZERO, Duration.ZERO, 0, 0);
        }

        private SignalSum plus(Deviation more) {
            boolean deviates = more.atMost().isPositive();
            return new SignalSum(
                    signal,
                    known + 1,
                    deviating + (deviates ? 1 : 0),
                    deviates && (deviating == 0 || more.atMost().compareTo(shortest) < 0) ? more.atMost() : shortest,
                    more.atMost().compareTo(longest) > 0 ? more.atMost() : longest,
                    lasting + (more.lasting() ? 1 : 0),
                    events + more.events());
        }
    }

    public StageCost {
        signals = List.copyOf(signals);
    }

    StageCost settling(int by) {
        return by == 0 ? this : new StageCost(settling + by, clusters, signals);
    }

    StageCost plus(Cost.Told told) {
        Map<Signal, SignalSum> sums = new EnumMap<>(Signal.class);
        signals.forEach(sum -> sums.put(sum.signal(), sum));
        for (Cost.SignalCost cost : told.signals()) {
            Deviation deviation = cost.deviation();
            if (deviation != null) {
                sums.put(
                        cost.signal(),
                        sums.getOrDefault(cost.signal(), SignalSum.start(cost.signal()))
                                .plus(deviation));
            }
        }
        return new StageCost(settling, clusters + 1, List.copyOf(sums.values()));
    }
}
