package dev.kubeproxyfleet.fleet.azure;

import dev.kubeproxyfleet.fleet.tracing.Tracing;
import dev.kubeproxyfleet.schemas.config.Desired;
import dev.kubeproxyfleet.schemas.json.Contract;
import dev.kubeproxyfleet.schemas.limit.Limits;
import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.message.Outcome;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.WorkerReason;
import dev.kubeproxyfleet.schemas.topic.Partitioning;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Does what the topic {@code operations} says, in the partitions that the consumer group gives to this replica.
 *
 * <p>Each assigned partition is read from its start, whatever offset is committed, so the compacted topic is the work list. Every
 * final result goes to {@code outcomes} at least once.
 *
 * <p>Offset 0 is committed all the time, since Kafka takes it from a member of the group only. A replica that has not been told so
 * lately may have lost its partitions without knowing it, because it stood still or cannot reach Kafka: it begins no write then.
 */
final class OperationWorker {

    private static final Logger LOG = Logger.getLogger(OperationWorker.class);

    /** What was asked before a subscription was taken out of the fleet is not done after it. */
    private static final Outcome.Skipped NOT_IN_FLEET =
            new Outcome.Skipped(ClusterReason.SubscriptionNotInFleet, Subscriptions.NOT_IN_FLEET_MESSAGE);

    private static final int MAX_SHOWN = 300;

    static final Duration POLL = Duration.ofMillis(250);
    private static final Duration RENEWAL = Duration.ofSeconds(2);
    private static final OffsetAndMetadata FROM_THE_START = new OffsetAndMetadata(0);
    private static final Duration RECOVERY_PAUSE = Duration.ofSeconds(5);

    private final WorkTopic source;
    private final String topic;
    private final OutcomePublisher outcomes;
    private final Procedure kubeProxy;
    private final Procedure agents;
    private final Ownership ownership;
    private final FleetSubscriptions subscriptions;
    private final Executor threads;
    private final Pause pause;
    private final Duration requestTimeout;
    private final java.util.function.Consumer<String> ended;
    private final OperationTraces traces;
    private final WorkList work;
    private final InstantSource steady;
    private final Lease lease;
    private final Counter unreadable;
    private final EndMarks ends;
    private Instant renewal = Instant.MIN;
    private volatile @Nullable Consumer<String, byte[]> consumer;
    private volatile boolean closing;

    /**
     * @param source has the work
     * @param kubeProxy carries out what is about a cluster's kube-proxy
     * @param agents carries out what is about a cluster's agents
     * @param threads runs each operation on a thread of its own
     * @param ended told of every cluster on which an operation has ended
     * @param steady goes on evenly when the system's clock is set
     * @param lease how long a sign of Kafka holds; shorter than the session of a consumer
     */
    OperationWorker(
            WorkTopic source,
            OutcomePublisher outcomes,
            Procedure kubeProxy,
            Procedure agents,
            Ownership ownership,
            FleetSubscriptions subscriptions,
            Executor threads,
            Pause pause,
            AzureSettings settings,
            java.util.function.Consumer<String> ended,
            InstantSource steady,
            Duration lease,
            Tracing tracing,
            MeterRegistry registry) {
        this.source = source;
        this.topic = source.name();
        this.ends = new EndMarks(source.marks());
        this.outcomes = outcomes;
        this.kubeProxy = kubeProxy;
        this.agents = agents;
        this.ownership = ownership;
        this.subscriptions = subscriptions;
        this.threads = threads;
        this.pause = pause;
        this.requestTimeout = settings.requestTimeout();
        this.ended = ended;
        this.traces = new OperationTraces(tracing, topic);
        this.steady = steady;
        this.lease = new Lease(steady, lease);
        this.work = new WorkList(new Running(), settings.maxConcurrentOperations(), this.lease::isHeld);
        this.unreadable = Counter.builder("kpfleet.operations.unreadable")
                .description("Records of the topic operations that were skipped because they could not be read")
                .register(registry);
        Gauge.builder("kpfleet.operations.running", work::running)
                .description("Operations that run in this replica")
                .register(registry);
        Gauge.builder("kpfleet.operations.queued", work::queued)
                .description("Operations that wait because kpfleet.azure.max-concurrent-operations run already")
                .register(registry);
    }

