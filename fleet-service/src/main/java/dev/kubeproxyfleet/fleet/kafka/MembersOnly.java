package dev.kubeproxyfleet.fleet.kafka;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;

/**
 * The clients of a Streams application, whose transactions nobody can commit but a member of its group.
 *
 * <p>Kafka checks the membership where a transaction commits offsets. Streams commits none where a task has read nothing since it was
 * given to this process and only time has passed in it. A process that stood still then would commit, long after another one has
 * taken the task over, what it had decided in the meantime: old decisions, and an old state beside the new one. So such a
 * transaction commits once more the offsets that are committed.
 */
public final class MembersOnly implements KafkaClientSupplier {

    private static final String OF_CONSUMER = "-consumer";
    private static final String OF_PRODUCER = "-producer";

    /** Main consumers by the thread that they and a producer are named after. */
    private final Map<String, Consumer<byte[], byte[]>> consumers = new ConcurrentHashMap<>();

    @Override
    public Admin getAdmin(Map<String, Object> config) {
        return Admin.create(config);
    }

    @Override
    public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
        return new MembersProducer(config);
    }

    @Override
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
        Consumer<byte[], byte[]> consumer = consumer(config);
        consumers.put(thread(config, OF_CONSUMER), consumer);
        return consumer;
    }

    @Override
    public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
        return consumer(config);
    }

    @Override
    public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
        return consumer(config);
    }

    private static Consumer<byte[], byte[]> consumer(Map<String, Object> config) {
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static String thread(Map<String, Object> config, String role) {
        String id = String.valueOf(config.get(CommonClientConfigs.CLIENT_ID_CONFIG));
        if (!id.endsWith(role)) {
            throw new IllegalArgumentException(id + " does not end in " + role);
        }
        return id.substring(0, id.length() - role.length());
    }

    private final class MembersProducer extends KafkaProducer<byte[], byte[]> {

        private final String thread;

        MembersProducer(Map<String, Object> config) {
            super(config, new ByteArraySerializer(), new ByteArraySerializer());
            thread = thread(config, OF_PRODUCER);
        }

        /** Streams calls it on the thread of the consumer. */
        @Override
        public void sendOffsetsToTransaction(
                Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata groupMetadata) {
            super.sendOffsetsToTransaction(offsets.isEmpty() ? committed() : offsets, groupMetadata);
        }

        /** What is read next, were the task given to another process now. */
        private Map<TopicPartition, OffsetAndMetadata> committed() {
            Consumer<byte[], byte[]> consumer = Objects.requireNonNull(consumers.get(thread), thread);
            Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
            Set<TopicPartition> unread = new HashSet<>();
            consumer.committed(consumer.assignment()).forEach((partition, offset) -> {
                if (offset == null) {
                    unread.add(partition);
                } else {
                    offsets.put(partition, offset);
                }
            });
            consumer.beginningOffsets(unread)
                    .forEach((partition, offset) -> offsets.put(partition, new OffsetAndMetadata(offset)));
            return offsets;
        }
    }
}
