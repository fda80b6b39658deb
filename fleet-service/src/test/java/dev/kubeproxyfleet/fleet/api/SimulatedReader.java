package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.topic.Topic;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** The read model behind a simulated controller: what the topics say, it must be able to explain. */
public final class SimulatedReader {

    /** What is said only of states that contradict each other. */
    private static final List<String> CONTRADICTIONS = List.of(
            "is not known yet", "though its stage is done", "while its stage already bakes", "ended as Succeeded at");

    private final RecordDecoder decoder = new RecordDecoder(Strategy.DEFAULT);
    private final FleetView view = new FleetView(new Subscribers(1, 1, new SimpleMeterRegistry()), 1, 1);

    /** Folds one record. */
    public void read(Topic topic, String key, byte @Nullable [] value, Instant at) {
        switch (decoder.decode(topic, key, value, new RecordHeaders(), at)) {
            case RecordDecoder.Decoded.Understood(Change change) -> view.apply(change);
            case RecordDecoder.Decoded.Unreadable(String reason) ->
                throw new AssertionError("the read model cannot read " + key + " of " + topic + ": " + reason);
            case RecordDecoder.Decoded.Ignored() -> {}
        }
    }

    /** Each gets a sentence that says why it is as it is, and nothing that contradicts itself. */
    public void explain(Collection<String> clusters, Collection<String> rollouts, Instant now) {
        for (String cluster : clusters) {
            Explanation explanation = view.explain(cluster, now)
                    .orElseThrow(() -> new AssertionError("nobody can explain cluster " + cluster));
            check(cluster, explanation.sentence());
        }
        for (String rollout : rollouts) {
            RolloutExplanation explanation = view.explainRollout(rollout, now)
                    .orElseThrow(() -> new AssertionError("nobody can explain rollout " + rollout));
            check(rollout, explanation.sentence());
        }
    }

    private static void check(String what, String sentence) {
        boolean speaks = sentence.endsWith(".")
                && !sentence.contains("null")
                && CONTRADICTIONS.stream().noneMatch(sentence::contains);
        if (!speaks) {
            throw new AssertionError(what + " is explained as: " + sentence);
        }
    }
}
