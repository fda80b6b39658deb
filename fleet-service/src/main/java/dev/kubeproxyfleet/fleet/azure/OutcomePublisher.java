package dev.kubeproxyfleet.fleet.azure;

import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.message.Outcome;
import dev.kubeproxyfleet.schemas.topic.Topic;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.jboss.logging.Logger;

/** Tells the topic {@code outcomes} what becomes of operations, and counts it. Thread-safe. */
final class OutcomePublisher {

    private static final Duration REPEAT_PAUSE = Duration.ofSeconds(5);

    private static final Logger LOG = Logger.getLogger(OutcomePublisher.class);

    private final CloudEventPublisher publisher;
    private final Pause pause;
    private final InstantSource clock;
    private final Map<Class<? extends Outcome.Result>, Counter> counters = new HashMap<>();

    OutcomePublisher(CloudEventPublisher publisher, Pause pause, InstantSource clock, MeterRegistry registry) {
        this.publisher = publisher;
        this.pause = pause;
        this.clock = clock;
        for (Class<? extends Outcome.Result> kind : List.of(
                Outcome.Waiting.class,
                Outcome.Applied.class,
                Outcome.Delivered.class,
                Outcome.Failed.class,
                Outcome.Skipped.class,
                Outcome.Gone.class)) {
            counters.put(
                    kind,
                    Counter.builder("kpfleet.operation.outcomes")
                            .description("Outcomes published")
                            .tag("kind", kind.getSimpleName())
                            .register(registry));
        }
    }

    /** What became of an operation, now. */
    Outcome of(Operation operation, Outcome.Result result) {
        return new Outcome(
                operation.config(),
                operation.rollout(),
                operation.generation(),
                operation.cluster(),
                operation.attempt(),
                result,
                clock.instant());
    }

    /** Tells what an operation waits for. That is news, not state: one that is lost is followed by another. */
    void tell(Operation operation, Outcome.Waiting waiting) {
        tell(of(operation, waiting));
    }

    /** Tells it once, without waiting for an answer. */
    void tell(Outcome outcome) {
        log(outcome);
        count(outcome);
        var unused = publisher
                .publish(Topic.OUTCOMES, outcome.config(), Outcome.TYPE, outcome)
                .exceptionally(failure -> {
                    LOG.warnf(
                            "outcome not published cluster=%s rollout=%s cause=%s",
                            outcome.cluster(), outcome.rollout(), failure.getMessage());
                    return null;
                });
    }

    /** Returns when Kafka has it, or when {@code fence} says that another process goes on with the operation. */
    void tellForSure(Outcome outcome, Fence fence) {
        log(outcome);
        while (!fence.isOver()) {
            try {
                publisher
                        .publish(Topic.OUTCOMES, outcome.config(), Outcome.TYPE, outcome)
                        .join();
                count(outcome);
                return;
            } catch (CompletionException e) {
                LOG.errorf(
                        "outcome not published; trying again cluster=%s rollout=%s cause=%s",
                        outcome.cluster(), outcome.rollout(), e.getMessage());
                pause.await(fence.over(), REPEAT_PAUSE);
            }
        }
    }

    private void count(Outcome outcome) {
        Optional.ofNullable(counters.get(outcome.result().getClass())).ifPresent(Counter::increment);
    }

    private static void log(Outcome outcome) {
        String code = switch (outcome.result()) {
            case Outcome.Waiting waiting -> "Waiting(" + waiting.code() + "): " + waiting.message();
            case Outcome.Applied applied -> applied.changed() ? "Applied" : "Applied(unchanged)";
            case Outcome.Delivered delivered -> delivered.changed() ? "Delivered" : "Delivered(unchanged)";
            case Outcome.Failed failed -> "Failed(" + failed.code() + "): " + failed.message();
            case Outcome.Skipped skipped -> "Skipped(" + skipped.code() + "): " + skipped.message();
            case Outcome.Gone gone -> "Gone";
        };
        LOG.infof(
                "operation outcome cluster=%s rollout=%s generation=%d attempt=%d code=%s",
                outcome.cluster(), outcome.rollout(), outcome.generation(), outcome.attempt(), code);
    }
}
