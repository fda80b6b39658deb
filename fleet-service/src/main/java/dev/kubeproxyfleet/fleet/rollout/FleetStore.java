package dev.kubeproxyfleet.fleet.rollout;

import java.util.List;

/** The fleet as a {@link RolloutDriver} changes it. What is written is what is read from then on. */
public interface FleetStore extends FleetState {

    /** Rollouts that time can change: {@link Rollout#isOpen()}; in the order of their ids as text. */
    List<RolloutId> open();

    void put(ConfigState config);

    void put(StrategyState strategy);

    void put(Rollout rollout);

    void put(RolloutCluster cluster);

    /** Forgets a rollout; its clusters are forgotten one by one. */
    void remove(RolloutId id);

    /** Forgets a cluster of a rollout, and that this was the latest that had it. */
    void remove(RolloutId id, String cluster);

    /** From now on an operation of {@code writer} may be writing to the cluster. */
    void claim(String cluster, RolloutId writer);

    /** From now on no operation writes to the cluster. */
    void release(String cluster);
}