    /** Runs until {@link #close}; a lost connection or a bug in between costs a pause and a fresh start. */
    void run() {
        while (!closing) {
            try {
                start();
                while (!closing) {
                    pollOnce();
                }
            } catch (WakeupException e) {
                LOG.debug("woken up to close");
            } catch (RuntimeException e) {
                LOG.errorf(e, "reading operations failed; trying again topic=%s pause=%s", topic, RECOVERY_PAUSE);
            } finally {
                stop();
            }
            if (!closing) {
                pause.sleep(RECOVERY_PAUSE);
            }
        }
    }

    /** Lets {@link #run} return. */
    void close() {
        closing = true;
        var current = consumer;
        if (current != null) {
            current.wakeup();
        }
    }

    void start() {
        var fresh = source.consumers().get();
        consumer = fresh;
        fresh.subscribe(List.of(topic), new Rebalance(fresh));
    }

    void pollOnce() {
        var current = Optional.ofNullable(consumer).orElseThrow();
        for (ConsumerRecord<String, byte[]> record : current.poll(POLL)) {
            accept(record);
        }
        renew(current);
        if (!lease.isHeld()) {
            standBack(current);
            lease.begin();
        }
        if (lease.isHeld()) {
            catchUp(current);
        }
    }

    private void renew(Consumer<String, byte[]> current) {
        Instant now = steady.instant();
        if (current.assignment().isEmpty() || now.isBefore(renewal)) {
            return;
        }
        renewal = now.plus(RENEWAL);
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        current.assignment().forEach(partition -> offsets.put(partition, FROM_THE_START));
        current.commitAsync(offsets, (_, failure) -> {
            if (failure == null) {
                lease.renewed(now);
            } else {
                LOG.debugf("membership not confirmed topic=%s cause=%s", topic, failure.getMessage());
            }
        });
    }

    /** What was going on here may be another replica's by now: it begins anew once Kafka says that it is not. */
    private void standBack(Consumer<String, byte[]> current) {
        Set<TopicPartition> doubtful = new HashSet<>(current.assignment());
        doubtful.removeAll(ends.awaited());
        if (doubtful.isEmpty()) {
            return;
        }
        LOG.warnf("Kafka does not confirm that the partitions are ours; nothing is written topic=%s", topic);
        release(doubtful);
        collect(current, doubtful);
    }

    private void catchUp(Consumer<String, byte[]> current) {
        for (TopicPartition partition : ends.passed(current)) {
            LOG.infof("work list read topic=%s partition=%d", topic, partition.partition());
            work.caughtUp(partition.partition());
        }
    }

    private void collect(Consumer<String, byte[]> current, Collection<TopicPartition> partitions) {
        partitions.forEach(partition -> work.assigned(partition.partition()));
        current.seekToBeginning(partitions);
        ends.put(partitions);
    }

    private void stop() {
        var current = consumer;
        consumer = null;
        if (current == null) {
            return;
        }
        try {
            release(current.assignment());
            traces.clear();
            ownership.update(Set.of(), 0);
            current.close();
        } catch (RuntimeException e) {
            LOG.warnf(
                    "leaving the consumer group failed; its session times out topic=%s cause=%s",
                    topic, e.getMessage());
        }
    }

