package dev.kubeproxyfleet.fleet.packaged;

import dev.kubeproxyfleet.schemas.agent.AgentToken;
import dev.kubeproxyfleet.schemas.avro.NodeStats;
import dev.kubeproxyfleet.schemas.topic.Partitioning;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Whoever has got hold of what an agent logs in to Kafka with, and of one node. */
final class RogueAgent implements AutoCloseable {

    /** What it calls its version, by which its snapshots are told from others. */
    static final String VERSION = "rogue";

    private static final Duration POLL = Duration.ofMillis(100);
    private static final String TOPIC = Topic.NODE_STATS.name(Topic.DEFAULT_PREFIX);

    private final Map<String, Object> credentials;
    private final KafkaProducer<String, byte[]> producer;

    /** @param credentials brokers and security of the agents' clients */
    RogueAgent(Map<String, String> credentials) {
        this.credentials = new HashMap<>(credentials);
        this.credentials.put("max.block.ms", "20000");
        this.producer = new KafkaProducer<>(this.credentials, new StringSerializer(), new ByteArraySerializer());
    }

    /**
     * What a node has said last, to be told anew.
     *
     * @param everything a client that may read, as the agents may not
     */
    static NodeStats heardOf(Map<String, Object> everything, String cluster, String node) throws Exception {
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(everything, new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = partitions(consumer);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (true) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                    if (record.key().equals(Partitioning.nodeStatsKey(cluster, node))) {
                        return NodeStats.fromByteBuffer(ByteBuffer.wrap(record.value()));
                    }
                }
            }
        }
    }

    private static List<TopicPartition> partitions(KafkaConsumer<?, ?> consumer) {
        return consumer.partitionsFor(TOPIC).stream()
                .map(partition -> new TopicPartition(TOPIC, partition.partition()))
                .toList();
    }

    /** Sends a later snapshot of a node, with a lie in it; returns when the broker has it. */
    void tells(NodeStats heard, Optional<String> token) throws Exception {
        NodeStats lie = NodeStats.newBuilder(heard)
                .setAgentVersion(VERSION)
                .setSequence(heard.getSequence() + 1_000_000)
                .setTakenAt(heard.getTakenAt().plusSeconds(30))
                .build();
        ByteBuffer encoded = lie.toByteBuffer();
        byte[] value = new byte[encoded.remaining()];
        encoded.get(value);
        ProducerRecord<String, byte[]> record = new ProducerRecord<>(
                TOPIC,
                Partitioning.nodeStats(
                        lie.getCluster(), producer.partitionsFor(TOPIC).size()),
                Partitioning.nodeStatsKey(lie.getCluster(), lie.getNode()),
                value);
        token.ifPresent(text -> record.headers().add(AgentToken.HEADER, text.getBytes(StandardCharsets.US_ASCII)));
        producer.send(record).get();
    }

    /** Tries to write what is none of an agent's business. */
    void writes(Topic topic, String key, String value) throws Exception {
        producer.send(new ProducerRecord<>(
                        topic.name(Topic.DEFAULT_PREFIX), key, value.getBytes(StandardCharsets.UTF_8)))
                .get();
    }

    /** Tries to learn other agents' tokens. */
    void reads() {
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(credentials, new StringDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(new TopicPartition(TOPIC, 0)));
            consumer.seekToBeginning(consumer.assignment());
            consumer.poll(Duration.ofSeconds(20));
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ZERO);
    }
}
