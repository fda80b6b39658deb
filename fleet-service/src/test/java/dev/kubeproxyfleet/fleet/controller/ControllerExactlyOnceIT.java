package dev.kubeproxyfleet.fleet.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kubeproxyfleet.fleet.kafka.MembersOnly;
import dev.kubeproxyfleet.fleet.kafka.StreamsProperties;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.Outcome;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import dev.kubeproxyfleet.schemas.topic.Topic;
import dev.kubeproxyfleet.simulator.broker.EmbeddedBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.awaitility.core.ConditionFactory;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A controller that fails again and again in the middle of an event, on a real broker: {@code TopologyTestDriver} knows no
 * transactions that could be aborted.
 */
class ControllerExactlyOnceIT {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** How long a failure waits for the records before it to reach the broker; a commit just before it leaves none. */
    private static final Duration UNTIL_SENT = Duration.ofSeconds(10);

    private static final List<String> CLUSTERS = List.of("prod-1", "prod-2", "prod-3");

    /**
     * Fails while it sends the so manieth record since it last failed: several times in the event that plans and starts all
     * clusters, then in the outcomes.
     */
    private static final List<Integer> FAILURES = List.of(1, 2, 6, 10, 13, 2, 5);

    private static final String CONFIG = """
            apiVersion: kubeproxyfleet.dev/v1
            kind: FleetConfig
            metadata: {name: prod}
            spec:
              kubeProxy: {mode: IPVS}
              selector: {tags: {matchLabels: {env: prod}}}
              strategy: {gate: {coverage: 0}, stages: [{name: all, maxConcurrent: 100%}]}
            """;

    private static final class Injected extends RuntimeException {
        private static final long serialVersionUID = 1;

        Injected() {
            super("injected by the test");
        }
    }

    /**
     * Gives ids to events, of which every record that is sent needs one. It fails only when the broker has the records before
     * it: a producer drops those that it has not sent yet, and then nothing would be there to abort.
     */
    private static final class FailingIds {
        private final Deque<Integer> failures = new ArrayDeque<>(FAILURES);
        private final BooleanSupplier transactionIsOpen;
        private int sent;

        FailingIds(BooleanSupplier transactionIsOpen) {
            this.transactionIsOpen = transactionIsOpen;
        }

        synchronized String next() {
            sent++;
            if (!failures.isEmpty() && sent == failures.peek()) {
                failures.remove();
                if (sent > 1) {
                    awaitOpenTransaction();
                }
                sent = 0;
                throw new Injected();
            }
            return UUID.randomUUID().toString();
        }

        private void awaitOpenTransaction() {
            try {
                awaitDespiteFailures("the records before the failure")
                        .atMost(UNTIL_SENT)
                        .until(transactionIsOpen::getAsBoolean);
            } catch (ConditionTimeoutException e) {
                // The records before it are committed. The test asserts at its end that others were aborted.
            }
        }

        synchronized boolean haveAllHappened() {
            return failures.isEmpty();
        }
    }