    private void accept(ConsumerRecord<String, byte[]> record) {
        String cluster = record.key();
        if (cluster == null) {
            skip(record, "no key");
            return;
        }
        traces.received(record);
        if (record.value() == null) {
            work.accept(record.partition(), cluster, null);
            return;
        }
        try {
            Operation operation = Contract.read(record.value(), Operation.class);
            if (!cluster.equals(operation.cluster())) {
                skip(record, "its key is not its cluster");
                return;
            }
            Partitioning.subscriptionOf(cluster);
            work.accept(record.partition(), cluster, operation);
        } catch (IOException | RuntimeException e) {
            // Whatever one record holds, the others are to be carried out.
            skip(record, String.valueOf(e.getMessage()));
        }
    }

    private void skip(ConsumerRecord<String, byte[]> record, String why) {
        unreadable.increment();
        LOG.errorf(
                "operation skipped topic=%s partition=%d offset=%d key=%s: %s",
                record.topic(),
                record.partition(),
                record.offset(),
                record.key() == null ? "" : Limits.cut(record.key(), MAX_SHOWN),
                Limits.cut(why, MAX_SHOWN));
    }

    private void release(Collection<TopicPartition> partitions) {
        ends.forget(partitions);
        // The next owner may start as soon as this returns, so a write that has begun must have its answer first.
        work.revoked(partitions.stream().map(TopicPartition::partition).toList())
                .forEach(fence -> fence.awaitQuiet(pause, requestTimeout));
    }

    private final class Rebalance implements ConsumerRebalanceListener {
        private final Consumer<String, byte[]> consumer;

        Rebalance(Consumer<String, byte[]> consumer) {
            this.consumer = consumer;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            collect(consumer, partitions);
            own(consumer.assignment());
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            Set<TopicPartition> kept = new HashSet<>(consumer.assignment());
            kept.removeAll(partitions);
            own(kept);
            release(partitions);
        }

        private void own(Set<TopicPartition> partitions) {
            Set<Integer> owned = new HashSet<>();
            partitions.forEach(partition -> owned.add(partition.partition()));
            ownership.update(owned, consumer.partitionsFor(topic).size());
            LOG.infof("partitions owned topic=%s partitions=%s", topic, owned);
        }
    }

    private final class Running implements WorkList.Effects {

        @Override
        public void start(Operation operation, Fence fence) {
            threads.execute(() -> traces.during(operation, () -> execute(operation, fence)));
        }

        @Override
        public void queued(Operation operation) {
            outcomes.tell(
                    operation,
                    new Outcome.Waiting(WorkerReason.WorkerBusy, "other clusters are being changed by this worker"));
        }

        @Override
        public void repeat(Outcome outcome) {
            outcomes.tell(outcome);
        }
    }

    private Procedure procedure(Operation operation) {
        return switch (operation.desired()) {
            case Desired.KubeProxy _ -> kubeProxy;
            case Desired.Agents _ -> agents;
        };
    }

    private void execute(Operation operation, Fence fence) {
        LOG.infof(
                "operation started cluster=%s rollout=%s generation=%d attempt=%d",
                operation.cluster(), operation.rollout(), operation.generation(), operation.attempt());
        Outcome outcome = null;
        try {
            Optional<Outcome.Result> result;
            try {
                result = subscriptions.mayChange(operation.cluster())
                        ? procedure(operation).run(operation, fence, waiting -> outcomes.tell(operation, waiting))
                        : Optional.of(NOT_IN_FLEET);
            } catch (RuntimeException e) {
                LOG.errorf(
                        e,
                        "operation failed for a fault of this program cluster=%s rollout=%s generation=%d code=%s",
                        operation.cluster(),
                        operation.rollout(),
                        operation.generation(),
                        WorkerReason.InternalError);
                result = Optional.of(new Outcome.Failed(WorkerReason.InternalError, e.toString()));
            }
            if (result.isPresent()) {
                OperationTraces.ended(result.get());
                outcome = outcomes.of(operation, result.get());
                ended.accept(operation.cluster());
                outcomes.tellForSure(outcome, fence);
            }
        } finally {
            work.finished(operation.cluster(), fence, outcome);
        }
    }
}
