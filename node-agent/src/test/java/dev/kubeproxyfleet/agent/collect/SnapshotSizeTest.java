package dev.kubeproxyfleet.agent.collect;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.kubeproxyfleet.schemas.avro.IpvsState;
import dev.kubeproxyfleet.schemas.avro.NodeStats;
import dev.kubeproxyfleet.schemas.avro.ServiceState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import net.jpountz.lz4.LZ4FrameOutputStream;
import org.junit.jupiter.api.Test;

/** What a snapshot of the captured 2,000 services with 5 real servers each costs. */
class SnapshotSizeTest {

    /** The default of {@code kpfleet.agent.top-services}. */
    private static final int DEFAULT_TOP_SERVICES = 20;

    private static final int MOST_COMPRESSED_BYTES = 16 * 1024;

    /** The broker's default {@code message.max.bytes}. */
    private static final int MOST_RECORD_BYTES = 1024 * 1024;

    private final MemoryProc proc = new MemoryProc()
            .with("net/ip_vs", Captures.bytes("big/ip_vs.gz"))
            .with("net/ip_vs_stats", Captures.bytes("big/ip_vs_stats"));

    @Test
    void isSmallHoweverManyServicesThereAre() throws IOException {
        NodeStats stats = collector(DEFAULT_TOP_SERVICES).collect();

        assertThat(ipvs(stats).getServices()).isEqualTo(2000);
        assertThat(ipvs(stats).getTopServices()).hasSize(DEFAULT_TOP_SERVICES);
        assertThat(compressed(stats)).isLessThanOrEqualTo(MOST_COMPRESSED_BYTES);
    }

    @Test
    void staysBelowTheLimitWithTheMostServicesThatMayBeAskedFor() throws IOException {
        NodeStats stats = collector(CollectorSettings.MAX_TOP_SERVICES).collect();

        assertThat(compressed(stats)).isLessThanOrEqualTo(MOST_COMPRESSED_BYTES);
    }

    @Test
    void hasEveryServiceAndRealServerOnceWhenFullDetailWasAskedFor() throws IOException {
        NodeCollector collector = collector(DEFAULT_TOP_SERVICES);
        collector.askForDetail();
        NodeStats detailed = collector.collect();

        assertThat(ipvs(detailed).getTopServices())
                .hasSize(2000)
                .allSatisfy(service -> assertThat(service.getServers()).hasSize(5));
        assertThat(ipvs(detailed).getTopServices().stream()
                        .mapToLong(ServiceState::getActiveConnections)
                        .sum())
                .isEqualTo(ipvs(detailed).getActiveConnections());
        assertThat(bytes(detailed).length).isLessThan(MOST_RECORD_BYTES);
        assertThat(ipvs(collector.collect()).getTopServices()).hasSize(DEFAULT_TOP_SERVICES);
    }

    @Test
    void parsingAllocatesNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        byte[] table = Captures.bytes("big/ip_vs.gz");
        IpvsParser parser = new IpvsParser();
        IpvsSummary summary = new IpvsSummary(DEFAULT_TOP_SERVICES);
        for (int i = 0; i < 3; i++) {
            summary.begin();
            parser.parse(table, table.length, summary);
        }

        summary.begin();
        long before = threads.getCurrentThreadAllocatedBytes();
        parser.parse(table, table.length, summary);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        // A few counters of schedulers, for 12,003 lines.
        assertThat(allocated).isLessThan(2_000);
    }

    @Test
    void readingATableThroughItsWindowAllocatesNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        byte[] table = Captures.bytes("big/ip_vs.gz");
        long[] taken = {0};
        ProcBuffer window = new ProcBuffer(ProcBuffer.MAX_TABLE_BYTES, (bytes, length) -> taken[0] += length);
        for (int i = 0; i < 3; i++) {
            window.clear();
            window.append(table, 0, table.length);
        }
        taken[0] = 0;

        window.clear();
        long before = threads.getCurrentThreadAllocatedBytes();
        window.append(table, 0, table.length);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        assertThat(allocated).isLessThan(2_000);
        assertThat(taken[0] + window.length()).isEqualTo(table.length);
    }

    private NodeCollector collector(int topServices) {
        return new NodeCollector(
                new CollectorSettings(
                        "/subscriptions/s1/resourcegroups/rg/providers/microsoft.containerservice/managedclusters/one",
                        "aks-nodepool1-12345678-vmss000000",
                        "1.0",
                        Duration.ofSeconds(10),
                        topServices),
                proc,
                path -> Optional.empty(),
                () -> Instant.parse("2026-11-23T12:00:00Z"));
    }

    private static IpvsState ipvs(NodeStats stats) {
        return Optional.ofNullable(stats.getIpvs()).orElseThrow();
    }

    private static byte[] bytes(NodeStats stats) throws IOException {
        return stats.toByteBuffer().array();
    }

    private static int compressed(NodeStats stats) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (LZ4FrameOutputStream lz4 = new LZ4FrameOutputStream(bytes)) {
            lz4.write(bytes(stats));
        }
        return bytes.size();
    }
}
