package dev.kubeproxyfleet.agent;

import dev.kubeproxyfleet.schemas.topic.Partitioning;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * An idempotent producer. It is made with the first snapshot and not before, and again after it failed to be made: brokers
 * whose names cannot be resolved yet are no reason to end. All nodes of a cluster go to one partition.
 */
final class KafkaTransport implements SnapshotTransport, AutoCloseable {

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(3);

    private final Map<String, Object> settings;
    private final String topic;
    private final String cluster;
    private final byte[] key;
    /** Sending blocks while brokers and partitions are unknown. */
    private final ExecutorService executor = Executors.newSingleThreadExecutor(
            task -> Thread.ofPlatform().daemon().name("agent-shipping").unstarted(task));

    private @Nullable KafkaProducer<byte[], byte[]> producer;

    KafkaTransport(Map<String, Object> settings, String topic, String cluster, String node) {
        this.settings = settings;
        this.topic = topic;
        this.cluster = cluster;
        this.key = Partitioning.nodeStatsKey(cluster, node).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public CompletionStage<Void> send(byte[] snapshot) {
        CompletableFuture<Void> acknowledged = new CompletableFuture<>();
        executor.execute(() -> {
            try {
                KafkaProducer<byte[], byte[]> connected = producer();
                int partitions = connected.partitionsFor(topic).size();
                var _ = connected.send(
                        new ProducerRecord<>(topic, Partitioning.nodeStats(cluster, partitions), key, snapshot),
                        (_, failure) -> {
                            if (failure == null) {
                                acknowledged.complete(null);
                            } else {
                                acknowledged.completeExceptionally(failure);
                            }
                        });
            } catch (InterruptException stopping) {
                // By close(): nobody waits for this snapshot any more. The exception has set the interrupt again.
            } catch (KafkaException | IllegalStateException failure) {
                acknowledged.completeExceptionally(failure);
            }
        });
        return acknowledged;
    }

    private synchronized KafkaProducer<byte[], byte[]> producer() {
        KafkaProducer<byte[], byte[]> made = producer;
        if (made == null) {
            made = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
            producer = made;
        }
        return made;
    }

    @Override
    public void close() {
        executor.shutdownNow();
        KafkaProducer<byte[], byte[]> made;
        synchronized (this) {
            made = producer;
        }
        if (made != null) {
            made.close(CLOSE_TIMEOUT);
        }
    }
}
