package dev.kubeproxyfleet.fleet.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kubeproxyfleet.fleet.azure.Backoff;
import dev.kubeproxyfleet.fleet.rollout.ClusterRecords;
import dev.kubeproxyfleet.schemas.avro.ClusterKubernetes;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.reason.KubernetesReason;
import dev.kubeproxyfleet.simulator.world.KubernetesFault;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.core.ThrowingRunnable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From the topic of the clusters to the topic of what their Kubernetes APIs show, over the simulated Azure and Kubernetes. */
class KubernetesWorkerTest {

    private static final TopicPartition PARTITION = new TopicPartition("kubeproxy.clusters", 0);
    private static final Duration PATIENCE = KubernetesLab.PATIENCE;

    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, ClusterKubernetes> before = new HashMap<>();
    private KubernetesLab lab;
    private KubernetesWorker worker;
    private long offset;

    private final KnownFleet fleet = new KnownFleet() {
        @Override
        public boolean isKnown() {
            return true;
        }

        @Override
        public Set<String> watchedFirst() {
            return Set.of();
        }

        @Override
        public Optional<ClusterKubernetes> published(String cluster) {
            return Optional.ofNullable(before.get(cluster));
        }
    };

    @BeforeEach
    void start() throws IOException {
        lab = new KubernetesLab(3);
        WatchedClusters watched = new WatchedClusters(
                fleet,
                new Turns(
                        10,
                        Duration.ofMinutes(15),
                        new Backoff(Duration.ofSeconds(5), Duration.ofMinutes(5), new Random(1))),
                lab.means,
                new RecordPublisher(producer, "kubeproxy.cluster-kubernetes"),
                threads,
                new KubernetesMetrics(metrics),
                new WatchedClusters.Pace(Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofMinutes(15)));
        worker = new KubernetesWorker(
                () -> consumer,
                "kubeproxy.clusters",
                cluster -> !cluster.name().startsWith("left-out"),
                fleet::isKnown,
                watched);
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        consumer.updateEndOffsets(Map.of(PARTITION, 0L));
        worker.start();
        consumer.rebalance(List.of(PARTITION));
    }

    @AfterEach
    void stop() {
        consumer.rebalance(List.of());
        lab.close();
        threads.shutdownNow();
    }

    private void write(String id, @Nullable ClusterRecord cluster) throws IOException {
        consumer.addRecord(new ConsumerRecord<>(
                PARTITION.topic(),
                PARTITION.partition(),
                offset++,
                id.getBytes(StandardCharsets.UTF_8),
                cluster == null ? null : Json.MAPPER.writeValueAsBytes(cluster)));
    }

    private void write(String id) throws IOException {
        write(id, named(id, "prod"));
    }

    private static ClusterRecord named(String id, String name) {
        return ClusterRecords.running(id, name, "s", "g").build();
    }

    private List<ProducerRecord<byte[], byte[]>> written(String id) {
        return producer.history().stream()
                .filter(record -> new String(record.key(), StandardCharsets.UTF_8).equals(id))
                .toList();
    }

