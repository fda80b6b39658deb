package dev.kubeproxyfleet.fleet.azure;

import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;

/**
 * The topic whose records are the work.
 *
 * @param consumers makes one that reads committed records
 * @param marks puts a mark at the end of a partition, as {@link CloudEventPublisher#mark}
 */
record WorkTopic(
        String name, Supplier<Consumer<String, byte[]>> consumers, IntFunction<CompletableFuture<Long>> marks) {}
