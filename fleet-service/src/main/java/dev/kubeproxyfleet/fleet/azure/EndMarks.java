package dev.kubeproxyfleet.fleet.azure;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Partitions that are being read from their start, each up to a mark that was put at its end by {@link CloudEventPublisher#mark}.
 *
 * <p>What a consumer takes for the end does not do: it may be that of a broker that has been replaced and does not know it, or the
 * begin of a dead writer's transaction, and what was written since would be missing. Confined to the consumer's thread.
 */
final class EndMarks {

    private final IntFunction<CompletableFuture<Long>> put;
    private final Map<TopicPartition, CompletableFuture<Long>> marks = new HashMap<>();

    /** @param put puts a mark at the end of a partition, and tells its offset */
    EndMarks(IntFunction<CompletableFuture<Long>> put) {
        this.put = put;
    }

    void put(Collection<TopicPartition> partitions) {
        partitions.forEach(partition -> marks.put(partition, put.apply(partition.partition())));
    }

    void forget(Collection<TopicPartition> partitions) {
        partitions.forEach(marks::remove);
    }

    /** Those that have not been read up to their marks. */
    Set<TopicPartition> awaited() {
        return Set.copyOf(marks.keySet());
    }

    /**
     * Partitions that have been read up to their marks since the last call.
     *
     * @throws KafkaException if Kafka has not taken a mark
     */
    List<TopicPartition> passed(Consumer<?, ?> consumer) {
        List<TopicPartition> passed = marks.keySet().stream()
                .filter(partition -> isPassed(partition, consumer))
                .toList();
        forget(passed);
        return passed;
    }

    private boolean isPassed(TopicPartition partition, Consumer<?, ?> consumer) {
        CompletableFuture<Long> mark = Objects.requireNonNull(marks.get(partition));
        if (mark.isCompletedExceptionally()) {
            throw new KafkaException("the end of " + partition + " could not be marked", mark.exceptionNow());
        }
        return mark.isDone() && consumer.position(partition) > mark.resultNow();
    }
}