    private ClusterKubernetes last(String id) {
        try {
            return ClusterKubernetes.fromByteBuffer(
                    ByteBuffer.wrap(written(id).getLast().value()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private double troubles(KubernetesReason code) {
        return metrics.get("kpfleet.kubernetes.troubles")
                .tag("code", code.code())
                .gauge()
                .value();
    }

    private void pollUntil(String what, ThrowingRunnable holds) {
        await(what).atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).untilAsserted(() -> {
            worker.pollOnce();
            holds.run();
        });
    }

    @Test
    void whatIsSeenIsWrittenOnceItsTurnHasCome() throws Exception {
        String cluster = lab.cluster(0);
        write(cluster);

        worker.pollOnce();
        assertThat(last(cluster).getTrouble().getCode()).isEqualTo("NotLookedYet");
        assertThat(troubles(KubernetesReason.NotLookedYet)).isEqualTo(1);

        pollUntil("it is seen", () -> assertThat(last(cluster).getSeen()).isNotNull());
        assertThat(last(cluster).getTrouble()).isNull();
        assertThat(last(cluster).getSeen().getLinuxNodes()).isEqualTo(KubernetesLab.NODES);
        pollUntil(
                "it is counted",
                () -> assertThat(metrics.get("kpfleet.kubernetes.watched")
                                .gauge()
                                .value())
                        .isEqualTo(1));
        assertThat(troubles(KubernetesReason.NotLookedYet)).isZero();
    }

    @Test
    void aClusterThatFailsKeepsWhatWasSeenAndIsTriedAgain() throws Exception {
        String cluster = lab.cluster(0);
        write(cluster);
        pollUntil("it is seen", () -> assertThat(last(cluster).getSeen()).isNotNull());

        lab.begin(new KubernetesFault.Unreachable(cluster));
        pollUntil("it fails", () -> assertThat(last(cluster).getTrouble()).isNotNull());
        assertThat(last(cluster).getTrouble().getCode()).isEqualTo("ServerUnreachable");
        assertThat(last(cluster).getSeen().getAt()).isEqualTo(Objects.NOW.toEpochMilli());
        assertThat(metrics.get("kpfleet.kubernetes.reconnects").counters().stream()
                        .mapToDouble(Counter::count)
                        .sum())
                .isEqualTo(1);

        lab.endFaults();
        lab.pass(Duration.ofMinutes(1));
        pollUntil(
                "it is seen again", () -> assertThat(last(cluster).getTrouble()).isNull());
        assertThat(last(cluster).getSeen().getAt())
                .isEqualTo(Objects.NOW.plus(Duration.ofMinutes(1)).toEpochMilli());
    }

    @Test
    void whoTakesAClusterOverShowsNothingOldAsNew() throws Exception {
        String cluster = lab.cluster(0);
        write(cluster);
        pollUntil("it is seen", () -> assertThat(last(cluster).getSeen()).isNotNull());
        before.put(cluster, last(cluster));
        lab.begin(new KubernetesFault.Unreachable(cluster));
        lab.pass(Duration.ofMinutes(10));

        consumer.rebalance(List.of());
        consumer.rebalance(List.of(PARTITION));
        write(cluster);
        pollUntil("it fails", () -> assertThat(last(cluster).getTrouble()).isNotNull());

        assertThat(last(cluster).getTrouble().getCode()).isEqualTo("ServerUnreachable");
        assertThat(last(cluster).getSeen().getAt()).isEqualTo(Objects.NOW.toEpochMilli());
    }

    @Test
    void ofAClusterThatIsGoneNothingStays() throws Exception {
        String cluster = lab.cluster(0);
        write(cluster);
        pollUntil("it is seen", () -> assertThat(last(cluster).getSeen()).isNotNull());

        write(cluster, null);
        pollUntil(
                "it is withdrawn",
                () -> assertThat(written(cluster).getLast().value()).isNull());

        lab.configure(cluster, "{\"enabled\":true,\"mode\":\"IPVS\"}");
        lab.pass(Duration.ofMinutes(3));
        pollUntil(
                "nobody watches",
                () -> assertThat(metrics.get("kpfleet.kubernetes.watched")
                                .gauge()
                                .value())
                        .isZero());
        assertThat(written(cluster).getLast().value()).isNull();
    }

    @Test
    void aClusterThatIsNotSelectedIsWithdrawnIfItWasTold() throws Exception {
        String told = lab.cluster(0);
        String never = lab.cluster(1);
        before.put(told, KubernetesRecords.rolledOut(told, Objects.NOW, 5, null, null));
        write(told, named(told, "left-out-1"));
        write(never, named(never, "left-out-2"));

        worker.pollOnce();

        assertThat(written(told))
                .singleElement()
                .satisfies(record -> assertThat(record.value()).isNull());
        assertThat(written(never)).isEmpty();
    }

    @Test
    void nothingIsWatchedBeforeTheTopicIsReadToItsEnd() throws Exception {
        write(lab.cluster(0));
        consumer.updateEndOffsets(Map.of(PARTITION, 2L));

        worker.pollOnce();

        assertThat(metrics.get("kpfleet.kubernetes.watched").gauge().value()).isZero();
    }

    @Test
    void whoLosesThePartitionTellsNothingMore() throws Exception {
        String cluster = lab.cluster(0);
        write(cluster);
        pollUntil("it is seen", () -> assertThat(last(cluster).getSeen()).isNotNull());

        consumer.rebalance(List.of());
        int records = producer.history().size();
        lab.begin(new KubernetesFault.Unreachable(cluster));
        pollUntil(
                "nobody watches",
                () -> assertThat(metrics.get("kpfleet.kubernetes.watched")
                                .gauge()
                                .value())
                        .isZero());

        assertThat(producer.history()).hasSize(records);
    }
}
