package dev.kubeproxyfleet.fleet.inventory;

import dev.kubeproxyfleet.schemas.json.Contract;
import dev.kubeproxyfleet.schemas.limit.Limits;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
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
import org.jboss.logging.Logger;

/** Reads back what has been published on the topic {@code clusters}: the memory of whoever takes a subscription over. */
final class PublishedRecords {

    static final Duration POLL = Duration.ofMillis(250);

    /** Longest time without any progress before reading is given up. */
    static final Duration STALLED = Duration.ofSeconds(60);

    private static final String PREFIX = "/subscriptions/";

    /** Of each reading the first few are named in the log; all of them are counted. */
    private static final int MAX_NAMED = 3;

    private static final int MAX_SHOWN = 300;

    private static final Logger LOG = Logger.getLogger(PublishedRecords.class);

    private final Supplier<Consumer<String, byte[]>> consumers;
    private final String topic;
    private final InstantSource clock;
    private final Counter unreadable;

    PublishedRecords(
            Supplier<Consumer<String, byte[]>> consumers, String topic, InstantSource clock, MeterRegistry metrics) {
        this.consumers = consumers;
        this.topic = topic;
        this.clock = clock;
        this.unreadable = Counter.builder("kpfleet.inventory.unreadable")
                .description(
                        "Records of the topic clusters that the inventory could not read back; each time that it reads the"
                                + " topic counts")
                .register(metrics);
    }

    /**
     * The latest records of the subscriptions of which {@code wanted} holds, by subscription and key.
     *
     * @throws org.apache.kafka.common.KafkaException if the topic cannot be read to its end
     */
    Map<String, Map<String, Published>> read(Predicate<String> wanted) {
        Reading reading = new Reading(wanted);
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
                    reading.take(record);
                }
                left.removeIf(partition -> consumer.position(partition) >= ends.getOrDefault(partition, 0L));
                if (clock.instant().isAfter(progress.plus(STALLED))) {
                    throw new TimeoutException("the topic " + topic + " could not be read to its end");
                }
            }
        }
        return reading.found;
    }

    /** One reading of the topic. */
    private final class Reading {

        private final Predicate<String> wanted;
        private final Map<String, Map<String, Published>> found = new HashMap<>();
        private int skipped;

        Reading(Predicate<String> wanted) {
            this.wanted = wanted;
        }

        void take(ConsumerRecord<String, byte[]> record) {
            String key = record.key();
            if (key == null || !key.startsWith(PREFIX)) {
                skip(record, "its key is not that of a subscription or a cluster");
                return;
            }
            String rest = key.substring(PREFIX.length());
            int slash = rest.indexOf('/');
            String subscription = slash < 0 ? rest : rest.substring(0, slash);
            if (!wanted.test(subscription)) {
                return;
            }
            Map<String, Published> records = found.computeIfAbsent(subscription, _ -> new HashMap<>());
            if (record.value() == null) {
                records.remove(key);
            } else {
                records.put(key, slash < 0 ? subscription(record) : cluster(record));
            }
        }

        private Published subscription(ConsumerRecord<String, byte[]> record) {
            try {
                return new Published.Subscription(Contract.read(record.value(), SubscriptionRecord.class));
            } catch (IOException | RuntimeException e) {
                return unreadable(record, e);
            }
        }

        private Published cluster(ConsumerRecord<String, byte[]> record) {
            try {
                return new Published.Cluster(Contract.read(record.value(), ClusterRecord.class));
            } catch (IOException | RuntimeException e) {
                return unreadable(record, e);
            }
        }

        private Published unreadable(ConsumerRecord<String, byte[]> record, Exception why) {
            skip(record, String.valueOf(why.getMessage()));
            return new Published.Unreadable();
        }

        private void skip(ConsumerRecord<String, byte[]> record, String why) {
            unreadable.increment();
            if (++skipped > MAX_NAMED) {
                return;
            }
            LOG.warnf(
                    "record of the inventory could not be read topic=%s partition=%d offset=%d key=%s: %s%s",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    record.key() == null ? "" : Limits.cut(record.key(), MAX_SHOWN),
                    Limits.cut(why, MAX_SHOWN),
                    skipped < MAX_NAMED ? "" : "; further ones are only counted in kpfleet_inventory_unreadable_total");
        }
    }
}
