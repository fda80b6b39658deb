package dev.kubeproxyfleet.fleet.kubernetes;

import dev.kubeproxyfleet.schemas.avro.ClusterKubernetes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Brings records to the topic {@code cluster-kubernetes}. Thread-safe. */
final class RecordPublisher implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(RecordPublisher.class);

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final Producer<byte[], byte[]> producer;
    private final String topic;

    RecordPublisher(Producer<byte[], byte[]> producer, String topic) {
        this.producer = producer;
        this.topic = topic;
    }

    /**
     * Sends without waiting; a failure is logged, and the next record of the cluster makes up for it.
     *
     * @param record null where the cluster is looked at no more
     */
    void publish(String cluster, @Nullable ClusterKubernetes record) {
        byte[] value = record == null ? null : bytes(record);
        try {
            var unused = producer.send(
                    new ProducerRecord<>(topic, cluster.getBytes(StandardCharsets.UTF_8), value), (_, failure) -> {
                        if (failure != null) {
                            warn(cluster, failure);
                        }
                    });
        } catch (KafkaException e) {
            warn(cluster, e);
        }
    }

    private static void warn(String cluster, Exception failure) {
        LOG.warnf("what a cluster's API shows was not published cluster=%s cause=%s", cluster, failure.getMessage());
    }

    private static byte[] bytes(ClusterKubernetes record) {
        try {
            ByteBuffer buffer = record.toByteBuffer();
            byte[] bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        producer.close(CLOSE_TIMEOUT);
    }
}
