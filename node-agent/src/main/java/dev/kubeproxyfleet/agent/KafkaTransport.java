package dev.kubeproxyfleet.agent;

import dev.kubeproxyfleet.schemas.topic.Partitioning;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * An idempotent producer. It is made with the first snapshot and not before, and again after it failed to be made: brokers
 * whose names cannot be resolved yet are no reason to end. It is made anew after every failure, too, since it does not recover
 * from some of them: one that was refused once refuses everything from then on, and one that was answered by something else than
 * a broker dies of the size that it reads out of the answer, and says nothing. All nodes of a cluster go to one partition.
 */
final class KafkaTransport implements SnapshotTransport, AutoCloseable {

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(3);

    private final Supplier<Producer<byte[], byte[]>> producers;
    private final String topic;
    private final String cluster;
    private final byte[] key;
    private final Supplier<List<Header>> headers;
    /** Sending blocks while brokers and partitions are unknown. */
    private final ExecutorService executor = Executors.newSingleThreadExecutor(
            task -> Thread.ofPlatform().daemon().name("agent-shipping").unstarted(task));

    /** Made and replaced by the one thread of {@link #executor}. */
    private volatile @Nullable Producer<byte[], byte[]> producer;

    private volatile boolean failed;

    /** @param headers of the next record; asked for by the thread that sends */
    KafkaTransport(
            Supplier<Producer<byte[], byte[]>> producers,
            String topic,
            String cluster,
            String node,
            Supplier<List<Header>> headers) {
        this.producers = producers;
        this.topic = topic;
        this.cluster = cluster;
        this.key = Partitioning.nodeStatsKey(cluster, node).getBytes(StandardCharsets.UTF_8);
        this.headers = headers;
    }

    @Override
    public CompletionStage<Delivery> send(byte[] snapshot) {
        CompletableFuture<Delivery> answer = new CompletableFuture<>();
        executor.execute(() -> {
            try {
                Producer<byte[], byte[]> connected = producer();
                int partitions = connected.partitionsFor(topic).size();
                var _ = connected.send(
                        new ProducerRecord<>(
                                topic, Partitioning.nodeStats(cluster, partitions), key, snapshot, headers.get()),
                        (_, failure) -> complete(answer, failure));
            } catch (InterruptException stopping) {
                // By close(): nobody waits for this snapshot any more. The exception has set the interrupt again.
            } catch (RuntimeException | LinkageError failure) {
                // A native image has a LinkageError for what was not built into it; unheard of, it would end all
                // shipping.
                complete(answer, failure);
            }
        });
        return answer;
    }

    private void complete(CompletableFuture<Delivery> answer, @Nullable Throwable failure) {
        switch (failure) {
            case null -> answer.complete(Delivery.ACKNOWLEDGED);
            case RecordTooLargeException _ -> answer.complete(Delivery.REFUSED);
            default -> {
                failed = true;
                answer.completeExceptionally(failure);
            }
        }
    }

    private Producer<byte[], byte[]> producer() {
        Producer<byte[], byte[]> made = producer;
        if (made != null && failed) {
            producer = null;
            made.close(Duration.ZERO);
            made = null;
        }
        if (made == null) {
            made = producers.get();
            failed = false;
            producer = made;
        }
        return made;
    }

    @Override
    public void close() {
        executor.shutdownNow();
        try {
            // It may be resolving a name, which no interrupt ends.
            boolean unused = executor.awaitTermination(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
        Producer<byte[], byte[]> made = producer;
        if (made != null) {
            made.close(CLOSE_TIMEOUT);
        }
    }
}
