package dev.kubeproxyfleet.schemas.avro;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.json.Json;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.message.BinaryMessageDecoder;
import org.junit.jupiter.api.Test;

/** What agents and health write is what others read, today's and tomorrow's. */
class AvroTest {

    private static final Instant AT = Instant.parse("2026-05-04T03:02:01.500Z");

    @Test
    void nodeStatisticsReadBackEqual() throws IOException {
        NodeStats stats = nodeStats()
                .setKubeProxy(KubeProxyState.newBuilder()
                        .setMode("ipvs")
                        .setScheduler("lc")
                        .setTcpTimeoutSeconds(900)
                        .build())
                .setKubeProxySync(KubeProxySync.newBuilder()
                        .setProcessStartMillis(1_700_000_000_000L)
                        .setFamilies(List.of(FamilySync.newBuilder()
                                .setFamily("IPv6")
                                .setLastMillis(1_700_000_001_000L)
                                .build()))
                        .setState(RuleSync.Synced)
                        .build())
                .setKernelTimeouts(KernelTimeouts.newBuilder()
                        .setTcpSeconds(900)
                        .setTcpFinSeconds(120)
                        .setUdpSeconds(300)
                        .build())
                .setIpvs(IpvsState.newBuilder()
                        .setTableSize(4096)
                        .setServices(1)
                        .setBackends(2)
                        .setSchedulers(Map.of("lc", 1))
                        .setActiveConnections(10L)
                        .setInactiveConnections(5L)
                        .setEmptyServices(0)
                        .setDrainingBackends(0)
                        .setConnectionsTotal(Long.MAX_VALUE)
                        .setImbalance(1.25)
                        .setSkippedLines(Map.of("BadAddress", 1))
                        .setTopServices(List.of(ServiceState.newBuilder()
                                .setProtocol("TCP")
                                .setAddress("10.0.0.1")
                                .setPort(443)
                                .setScheduler("lc")
                                .setBackends(2)
                                .setActiveConnections(10L)
                                .setInactiveConnections(5L)
                                .build()))
                        .build())
                .setNetwork(NetworkState.newBuilder().setConntrackCount(17L).build())
                .build();

        assertThat(NodeStats.fromByteBuffer(stats.toByteBuffer())).isEqualTo(stats);
    }

    @Test
    void whatWasNotObservedStaysUnknown() throws IOException {
        NodeStats read = NodeStats.fromByteBuffer(nodeStats().build().toByteBuffer());

        assertThat(read.getKubeProxy()).isNull();
        assertThat(read.getKernelTimeouts()).isNull();
        assertThat(read.getIpvs()).isNull();
        assertThat(read.getNetwork()).isNull();
    }

    @Test
    void clusterHealthReadsBackEqual() throws IOException {
        ClusterHealth health = ClusterHealth.newBuilder()
                .setCluster("/subscriptions/1")
                .setAt(AT)
                .setNodesExpected(3)
                .setNodesReporting(2)
                .setObserved(List.of(ObservedConfiguration.newBuilder()
                        .setMode("ipvs")
                        .setScheduler("lc")
                        .setNodes(2)
                        .setOldestSnapshotAt(AT)
                        .build()))
                .setActiveConnections(10L)
                .setInactiveConnections(5L)
                .setNodes(List.of(NodeSummary.newBuilder()
                        .setNode("aks-0")
                        .setTakenAt(AT)
                        .setServices(1)
                        .setBackends(2)
                        .setActiveConnections(10L)
                        .setInactiveConnections(5L)
                        .build()))
                .build();

        assertThat(ClusterHealth.fromByteBuffer(health.toByteBuffer())).isEqualTo(health);
    }

    @Test
    void aReaderWithANewerSchemaReadsOldBytes() throws Exception {
        NodeStats old = nodeStats().build();
        Schema newer = withField(NodeStats.getClassSchema(), "kernelVersion", "unknown");
        BinaryMessageDecoder<GenericRecord> decoder = new BinaryMessageDecoder<>(GenericData.get(), newer);
        decoder.addSchema(NodeStats.getClassSchema());

        GenericRecord read = decoder.decode(old.toByteBuffer());

        assertThat(read.get("kernelVersion")).hasToString("unknown");
        assertThat(read.get("node")).hasToString(old.getNode());
        assertThat(read.get("sequence")).isEqualTo(old.getSequence());
    }

    /** The marker and fingerprint in front let a reader find the writer's schema without a registry. */
    @Test
    void bytesAreInSingleObjectEncoding() throws IOException {
        byte[] start = new byte[2];
        nodeStats().build().toByteBuffer().get(start);

        assertThat(start).isEqualTo(new byte[] {(byte) 0xC3, 0x01});
    }

    private static NodeStats.Builder nodeStats() {
        return NodeStats.newBuilder()
                .setCluster("/subscriptions/1")
                .setNode("aks-0")
                .setBootId("boot")
                .setSequence(7L)
                .setTakenAt(AT)
                .setIntervalMillis(10_000);
    }

    private static Schema withField(Schema schema, String name, String defaultValue) throws IOException {
        ObjectNode json = (ObjectNode) Json.MAPPER.readTree(schema.toString());
        ((ArrayNode) json.get("fields"))
                .addObject()
                .put("name", name)
                .put("type", "string")
                .put("default", defaultValue);
        return new Schema.Parser().parse(json.toString());
    }
}
