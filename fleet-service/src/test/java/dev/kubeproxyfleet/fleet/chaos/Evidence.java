package dev.kubeproxyfleet.fleet.chaos;

import dev.kubeproxyfleet.schemas.message.RolloutStatus.State;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What Azure and Kafka have kept of a run, in their order. Times are those of the one clock of the run.
 *
 * @param writes every PUT of a cluster that Azure received
 * @param operations the topic {@code operations}
 * @param asked the topics {@code desired} and {@code commands}
 * @param acknowledged ids of what people were told has been taken
 * @param answers how often the topic {@code audit} answers an id
 * @param rejected positions of what went to {@code rejected}
 * @param rollouts the topic {@code rollouts}
 * @param shown each cluster of a config at the end; empty before
 */
record Evidence(
        List<Write> writes,
        List<Ordered> operations,
        List<Asked> asked,
        Set<String> acknowledged,
        Map<String, Integer> answers,
        Set<Position> rejected,
        List<Rollout> rollouts,
        List<Shown> shown) {

    Evidence {
        writes = List.copyOf(writes);
        operations = List.copyOf(operations);
        asked = List.copyOf(asked);
        acknowledged = Set.copyOf(acknowledged);
        answers = Map.copyOf(answers);
        rejected = Set.copyOf(rejected);
        rollouts = List.copyOf(rollouts);
        shown = List.copyOf(shown);
    }

    /** What tells one publication from another: the timeout of TCP in seconds; 0 where a configuration sets none. */
    record Timeout(int seconds) {

        static final Timeout NONE = new Timeout(0);

        @Override
        public String toString() {
            return seconds == 0 ? "no timeout" : "timeout " + seconds;
        }
    }

    /**
     * @param until end of the operation that it began; null if Azure refused it
     * @param beside what it changed or lost beside the kube-proxy configuration
     */
    record Write(
            Instant at,
            String cluster,
            Timeout timeout,
            int status,
            @Nullable Instant until,
            List<String> beside) {

        boolean accepted() {
            return until != null;
        }
    }

    /**
     * @param seenAt when the run read it, which is after it was written
     * @param timeout that the cluster shall get; null for a tombstone
     */
    record Ordered(Instant seenAt, String cluster, @Nullable Timeout timeout) {}

    /**
     * A rollout at some time.
     *
     * @param timeout that it rolls out
     * @param goesBack whether it gives clusters back what they had
     * @param inFlight the most clusters of a stage that were updating or verifying
     * @param why it is in its state, for people
     */
    record Rollout(
            String config, long generation, Timeout timeout, State state, boolean goesBack, int inFlight, String why) {

        String id() {
            return config + "." + generation;
        }
    }

    record Position(String topic, int partition, long offset) {}

    /** @param id of the event or command */
    record Asked(Position position, String id) {}

    /**
     * @param config that has it
     * @param wanted what the config says
     * @param azure what Azure shows
     * @param nodes what its nodes report, each different one
     */
    record Shown(String config, String cluster, Timeout wanted, Timeout azure, Set<Timeout> nodes) {}
}
