package dev.kubeproxyfleet.fleet.kafka;

import java.util.Map;
import org.apache.kafka.streams.KafkaStreams;
import org.jspecify.annotations.Nullable;

/**
 * The applications at one moment.
 *
 * @param expected how many there are to be
 * @param starting whether applications may still be started
 * @param states by purpose, of those that have been started
 * @param failing by purpose, why it has failed of late
 * @param obstacle why nothing has been started so far
 */
record StreamsStatus(
        int expected,
        boolean starting,
        Map<String, KafkaStreams.State> states,
        Map<String, String> failing,
        @Nullable String obstacle) {

    StreamsStatus {
        states = Map.copyOf(states);
        failing = Map.copyOf(failing);
    }

    /** Unless an application gave up, or one was never started and will not be. */
    boolean isAlive() {
        return (starting || states.size() == expected)
                && states.values().stream().noneMatch(KafkaStreams.State::hasCompletedShutdown);
    }

    /** Once all of them run and none fails. */
    boolean isReady() {
        return states.size() == expected
                && failing.isEmpty()
                && states.values().stream().allMatch(state -> state == KafkaStreams.State.RUNNING);
    }
}