    @Test
    void whatFailsInItsMiddleLeavesNothingBehindAndIsDoneOnce(@TempDir Path folder) throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"), 0);
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
                KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", broker.bootstrapServers()),
                        new StringSerializer(),
                        new ByteArraySerializer())) {
            createTopics(admin);
            list(producer);
            FailingIds ids = new FailingIds(
                    () -> end(admin, IsolationLevel.READ_UNCOMMITTED) > end(admin, IsolationLevel.READ_COMMITTED));
            try (KafkaStreams controller = controller(broker, folder.resolve("streams"), ids)) {
                send(producer, Topic.DESIRED, "prod", CONFIG.getBytes(StandardCharsets.UTF_8));
                awaitDespiteFailures("the operations")
                        .until(() -> values(broker, Topic.OPERATIONS, true).size() == CLUSTERS.size());
                for (String cluster : CLUSTERS) {
                    send(producer, Topic.OUTCOMES, "prod", Json.MAPPER.writeValueAsBytes(applied(cluster)));
                }
                awaitDespiteFailures("the end")
                        .until(() -> states(broker, Topic.ROLLOUTS, true)
                                .getOrDefault("prod.1", List.of())
                                .contains("Succeeded"));
            }
            assertThat(ids.haveAllHappened()).isTrue();

            Map<String, List<String>> clusters = states(broker, Topic.ROLLOUT_CLUSTERS, true);
            assertThat(clusters).hasSize(CLUSTERS.size());
            assertThat(clusters.values())
                    .allSatisfy(states -> assertThat(states).containsExactly("Waiting", "Updating", "Converged"));
            assertThat(states(broker, Topic.ROLLOUTS, true).get("prod.1"))
                    .containsExactly("Running", "Running", "Running", "Succeeded");
            assertThat(values(broker, Topic.OPERATIONS, true).values())
                    .as("one operation each, then its tombstone")
                    .allSatisfy(operations -> {
                        assertThat(operations).hasSize(2);
                        assertThat(operations.getLast()).isEmpty();
                    });
            assertThat(values(broker, Topic.AUDIT, true).get("prod"))
                    .satisfiesExactly(
                            planned -> assertThat(planned).contains("RolloutPlanned"),
                            started -> assertThat(started).contains("\"Started\""),
                            staged -> assertThat(staged).contains("\"StageDone\""),
                            finished -> assertThat(finished).contains("Succeeded"));
            assertThat(count(broker, false))
                    .as("records of transactions that were aborted in their middle are in the topics")
                    .isGreaterThan(count(broker, true));
        }
    }

    /** Not ended by the failures of the controller's threads, which are meant. */
    private static ConditionFactory awaitDespiteFailures(String what) {
        return await(what).dontCatchUncaughtExceptions().atMost(PATIENCE);
    }

    private static KafkaStreams controller(EmbeddedBroker broker, Path stateDir, FailingIds ids) {
        KafkaStreams streams = new KafkaStreams(
                ControllerTopology.build(
                        ControllerExactlyOnceIT::name,
                        new ControllerTopology.Timing(Duration.ofSeconds(1), Duration.ofSeconds(10)),
                        Strategy.DEFAULT,
                        ids::next),
                StreamsProperties.of(
                        Map.of("bootstrap.servers", broker.bootstrapServers()),
                        "kubeproxy.controller",
                        stateDir,
                        (short) 1,
                        Map.of(
                                StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
                                StreamsConfig.EXACTLY_ONCE_V2,
                                // A transaction holds several events, so that a failure takes back more than one.
                                StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
                                1_000)),
                new MembersOnly());
        streams.setUncaughtExceptionHandler(_ -> StreamThreadExceptionResponse.REPLACE_THREAD);
        streams.start();
        return streams;
    }

    private static void createTopics(Admin admin) throws Exception {
        admin.createTopics(Stream.of(Topic.values())
                        .map(topic -> new NewTopic(name(topic), 1, (short) 1).configs(topic.settings()))
                        .toList())
                .all()
                .get();
    }

    /** The sum of all topics' ends; a record of an open transaction is behind the one that readers of committed ones see. */
    private static long end(Admin admin, IsolationLevel isolation) {
        try {
            return admin
                    .listOffsets(
                            Stream.of(Topic.values())
                                    .collect(Collectors.toMap(
                                            topic -> new TopicPartition(name(topic), 0), _ -> OffsetSpec.latest())),
                            new ListOffsetsOptions(isolation))
                    .all()
                    .get()
                    .values()
                    .stream()
                    .mapToLong(ListOffsetsResultInfo::offset)
                    .sum();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int count(EmbeddedBroker broker, boolean committed) {
        return Stream.of(Topic.values())
                .flatMap(topic -> values(broker, topic, committed).values().stream())
                .mapToInt(List::size)
                .sum();
    }

    private static void list(KafkaProducer<String, byte[]> producer) throws Exception {
        for (String cluster : CLUSTERS) {
            ClusterRecord record = ControllerDriver.cluster(cluster);
            send(producer, Topic.CLUSTERS, record.id(), Json.MAPPER.writeValueAsBytes(record));
        }
        SubscriptionRecord subscription = new SubscriptionRecord(
                ControllerDriver.SUBSCRIPTION, CLUSTERS.size(), "Registered", List.of(ControllerDriver.SUBSCRIPTION));
        send(producer, Topic.CLUSTERS, subscription.key(), Json.MAPPER.writeValueAsBytes(subscription));
    }

    private static Outcome applied(String cluster) {
        return new Outcome(
                "prod",
                "prod.1",
                1,
                ControllerDriver.id(cluster),
                1,
                new Outcome.Applied(KubeProxyConfig.UNSET, true),
                Instant.EPOCH);
    }

    private static void send(KafkaProducer<String, byte[]> producer, Topic topic, String key, byte[] value)
            throws Exception {
        producer.send(new ProducerRecord<>(name(topic), key, value)).get();
    }

    private static Map<String, List<String>> states(EmbeddedBroker broker, Topic topic, boolean committed) {
        Map<String, List<String>> states = new LinkedHashMap<>();
        values(broker, topic, committed)
                .forEach((key, values) -> states.put(
                        key, values.stream().map(ControllerExactlyOnceIT::state).toList()));
        return states;
    }

    private static String state(String status) {
        try {
            return Json.MAPPER.readTree(status).get("state").asText();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All values by key, oldest first; a tombstone is an empty text. */
    private static Map<String, List<String>> values(EmbeddedBroker broker, Topic topic, boolean committed) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        broker.bootstrapServers(),
                        "isolation.level",
                        committed ? "read_committed" : "read_uncommitted"),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = IntStream.range(
                            0, consumer.partitionsFor(name(topic)).size())
                    .mapToObj(partition -> new TopicPartition(name(topic), partition))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream()
                    .anyMatch(partition -> consumer.position(partition) < ends.getOrDefault(partition, 0L))) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    values.computeIfAbsent(record.key(), _ -> new ArrayList<>())
                            .add(record.value() == null ? "" : new String(record.value(), StandardCharsets.UTF_8));
                }
            }
        }
        return values;
    }

    private static String name(Topic topic) {
        return topic.name(Topic.DEFAULT_PREFIX);
    }
}
