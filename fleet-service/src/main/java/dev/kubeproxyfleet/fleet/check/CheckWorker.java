package dev.kubeproxyfleet.fleet.check;

import dev.kubeproxyfleet.fleet.check.Questions.Question;
import dev.kubeproxyfleet.fleet.kafka.TopicFollower;
import dev.kubeproxyfleet.schemas.config.HttpCheck;
import dev.kubeproxyfleet.schemas.json.Contract;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Asks what the rollouts' external gates ask, where the consumer group gives their topic to this replica.
 *
 * <p>Offsets are never committed: the compacted topic is read from its start on, and nothing is asked before its end. All state is of
 * the thread that runs {@link #run}; measurements run on threads of their own and hand their results to it.
 */
final class CheckWorker extends TopicFollower {

    private static final Logger LOG = Logger.getLogger(CheckWorker.class);

    /** Questions asked at once by one replica; others wait for one to end. */
    static final int MAX_AT_ONCE = 16;

    static final Duration POLL = Duration.ofMillis(250);

    private final Function<HttpCheck, Measurement> asker;
    private final Function<Command, CompletableFuture<Void>> answers;
    private final Executor threads;
    private final InstantSource clock;
    private final Questions questions = new Questions();
    private final Queue<Runnable> results = new ConcurrentLinkedQueue<>();
    private final Counter good;
    private final Counter bad;
    private final Counter unknown;
    private final Counter refused;
    private int asking;
    private volatile int open;

    /**
     * @param topic of the rollouts
     * @param asker asks once
     * @param answers completes once the answer is kept
     * @param threads runs each measurement on a thread of its own
     */
    CheckWorker(
            Supplier<Consumer<byte[], byte[]>> consumers,
            String topic,
            Function<HttpCheck, Measurement> asker,
            Function<Command, CompletableFuture<Void>> answers,
            Executor threads,
            InstantSource clock,
            MeterRegistry metrics) {
        super(consumers, topic, POLL);
        this.asker = asker;
        this.answers = answers;
        this.threads = threads;
        this.clock = clock;
        good = counter("good", metrics);
        bad = counter("bad", metrics);
        unknown = counter("unknown", metrics);
        refused = counter("refused", metrics);
        Gauge.builder("kpfleet.gates.asked", () -> open)
                .description("External gates that this replica asks over HTTP now")
                .register(metrics);
    }

    private static Counter counter(String result, MeterRegistry metrics) {
        return Counter.builder("kpfleet.gates.measurements")
                .description("Measurements of external gates over HTTP")
                .tag("result", result)
                .register(metrics);
    }

    @Override
    protected void polled(boolean isWhole) {
        for (Runnable result = results.poll(); result != null; result = results.poll()) {
            result.run();
        }
        if (isWhole) {
            Instant now = clock.instant();
            questions.due(now, MAX_AT_ONCE - asking).forEach(question -> begin(question, now));
        }
        open = questions.size();
    }

    @Override
    protected void left() {
        questions.clear();
    }

    /** The topic is one partition: without it, nothing is left to ask. */
    @Override
    protected void revoked(Collection<TopicPartition> partitions) {
        questions.clear();
    }

    @Override
    protected void accept(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null) {
            return;
        }
        String rollout = new String(record.key(), StandardCharsets.UTF_8);
        questions.follow(rollout, status(rollout, record), clock.instant());
    }

    /** Null where there is none that could be read: what is not understood is not asked. The read model counts it. */
    private static @Nullable RolloutStatus status(String rollout, ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            return null;
        }
        try {
            RolloutStatus status = Contract.read(record.value(), RolloutStatus.class);
            return status.id().equals(rollout) ? status : null;
        } catch (IOException | RuntimeException e) {
            LOG.debugf("no rollout topic=%s offset=%d: %s", record.topic(), record.offset(), e.getMessage());
            return null;
        }
    }

    private void begin(Question question, Instant begun) {
        asking++;
        threads.execute(() -> {
            Measurement measurement = measure(question);
            results.add(() -> {
                asking--;
                take(question, measurement, begun);
            });
        });
    }

    private Measurement measure(Question question) {
        try {
            return asker.apply(question.check());
        } catch (RuntimeException e) {
            LOG.errorf(e, "asking failed for a fault of this program %s", question);
            return Judge.unknown("the service failed to ask");
        }
    }

    private void take(Question question, Measurement measurement, Instant begun) {
        counter(measurement).increment();
        LOG.debugf("measured %s: %s", question, measurement);
        questions.take(question, measurement, begun, clock.instant()).ifPresent(answer -> give(question, answer));
    }

    private void give(Question question, Command answer) {
        var unused = answers.apply(answer).whenComplete((_, failure) -> {
            if (failure == null) {
                LOG.infof("gate answered %s verdict=%s: %s", question, answer.verdict(), answer.reason());
            } else {
                LOG.warnf("the answer was not kept; measuring anew %s cause=%s", question, failure.getMessage());
                results.add(() -> questions.notGiven(question));
            }
        });
    }

    private Counter counter(Measurement measurement) {
        return switch (measurement) {
            case Measurement.Good _ -> good;
            case Measurement.Bad _ -> bad;
            case Measurement.Unknown _ -> unknown;
            case Measurement.Refused _ -> refused;
        };
    }
}
