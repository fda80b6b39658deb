package dev.kubeproxyfleet.fleet.check;

import dev.kubeproxyfleet.fleet.check.Questions.Question;
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
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Asks what the rollouts' external gates ask, where the consumer group gives their topic to this replica.
 *
 * <p>Offsets are never committed: the compacted topic is read from its start on, and nothing is asked before its end. All state is of
 * the thread that runs {@link #run}; measurements run on threads of their own and hand their results to it.
 */
final class CheckWorker {

    private static final Logger LOG = Logger.getLogger(CheckWorker.class);

    /** Questions asked at once by one replica; others wait for one to end. */
    static final int MAX_AT_ONCE = 16;

    static final Duration POLL = Duration.ofMillis(250);
    private static final Duration RECOVERY_PAUSE = Duration.ofSeconds(5);

    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final String topic;
    private final Function<HttpCheck, Measurement> asker;
    private final Function<Command, CompletableFuture<Void>> answers;
    private final Executor threads;
    private final InstantSource clock;
    private final Questions questions = new Questions();
    private final Set<TopicPartition> collecting = new HashSet<>();
    private final Queue<Runnable> results = new ConcurrentLinkedQueue<>();
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Counter good;
    private final Counter bad;
    private final Counter unknown;
    private final Counter refused;
    private int asking;
    private volatile int open;
    private volatile @Nullable Consumer<byte[], byte[]> consumer;

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
        this.consumers = consumers;
        this.topic = topic;
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

    /** Runs until {@link #close}; whatever ends it in between costs a pause, and begins all measurements anew. */
    void run() {
        while (stop.getCount() > 0) {
            try {
                start();
                while (stop.getCount() > 0) {
                    pollOnce();
                }
            } catch (WakeupException e) {
                LOG.debug("woken up to close");
            } catch (RuntimeException | Error e) {
                LOG.errorf(e, "asking for gates failed; trying again topic=%s pause=%s", topic, RECOVERY_PAUSE);
            } finally {
                leave();
            }
            try {
                boolean _ = stop.await(RECOVERY_PAUSE.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Lets {@link #run} return. */
    void close() {
        stop.countDown();
        var current = consumer;
        if (current != null) {
            current.wakeup();
        }
    }

    void start() {
        var fresh = consumers.get();
        consumer = fresh;
        fresh.subscribe(List.of(topic), new Rebalance(fresh));
    }

    void pollOnce() {
        var current = Objects.requireNonNull(consumer);
        for (ConsumerRecord<byte[], byte[]> record : current.poll(POLL)) {
            accept(record);
        }
        for (Runnable result = results.poll(); result != null; result = results.poll()) {
            result.run();
        }
        if (!collecting.isEmpty()) {
            current.endOffsets(Set.copyOf(collecting)).forEach((partition, end) -> {
                if (current.position(partition) >= end) {
                    collecting.remove(partition);
                }
            });
        }
        if (collecting.isEmpty()) {
            Instant now = clock.instant();
            questions.due(now, MAX_AT_ONCE - asking).forEach(question -> begin(question, now));
        }
        open = questions.size();
    }

    private void leave() {
        questions.clear();
        collecting.clear();
        var current = consumer;
        consumer = null;
        if (current != null) {
            try {
                current.close();
            } catch (RuntimeException e) {
                LOG.warnf(
                        "leaving the consumer group failed; its session times out topic=%s cause=%s",
                        topic, e.getMessage());
            }
        }
    }

    private void accept(ConsumerRecord<byte[], byte[]> record) {
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

    private final class Rebalance implements ConsumerRebalanceListener {
        private final Consumer<byte[], byte[]> consumer;

        Rebalance(Consumer<byte[], byte[]> consumer) {
            this.consumer = consumer;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            consumer.seekToBeginning(partitions);
            collecting.addAll(partitions);
        }

        /** The topic is one partition: without it, nothing is left to ask. */
        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            collecting.removeAll(partitions);
            questions.clear();
        }
    }
}
