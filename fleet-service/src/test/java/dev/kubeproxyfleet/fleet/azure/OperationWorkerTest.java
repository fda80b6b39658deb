package dev.kubeproxyfleet.fleet.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kubeproxyfleet.fleet.hostile.HostileRecords;
import dev.kubeproxyfleet.fleet.tracing.Tracing;
import dev.kubeproxyfleet.schemas.config.AgentConfig;
import dev.kubeproxyfleet.schemas.config.Desired;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.message.Outcome;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.WorkerReason;
import dev.kubeproxyfleet.schemas.topic.Topic;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OperationWorkerTest {

    private static final String TOPIC = "kubeproxy.operations";
    private static final TopicPartition ZERO = new TopicPartition(TOPIC, 0);
    private static final TopicPartition ONE = new TopicPartition(TOPIC, 1);
    private static final String OTHER_CLUSTER = FakeArm.CLUSTER.replace("prod-1", "prod-2");

    private static final Duration LEASE = Duration.ofSeconds(8);

    private final VirtualTime time = new VirtualTime();
    /** Of its own, so that no operation that waits lets a lease run out. */
    private final VirtualTime steady = new VirtualTime();

    /** Whether Kafka takes what only a member may say. */
    private boolean member = true;

    /** Whether Kafka takes marks. */
    private boolean markable = true;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final MockConsumer<String, byte[]> consumer = new MockConsumer<>("earliest") {
        @Override
        public synchronized void commitAsync(
                Map<TopicPartition, OffsetAndMetadata> committed, @Nullable OffsetCommitCallback callback) {
            if (member) {
                super.commitAsync(committed, callback);
            }
        }
    };
    private final MockProducer<String, byte[]> producer =
            new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
    private final Ownership ownership = new Ownership();
    /** Operations that have been started; a test runs them when it wants to. */
    private final Deque<Runnable> started = new ArrayDeque<>();

    private final List<String> ended = new ArrayList<>();
    private final List<Operation> installed = new ArrayList<>();
    private final Map<TopicPartition, Long> offsets = new HashMap<>(Map.of(ZERO, 0L, ONE, 0L));
    private FakeArm arm = new FakeArm(null);

    @Test
    void doesWhatIsLeftInItsPartitionsAndReportsIt() {
        OperationWorker worker = worker(10);
        write(ZERO, FakeArm.CLUSTER, operation(1, 1));
        write(ZERO, OTHER_CLUSTER, operation(1, 1, OTHER_CLUSTER));
        write(ZERO, OTHER_CLUSTER, null);

        assign(worker, ZERO);
        runAll();

        assertThat(arm.writes()).extracting(ArmRequest.PutCluster::cluster).containsExactly(FakeArm.CLUSTER);
        assertThat(results())
                .containsExactly(
                        new Outcome.Waiting(WorkerReason.Updating, "ARM applies the change"),
                        new Outcome.Applied(KubeProxyConfig.UNSET, true));
        assertThat(producer.history()).allSatisfy(record -> {
            assertThat(record.topic()).isEqualTo("kubeproxy.outcomes");
            assertThat(record.key()).isEqualTo("prod");
            assertThat(new String(record.headers().lastHeader("ce_type").value(), StandardCharsets.UTF_8))
                    .isEqualTo(Outcome.TYPE);
        });
        assertThat(ended).containsExactly(FakeArm.CLUSTER);
    }

    @Test
    void whatIsAboutAgentsIsNothingForArm() {
        OperationWorker worker = worker(10);
        Instant now = time.instant();
        Operation operation = Operation.of(
                "prod",
                "prod.1",
                1,
                FakeArm.CLUSTER,
                1,
                new Desired.Agents(AgentConfig.DISABLED),
                now,
                now.plusSeconds(60));
        write(ZERO, FakeArm.CLUSTER, operation);

        assign(worker, ZERO);
        runAll();

        assertThat(installed).containsExactly(operation);
        assertThat(arm.writes()).isEmpty();
        assertThat(results()).containsExactly(new Outcome.Delivered(null, true));
        assertThat(ended).containsExactly(FakeArm.CLUSTER);
    }

    @Test
    void whatItCommitsLetsARestartFindTheWorkAgain() {
        OperationWorker worker = worker(10);
        write(ZERO, FakeArm.CLUSTER, operation(1, 1));
        assign(worker, ZERO);
        runAll();

        assertThat(consumer.committed(Set.of(ZERO))).containsExactly(Map.entry(ZERO, new OffsetAndMetadata(0)));
    }

    @Test
    void beginsNothingBeforeKafkaTakesItForAMember() {
        OperationWorker worker = worker(10);
        write(ZERO, FakeArm.CLUSTER, operation(1, 1));
        member = false;
        assign(worker, ZERO);
        assertThat(started).isEmpty();

        member = true;
        steady.advance(LEASE);
        poll(worker);
        runAll();

        assertThat(arm.writes()).hasSize(1);
    }

    @Test
    void whoeverHasStoodStillDoesNotWriteWhatOthersMayHaveTakenOver() {
        OperationWorker worker = worker(10);
        write(ZERO, FakeArm.CLUSTER, operation(1, 1));
        assign(worker, ZERO);

        steady.advance(LEASE);
        runAll();

        assertThat(arm.writes()).isEmpty();
        assertThat(results()).isEmpty();
    }

    @Test
    void whoeverCannotReachKafkaBeginsAnewOnceKafkaSaysThatItIsAMember() {
        OperationWorker worker = worker(10);
        write(ZERO, FakeArm.CLUSTER, operation(1, 1));
        assign(worker, ZERO);
        member = false;
        steady.advance(LEASE);
        poll(worker);
        runAll();
        assertThat(arm.writes()).isEmpty();

        member = true;
        steady.advance(LEASE);
        write(ZERO, FakeArm.CLUSTER, operation(1, 1));
        poll(worker);
        poll(worker);
        runAll();

        assertThat(arm.writes()).hasSize(1);
    }

    @Test
    void afterARestartItFindsTheWorkDone() {
        write(ZERO, FakeArm.CLUSTER, operation(1, 1));
        arm = new FakeArm("{\"mode\": \"IPVS\"}");
        OperationWorker worker = worker(10);

        assign(worker, ZERO);
        runAll();

        assertThat(arm.writes()).isEmpty();
        assertThat(results()).hasSize(1).first().isInstanceOf(Outcome.Applied.class);
    }

    @Test
    void startsNothingBeforeItHasReadAPartitionToItsEnd() {
        OperationWorker worker = worker(10);
        write(ZERO, FakeArm.CLUSTER, operation(1, 1));
        write(ZERO, FakeArm.CLUSTER, null);
        worker.start();
        consumer.rebalance(List.of(ZERO));
        List<ConsumerRecord<String, byte[]>> late = List.copyOf(pending.subList(1, pending.size()));
        pending.removeAll(late);
        poll(worker);
        assertThat(started).as("the end that the consumer knows is not the end").isEmpty();

        pending.addAll(late);
        poll(worker);

        assertThat(started).isEmpty();
    }

    @Test
    void whereNoEndCanBeMarkedItBeginsAnew() {
        OperationWorker worker = worker(10);
        write(ZERO, FakeArm.CLUSTER, operation(1, 1));
        markable = false;
        worker.start();
        consumer.rebalance(List.of(ZERO));

        assertThatThrownBy(() -> poll(worker))
                .isInstanceOf(KafkaException.class)
                .hasMessageContaining("kubeproxy.operations-0");
        assertThat(started).isEmpty();
    }

    @Test
    void whoeverHasStoodStillSaysNothingOfWhatOthersMayHaveTakenOver() {
        OperationWorker worker = worker(10);
        write(ZERO, FakeArm.CLUSTER, operation(1, 1));
        assign(worker, ZERO);
        arm.does(CallKind.GET_CLUSTER, () -> {
            steady.advance(LEASE);
            throw new IllegalStateException("something that is told as a failure");
        });
        runAll();

        assertThat(results()).isEmpty();
    }

    @Test
    void aTombstoneStopsWhatHasNotWrittenYet() {
        OperationWorker worker = worker(10);
        assign(worker, ZERO);
        write(ZERO, FakeArm.CLUSTER, operation(1, 1));
        poll(worker);
        write(ZERO, FakeArm.CLUSTER, null);
        poll(worker);
        runAll();

        assertThat(arm.writes()).isEmpty();
        assertThat(producer.history()).isEmpty();
    }

    @Test
    void aTombstoneAfterTheWriteLetsItEndAndBeReported() {
        OperationWorker worker = worker(10);
        assign(worker, ZERO);
        write(ZERO, FakeArm.CLUSTER, operation(1, 1));
        poll(worker);
        arm.whileWaiting = () -> {
            write(ZERO, FakeArm.CLUSTER, null);
            poll(worker);
        };
        runAll();

        assertThat(results()).last().isInstanceOf(Outcome.Applied.class);
    }

    @Test
    void aNewerGenerationRunsAfterTheOlderHasEnded() {
        OperationWorker worker = worker(10);
        assign(worker, ZERO);
        write(ZERO, FakeArm.CLUSTER, operation(1, 1));
        poll(worker);
        arm.whileWaiting = () -> {
            write(ZERO, FakeArm.CLUSTER, operation(2, 1));
            poll(worker);
            assertThat(started).as("two writers of one cluster").isEmpty();
            arm.whileWaiting = () -> {};
        };
        runAll();

        assertThat(outcomes())
                .filteredOn(outcome -> outcome.result() instanceof Outcome.Applied)
                .extracting(Outcome::generation)
                .containsExactly(1L, 2L);
    }

    @Test
    void anOlderGenerationIsIgnored() {
        OperationWorker worker = worker(10);
        assign(worker, ZERO);
        write(ZERO, FakeArm.CLUSTER, operation(2, 1));
        write(ZERO, FakeArm.CLUSTER, operation(1, 5));
        poll(worker);
        runAll();

        assertThat(outcomes()).isNotEmpty().allMatch(outcome -> outcome.generation() == 2);
    }

    @Test
    void theSameAttemptIsNotDoneTwiceButReportedAgain() {
        OperationWorker worker = worker(10);
        assign(worker, ZERO);
        write(ZERO, FakeArm.CLUSTER, operation(1, 1));
        write(ZERO, FakeArm.CLUSTER, operation(1, 1));
        poll(worker);
        runAll();
        write(ZERO, FakeArm.CLUSTER, operation(1, 1));
        poll(worker);

        assertThat(started).isEmpty();
        assertThat(arm.writes()).hasSize(1);
        assertThat(results()).filteredOn(Outcome.Applied.class::isInstance).hasSize(2);
    }

    @Test
    void aPartitionThatIsTakenAwayIsWrittenNoMore() {
        OperationWorker worker = worker(10);
        assign(worker, ZERO);
        write(ZERO, FakeArm.CLUSTER, operation(1, 1));
        poll(worker);
        consumer.rebalance(List.of());
        runAll();

        assertThat(arm.writes()).isEmpty();
        assertThat(producer.history()).isEmpty();
        assertThat(ownership.owns("any")).isFalse();
    }

    @Test
    void aPartitionThatComesBackIsReadFromItsStart() {
        OperationWorker worker = worker(10);
        write(ZERO, FakeArm.CLUSTER, operation(1, 1));
        assign(worker, ZERO);
        consumer.rebalance(List.of());
        consumer.rebalance(List.of(ZERO));

        assertThat(consumer.position(ZERO)).isZero();
    }

    @Test
    void runsNoMoreThanItsLimitAndSaysWhatTheOthersWaitFor() {
        OperationWorker worker = worker(1);
        assign(worker, ZERO);
        write(ZERO, FakeArm.CLUSTER, operation(1, 1));
        write(ZERO, OTHER_CLUSTER, operation(1, 1, OTHER_CLUSTER));
        poll(worker);

        assertThat(started).hasSize(1);
        assertThat(results())
                .extracting(result -> ((Outcome.Waiting) result).code())
                .containsExactly(WorkerReason.WorkerBusy);
        assertThat(registry.get("kpfleet.operations.queued").gauge().value()).isEqualTo(1);

        runAll();
        assertThat(outcomes())
                .filteredOn(outcome -> outcome.result() instanceof Outcome.Applied)
                .extracting(Outcome::cluster)
                .containsExactly(FakeArm.CLUSTER, OTHER_CLUSTER);
    }

    @Test
    void aRecordThatCannotBeReadStopsNothing() {
        OperationWorker worker = worker(10);
        assign(worker, ZERO);
        raw(ZERO, "x", "not json".getBytes(StandardCharsets.UTF_8));
        raw(ZERO, null, null);
        raw(
                ZERO,
                OTHER_CLUSTER,
                Json.MAPPER.valueToTree(operation(1, 1)).toString().getBytes(StandardCharsets.UTF_8));
        write(ZERO, FakeArm.CLUSTER, operation(1, 1));
        poll(worker);
        runAll();

        assertThat(results()).last().isInstanceOf(Outcome.Applied.class);
        assertThat(unreadable()).isEqualTo(3);
    }

    @Test
    void aFaultOfItsOwnFailsOneOperationAndNotTheWorker() {
        OperationWorker worker = worker(10);
        arm.does(CallKind.GET_CLUSTER, () -> {
            throw new IllegalStateException("bug");
        });
        assign(worker, ZERO);
        write(ZERO, FakeArm.CLUSTER, operation(1, 1));
        poll(worker);
        runAll();

        assertThat(results())
                .containsExactly(
                        new Outcome.Failed(WorkerReason.InternalError, "java.lang.IllegalStateException: bug"));
    }

    @Test
    void whatWasAskedOfASubscriptionThatHasLeftTheFleetIsNotDone() {
        OperationWorker worker = worker(Map.of("subscriptions", "11111111-1111-1111-1111-111111111111"));
        write(ZERO, FakeArm.CLUSTER, operation(1, 1));

        assign(worker, ZERO);
        runAll();

        assertThat(results()).singleElement().isInstanceOfSatisfying(Outcome.Skipped.class, skipped -> {
            assertThat(skipped.code()).isEqualTo(ClusterReason.SubscriptionNotInFleet);
            assertThat(skipped.message()).contains("kpfleet.azure.subscriptions");
        });
        assertThat(arm.requests).isEmpty();
    }

    @Test
    void ownsTheSubscriptionsOfItsPartitions() {
        OperationWorker worker = worker(10);
        assign(worker, ZERO, ONE);

        assertThat(ownership.owns("0b1f6471-1bf0-4dda-aec3-cb9272f09590")).isTrue();
    }

    @Test
    void metricsAreThereBeforeAnythingHappens() {
        worker(10);

        assertThat(registry.get("kpfleet.operation.outcomes").counters()).hasSize(6);
        assertThat(registry.get("kpfleet.operations.running").gauge().value()).isZero();
    }

    @Test
    void anyRecordIsLeftOutAndCountedOrCarriedOutAndTheOthersAreTooAfterARestartAsWell() {
        byte[] valid = Json.MAPPER.valueToTree(operation(1, 1)).toString().getBytes(StandardCharsets.UTF_8);
        for (HostileRecords.Hostile record :
                HostileRecords.json(19, 2_000, new HostileRecords.Valid(FakeArm.CLUSTER, valid))) {
            raw(ZERO, record.key() == null ? null : new String(record.key(), StandardCharsets.UTF_8), record.value());
        }
        write(ZERO, FakeArm.CLUSTER, null);
        write(ZERO, OTHER_CLUSTER, operation(1, 1, OTHER_CLUSTER));
        List<ConsumerRecord<String, byte[]>> topic = List.copyOf(pending);

        assign(worker(10), ZERO);
        runAll();
        double unreadable = unreadable();
        int answers = producer.history().size();
        consumer.rebalance(List.of());
        pending.addAll(topic);
        assign(worker(10), ZERO);
        runAll();

        assertThat(unreadable).isBetween(1_000.0, 1_999.0);
        assertThat(unreadable()).as("as many once more").isEqualTo(2 * unreadable);
        assertThat(arm.writes())
                .as("written once, and found done after the restart")
                .extracting(ArmRequest.PutCluster::cluster)
                .containsExactly(OTHER_CLUSTER);
        assertThat(outcomes().subList(answers, outcomes().size()))
                .singleElement()
                .satisfies(outcome -> {
                    assertThat(outcome.cluster()).isEqualTo(OTHER_CLUSTER);
                    assertThat(outcome.result()).isInstanceOf(Outcome.Applied.class);
                });
    }

    private double unreadable() {
        return registry.get("kpfleet.operations.unreadable").counter().count();
    }

    @Test
    void anOperationWithoutAConfigIsLeftOutTwiceToo() {
        OperationWorker worker = worker(10);
        String without =
                Json.MAPPER.valueToTree(operation(1, 1)).toString().replace("\"config\":\"prod\"", "\"config\":null");
        raw(ZERO, FakeArm.CLUSTER, without.getBytes(StandardCharsets.UTF_8));
        raw(ZERO, FakeArm.CLUSTER, without.getBytes(StandardCharsets.UTF_8));
        raw(ZERO, FakeArm.CLUSTER, "null".getBytes(StandardCharsets.UTF_8));

        assign(worker, ZERO);

        assertThat(started).isEmpty();
        assertThat(unreadable()).isEqualTo(3);
    }

    private OperationWorker worker(int limit) {
        return worker(Map.of("max-concurrent-operations", Integer.toString(limit)));
    }

    private OperationWorker worker(Map<String, String> settings) {
        consumer.updateBeginningOffsets(Map.of(ZERO, 0L, ONE, 0L));
        consumer.updateEndOffsets(offsets);
        Node node = Node.noNode();
        consumer.updatePartitions(
                TOPIC,
                List.of(
                        new PartitionInfo(TOPIC, 0, node, new Node[0], new Node[0]),
                        new PartitionInfo(TOPIC, 1, node, new Node[0], new Node[0])));
        Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(10), new Random(1));
        Budgets budgets = new Budgets(time, 1);
        BudgetedArm budgeted = new BudgetedArm(request -> arm.send(request), budgets, time);
        AzureSettings azure = AzureArmGatewayTest.settings(settings);
        return new OperationWorker(
                new WorkTopic(TOPIC, () -> consumer, this::mark),
                new OutcomePublisher(
                        new CloudEventPublisher(
                                producer,
                                topic -> topic.name(Topic.DEFAULT_PREFIX),
                                () -> "id",
                                time,
                                "/test",
                                Tracing.OFF),
                        time,
                        time,
                        registry),
                new OperationProcedure(
                        budgeted,
                        budgets,
                        (cluster, url, over, deadline) -> arm.await(cluster, url, over, deadline),
                        time,
                        time,
                        backoff),
                (operation, _, _) -> {
                    installed.add(operation);
                    return Optional.of(new Outcome.Delivered(null, true));
                },
                ownership,
                new FleetSubscriptions(azure.configuredSubscriptions(), budgeted, time),
                started::add,
                time,
                azure,
                ended::add,
                steady,
                LEASE,
                Tracing.OFF,
                registry);
    }

    private final List<ConsumerRecord<String, byte[]>> pending = new ArrayList<>();

    private void assign(OperationWorker worker, TopicPartition... partitions) {
        consumer.updateEndOffsets(offsets);
        worker.start();
        consumer.rebalance(List.of(partitions));
        deliver();
        worker.pollOnce();
    }

    /** What is written until then is before the mark, which the worker gets with the next records. */
    private CompletableFuture<Long> mark(int partition) {
        TopicPartition marked = new TopicPartition(TOPIC, partition);
        if (!markable) {
            return CompletableFuture.failedFuture(new TimeoutException());
        }
        long offset = raw(marked, "mark", null);
        return CompletableFuture.completedFuture(offset);
    }

    private void poll(OperationWorker worker) {
        deliver();
        worker.pollOnce();
    }

    private void deliver() {
        pending.forEach(consumer::addRecord);
        pending.clear();
    }

    private void write(TopicPartition partition, String cluster, @Nullable Operation operation) {
        raw(
                partition,
                cluster,
                operation == null
                        ? null
                        : Json.MAPPER.valueToTree(operation).toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Returns its offset. */
    private long raw(TopicPartition partition, @Nullable String key, byte @Nullable [] value) {
        long offset = offsets.merge(partition, 1L, Long::sum) - 1;
        pending.add(new ConsumerRecord<>(TOPIC, partition.partition(), offset, key, value));
        return offset;
    }

    private void runAll() {
        while (!started.isEmpty()) {
            started.poll().run();
        }
    }

    private List<Outcome> outcomes() {
        return producer.history().stream()
                .map(record -> {
                    try {
                        return Json.MAPPER.readValue(record.value(), Outcome.class);
                    } catch (java.io.IOException e) {
                        throw new AssertionError(e);
                    }
                })
                .toList();
    }

    private List<Outcome.Result> results() {
        return outcomes().stream().map(Outcome::result).toList();
    }

    private static Operation operation(long generation, int attempt) {
        return operation(generation, attempt, FakeArm.CLUSTER);
    }

    private static Operation operation(long generation, int attempt, String cluster) {
        Instant now = VirtualTime.START;
        return Operation.of(
                "prod",
                "prod." + generation,
                generation,
                cluster,
                attempt,
                new Desired.KubeProxy(new KubeProxyConfig(null, KubeProxyMode.IPVS, null)),
                now,
                now.plus(Duration.ofMinutes(30)));
    }
}
