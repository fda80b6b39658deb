package dev.kubeproxyfleet.fleet.inventory;

import dev.kubeproxyfleet.schemas.json.Contract;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** Reads back what has been published on the topic {@code clusters}: the memory of whoever takes a subscription over. */
final class PublishedRecords {

    static final Duration POLL = Duration.ofMillis(250);

    /** Longest time without any progress before reading is given up. */
    static final Duration STALLED = Duration.ofSeconds(60);

    private static final String PREFIX = "/subscriptions/";

    private final Supplier<Consumer<String, byte[]>> consumers;
    private final String topic;
    private final InstantSource clock;

    PublishedRecords(Supplier<Consumer<String, byte[]>> consumers, String topic, InstantSource clock) {
        this.consumers = consumers;
        this.topic = topic;
        this.clock = clock;
    }

    /**
     * The latest records of the subscriptions of which {@code wanted} holds, by subscription and key.
     *
     * @throws org.apache.kafka.common.KafkaException if the topic cannot be read to its end
     */
    Map<String, Map<String, Object>> read(Predicate<String> wanted) {
        Map<String, Map<String, Object>> read = new HashMap<>();
        try (Consumer<String, byte[]> consumer = consumers.get()) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            Set<TopicPartition> left = new HashSet<>(partitions);
            Instant progress = clock.instant();
            left.removeIf(partition -> consumer.position(partition) >= ends.getOrDefault(partition, 0L));
            while (!left.isEmpty()) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                    progress = clock.instant();
                    take(record, wanted, read);
                }
                left.removeIf(partition -> consumer.position(partition) >= ends.getOrDefault(partition, 0L));
                if (clock.instant().isAfter(progress.plus(STALLED))) {
                    throw new TimeoutException("the topic " + topic + " could not be read to its end");
                }
            }
        }
        return read;
    }

    private static void take(
            ConsumerRecord<String, byte[]> record, Predicate<String> wanted, Map<String, Map<String, Object>> read) {
        String key = record.key();
        if (key == null || !key.startsWith(PREFIX)) {
            return;
        }
        String rest = key.substring(PREFIX.length());
        int slash = rest.indexOf('/');
        String subscription = slash < 0 ? rest : rest.substring(0, slash);
        if (!wanted.test(subscription)) {
            return;
        }
        Map<String, Object> records = read.computeIfAbsent(subscription, none -> new HashMap<>());
        if (record.value() == null) {
            records.remove(key);
            return;
        }
        records.put(key, decode(record.value(), slash < 0 ? SubscriptionRecord.class : ClusterRecord.class));
    }

    private static Object decode(byte[] value, Class<? extends Record> type) {
        try {
            return Contract.read(value, type);
        } catch (IOException | RuntimeException e) {
            // Whatever it is, it differs from what will be published.
            return "unreadable";
        }
    }
}
