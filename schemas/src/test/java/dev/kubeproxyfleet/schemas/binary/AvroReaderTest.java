package dev.kubeproxyfleet.schemas.binary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.avro.ClusterHealth;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;

/** What claims to be larger than it is costs no memory and reads as empty. */
class AvroReaderTest {

    private static final String KEY = "/subscriptions/1";
    private static final int HEADER_BYTES = 10;
    private static final long HUGE = Integer.MAX_VALUE - 100L;

    private interface Content {
        void to(BinaryEncoder encoder) throws IOException;
    }

    @Test
    void aWholeRecordReads() throws IOException {
        assertThat(AvroReader.clusterHealth(KEY, health())).isPresent();
    }

    @Test
    void aTextThatClaimsToBeHugeReadsAsEmpty() throws IOException {
        byte[] bytes = bytes(encoder -> encoder.writeLong(HUGE));

        assertThat(AvroReader.clusterHealth(KEY, bytes)).isEmpty();
    }

    @Test
    void aListThatClaimsToBeHugeReadsAsEmpty() throws IOException {
        byte[] bytes = bytes(encoder -> {
            encoder.writeString(KEY);
            encoder.writeLong(0);
            encoder.writeIndex(0);
            encoder.writeInt(2);
            encoder.writeLong(HUGE);
        });

        assertThat(AvroReader.clusterHealth(KEY, bytes)).isEmpty();
    }

    @Test
    void bytesAfterTheRecordMakeItNone() throws IOException {
        byte[] longer = Arrays.copyOf(health(), health().length + 1);

        assertThat(AvroReader.clusterHealth(KEY, longer)).isEmpty();
    }

    private static byte[] health() throws IOException {
        return ClusterHealth.newBuilder()
                .setCluster(KEY)
                .setAt(Instant.EPOCH)
                .setNodesExpected(3)
                .setNodesReporting(2)
                .setObserved(List.of())
                .setActiveConnections(10L)
                .setInactiveConnections(5L)
                .setNodes(List.of())
                .build()
                .toByteBuffer()
                .array();
    }

    /** The header of a health record, and then this. */
    private static byte[] bytes(Content content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(health(), 0, HEADER_BYTES);
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        content.to(encoder);
        encoder.flush();
        return bytes.toByteArray();
    }
}
