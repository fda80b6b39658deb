package dev.kubeproxyfleet.agent.bench;

import dev.kubeproxyfleet.agent.collect.CollectorSettings;
import dev.kubeproxyfleet.agent.collect.IpvsParser;
import dev.kubeproxyfleet.agent.collect.IpvsVisitor;
import dev.kubeproxyfleet.agent.collect.NodeCollector;
import dev.kubeproxyfleet.agent.collect.ProcBuffer;
import dev.kubeproxyfleet.agent.collect.ProcFiles;
import dev.kubeproxyfleet.agent.collect.RealServerRow;
import dev.kubeproxyfleet.agent.collect.SkipReason;
import dev.kubeproxyfleet.agent.collect.VirtualServiceRow;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The captured table of 2,000 services with 5 real servers each: 12,003 lines. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SnapshotBenchmark {

    private byte[] table = new byte[0];
    private final IpvsParser parser = new IpvsParser();
    private final Sum sum = new Sum();
    private NodeCollector collector;

    public SnapshotBenchmark() {
        collector = collector(Map.of());
    }

    @Setup
    public void read() throws IOException {
        table = resource("ip_vs.gz");
        collector = collector(Map.of("net/ip_vs", table, "net/ip_vs_stats", resource("ip_vs_stats")));
    }

    /** Bytes to rows. */
    @Benchmark
    public long parse() {
        sum.connections = 0;
        parser.parse(table, table.length, sum);
        return sum.connections;
    }

    /** Bytes to the encoded record, without reading files and without Kafka. */
    @Benchmark
    public ByteBuffer snapshot() throws IOException {
        return collector.collect().toByteBuffer();
    }

    private static NodeCollector collector(Map<String, byte[]> files) {
        ProcFiles proc = (String path, ProcBuffer buffer) -> {
            byte[] content = files.get(path);
            if (content == null) {
                return ProcFiles.Outcome.ABSENT;
            }
            buffer.append(content, 0, content.length);
            return ProcFiles.Outcome.READ;
        };
        return new NodeCollector(
                new CollectorSettings("cluster", "node", "bench", Duration.ofSeconds(10), 20),
                proc,
                path -> Optional.empty(),
                InstantSource.system());
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream file =
                Objects.requireNonNull(SnapshotBenchmark.class.getResourceAsStream("/ipvs/big/" + name), name)) {
            return name.endsWith(".gz") ? new GZIPInputStream(file).readAllBytes() : file.readAllBytes();
        }
    }

    private static final class Sum implements IpvsVisitor {
        private long connections;

        @Override
        public void table(int tableSize) {}

        @Override
        public void virtualService(VirtualServiceRow service) {}

        @Override
        public void realServer(RealServerRow server) {
            connections += server.activeConnections() + server.inactiveConnections();
        }

        @Override
        public void skipped(SkipReason reason, int line) {
            throw new IllegalStateException(reason + " in line " + line);
        }
    }
}
