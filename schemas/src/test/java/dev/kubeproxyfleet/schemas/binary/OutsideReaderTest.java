package dev.kubeproxyfleet.schemas.binary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.topic.Topic;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.message.BinaryMessageDecoder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whoever has the schemas from a registry, and nothing else of the project, reads the records as docs/registry.md says. */
class OutsideReaderTest {

    @ParameterizedTest
    @EnumSource(names = {"NODE_STATS", "CLUSTER_HEALTH", "CLUSTER_KUBERNETES"})
    void avrosOwnDecoderReadsWhatTheFirstVersionWrote(Topic topic) throws IOException {
        List<Schema> writerSchemas = SchemaArchive.texts(topic).stream()
                .map(text -> new Schema.Parser().parse(text))
                .toList();
        Schema readerSchema = writerSchemas.getLast();
        BinaryMessageDecoder<GenericRecord> decoder = new BinaryMessageDecoder<>(GenericData.get(), readerSchema);
        writerSchemas.forEach(decoder::addSchema);

        GenericRecord record = decoder.decode(kept(topic));

        assertThat(record.getSchema()).isEqualTo(readerSchema);
        assertThat(record.get("cluster")).hasToString("cluster-1");
    }

    private static byte[] kept(Topic topic) throws IOException {
        String file = "/dev/kubeproxyfleet/schemas/released/records/" + topic.suffix() + "/0.1.0.avro";
        try (InputStream in = Objects.requireNonNull(OutsideReaderTest.class.getResourceAsStream(file))) {
            return in.readAllBytes();
        }
    }
}
