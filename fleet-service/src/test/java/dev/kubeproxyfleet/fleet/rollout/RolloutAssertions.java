package dev.kubeproxyfleet.fleet.rollout;

/** Where assertions on rollouts and their clusters begin. */
final class RolloutAssertions {

    private RolloutAssertions() {}

    static RolloutAssert assertThat(Rollout rollout) {
        return new RolloutAssert(rollout);
    }

    static RolloutClusterAssert assertThat(RolloutCluster cluster) {
        return new RolloutClusterAssert(cluster);
    }
}
