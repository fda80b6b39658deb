package dev.kubeproxyfleet.simulator.arm;

/**
 * How often something goes wrong: of the calls that it concerns, {@code skip} are spared, then each {@code every}-th is hit,
 * {@code times} in all.
 *
 * @param every 1 for each
 */
public record FaultRule(Fault fault, int skip, int every, int times) {

    public FaultRule {
        if (skip < 0 || every < 1 || times < 1) {
            throw new IllegalArgumentException("a fault needs skip 0 or more, every and times 1 or more, not " + skip
                    + ", " + every + ", " + times);
        }
    }

    /** The next call. */
    public static FaultRule once(Fault fault) {
        return new FaultRule(fault, 0, 1, 1);
    }

    /** Each {@code every}-th call, for good. */
    public static FaultRule each(int every, Fault fault) {
        return new FaultRule(fault, every - 1, every, Integer.MAX_VALUE);
    }
}
