package dev.kubeproxyfleet.schemas.binary;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.avro.ClusterHealth;
import dev.kubeproxyfleet.schemas.avro.CountedSignal;
import dev.kubeproxyfleet.schemas.avro.SignalCounts;
import dev.kubeproxyfleet.schemas.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.message.BinaryMessageEncoder;
import org.junit.jupiter.api.Test;

/** Records of other versions read; what claims to be larger than it is costs no memory and reads as empty. */
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

    @Test
    void aRecordOfAnEarlierVersionHasTheDefaultOfWhatItDidNotTell() throws IOException {
        Schema earlier = changed(fields -> removeField(fields, "nodesExpected"));

        ClusterHealth read = reading(earlier).read(written(earlier)).orElseThrow();

        assertThat(read.getNodesExpected()).isNull();
        assertThat(read.getNodesReporting()).isPositive();
        assertThat(read.getNodes()).isNotEmpty();
    }

    @Test
    void aRecordOfALaterVersionTellsWhatThisOneKnows() throws IOException {
        Schema later = changed(fields ->
                fields.insertObject(1).put("name", "mood").put("type", "string").put("default", "calm"));

        ClusterHealth read = reading(later).read(written(later)).orElseThrow();

        assertThat(read.getCluster()).startsWith("cluster-");
        assertThat(read.getNodesReporting()).isPositive();
        assertThat(read.getNodes()).isNotEmpty();
    }

    @Test
    void aConstantOfALaterVersionReadsAsTheDefaultOfItsEnum() throws IOException {
        Schema later = changed(fields -> fields.findParents("symbols").stream()
                .filter(node -> node.path("name").asText().equals("CountedSignal"))
                .forEach(node ->
                        ((ObjectNode) node).putArray("symbols").add("Floods").add("Unknown")));

        ClusterHealth read = reading(later).read(written(later)).orElseThrow();

        assertThat(read.getSignals()).extracting(SignalCounts::getSignal).containsOnly(CountedSignal.Unknown);
    }

    @Test
    void aRecordOfAVersionThatNobodyKnowsIsTold() throws IOException {
        Schema unheard = changed(fields -> removeField(fields, "nodesExpected"));

        assertThat(AvroReader.CLUSTER_HEALTH.read(written(unheard))).isEmpty();
        assertThat(AvroReader.CLUSTER_HEALTH.objection(written(unheard))).isEqualTo(Unreadable.UNKNOWN_VERSION);
        assertThat(AvroReader.CLUSTER_HEALTH.objection(Arrays.copyOf(health(), health().length + 1)))
                .isEqualTo(Unreadable.NO_RECORD);
        assertThat(AvroReader.CLUSTER_HEALTH.objection(new byte[] {(byte) 0xC3, 1}))
                .isEqualTo(Unreadable.NO_RECORD);
        assertThat(AvroReader.CLUSTER_HEALTH.objection(null)).isEqualTo(Unreadable.NO_RECORD);
    }

    private static AvroReader<ClusterHealth> reading(Schema other) {
        return new AvroReader<>(ClusterHealth.class, List.of(other), _ -> true);
    }

    /** The schema of health with other fields. */
    private static Schema changed(Consumer<ArrayNode> change) throws IOException {
        JsonNode json = Json.MAPPER.readTree(ClusterHealth.getClassSchema().toString());
        change.accept((ArrayNode) json.get("fields"));
        return new Schema.Parser().parse(json.toString());
    }

    private static void removeField(ArrayNode fields, String name) {
        for (int i = fields.size() - 1; i >= 0; i--) {
            if (fields.get(i).path("name").asText().equals(name)) {
                fields.remove(i);
            }
        }
    }

    private static byte[] written(Schema schema) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new BinaryMessageEncoder<GenericRecord>(new GenericData(), schema).encode(Example.of(schema), bytes);
        return bytes.toByteArray();
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
