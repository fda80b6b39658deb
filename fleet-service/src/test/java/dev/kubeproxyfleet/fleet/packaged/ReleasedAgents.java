package dev.kubeproxyfleet.fleet.packaged;

import dev.kubeproxyfleet.schemas.avro.NodeStats;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Lets the simulated agents write their snapshots as those of the last release did: with its schema, and without what it did not know. An
 * upgrade begins with the service, so that a service of the last release never meets later agents.
 */
public final class ReleasedAgents implements ProducerInterceptor<String, byte[]> {

    /** What a client needs for it. */
    static final Map<String, String> SETTINGS =
            Map.of(ProducerConfig.INTERCEPTOR_CLASSES_CONFIG, ReleasedAgents.class.getName());

    private final BinaryMessageDecoder<GenericRecord> decoder;
    private final BinaryMessageEncoder<GenericRecord> encoder;

    public ReleasedAgents() throws IOException {
        Schema released = schema(ReleasedVersion.version());
        decoder = new BinaryMessageDecoder<>(GenericData.get(), released);
        decoder.addSchema(NodeStats.getClassSchema());
        encoder = new BinaryMessageEncoder<>(GenericData.get(), released);
    }

    private static Schema schema(String version) throws IOException {
        String file = "/dev/kubeproxyfleet/schemas/archive/%s/%s.avsc".formatted(Topic.NODE_STATS.suffix(), version);
        try (InputStream in = Objects.requireNonNull(ReleasedAgents.class.getResourceAsStream(file), file)) {
            return new Schema.Parser().parse(in);
        }
    }

    @Override
    public ProducerRecord<String, byte[]> onSend(ProducerRecord<String, byte[]> sent) {
        try {
            ByteBuffer value = encoder.encode(decoder.decode(sent.value()));
            byte[] bytes = new byte[value.remaining()];
            value.get(bytes);
            return new ProducerRecord<>(
                    sent.topic(), sent.partition(), sent.timestamp(), sent.key(), bytes, sent.headers());
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    @Override
    public void onAcknowledgement(RecordMetadata metadata, Exception failure) {}

    @Override
    public void configure(Map<String, ?> settings) {}

    @Override
    public void close() {}
}
