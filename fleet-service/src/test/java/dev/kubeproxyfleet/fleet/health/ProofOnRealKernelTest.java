package dev.kubeproxyfleet.fleet.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kubeproxyfleet.agent.collect.NodeCollector;
import dev.kubeproxyfleet.schemas.avro.Evidence;
import dev.kubeproxyfleet.schemas.avro.KubeProxyState;
import dev.kubeproxyfleet.schemas.avro.KubeProxySync;
import dev.kubeproxyfleet.schemas.avro.NodeStats;
import dev.kubeproxyfleet.schemas.avro.Proof;
import dev.kubeproxyfleet.schemas.avro.RuleSync;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real kube-proxy on a real IPVS kernel, and what its node proves before and after it has programmed its rules: as IPVS on a
 * fresh node, restarted as iptables, restarted as IPVS with another scheduler. kube-proxy reaches its API server only after some
 * snapshots, so that the time before its first synchronisation does not depend on the machine.
 *
 * <p>Takes some minutes, so it runs only where {@code KPFLEET_IPVS_LAB} names the folder of a script that boots such a kernel in QEMU
 * ({@code ipvs-guest.sh}) and {@code KPFLEET_KUBE_LAB} one of scripts that start an API server and kube-proxy.
 */
class ProofOnRealKernelTest {

    private static final String KERNEL_VARIABLE = "KPFLEET_IPVS_LAB";
    private static final String KUBE_VARIABLE = "KPFLEET_KUBE_LAB";
    private static final Duration LONGEST_RUN = Duration.ofMinutes(9);

    /** Those of the API server and, above it, of etcd. */
    private static final int PORTS = 3;

    @TempDir
    static Path folder;

    private static @Nullable Path out;

    @BeforeAll
    static void runTheGuest() throws Exception {
        String kernel = System.getenv(KERNEL_VARIABLE);
        String kube = System.getenv(KUBE_VARIABLE);
        if (kernel == null || kube == null) {
            return;
        }
        Path results = Files.createDirectory(folder.resolve("out"));
        Path scripts = Path.of(kube).toAbsolutePath();
        Path api = folder.resolve("api");
        int port = freePorts();
        try {
            run(Duration.ofMinutes(3), scripts.resolve("start.sh").toString(), api.toString(), Integer.toString(port));
            run(
                    LONGEST_RUN.plusMinutes(1),
                    Path.of(kernel).toAbsolutePath().resolve("ipvs-guest.sh").toString(),
                    "-o",
                    results.toString(),
                    "-t",
                    Long.toString(LONGEST_RUN.toSeconds()),
                    "-x",
                    "KUBE_LAB=" + scripts,
                    "-x",
                    "API_PORT=" + port,
                    "-x",
                    "JAVA=" + Path.of(System.getProperty("java.home"), "bin", "java"),
                    "-x",
                    "COLLECTOR_CLASS_PATH=" + classPath(),
                    "--",
                    Path.of("src/test/lab/kube-proxy.sh").toAbsolutePath().toString());
            out = results;
        } finally {
            run(Duration.ofMinutes(1), scripts.resolve("stop.sh").toString(), api.toString());
        }
    }

    @BeforeEach
    void needsTheGuest() {
        assumeThat(out)
                .as("no real kube-proxy: set " + KERNEL_VARIABLE + " to the folder of ipvs-guest.sh and "
                        + KUBE_VARIABLE + " to that of guest-proxy.sh")
                .isNotNull();
    }

    /** For a look at what went wrong: everything that the guest left, where {@code KPFLEET_IPVS_LAB_KEEP} says. */
    @AfterAll
    static void keep() throws Exception {
        String keep = System.getenv("KPFLEET_IPVS_LAB_KEEP");
        if (keep != null && Files.isDirectory(folder.resolve("out"))) {
            run(Duration.ofMinutes(1), "cp", "-r", folder.resolve("out").toString(), keep);
        }
    }

    @Test
    void aFreshNodeProvesNoIpvsBeforeItsRulesAreProgrammed() {
        assertThat(phase("ipvs-lc-before")).allSatisfy(stats -> {
            assertThat(modeOf(stats)).isEqualTo("ipvs");
            assertThat(syncOf(stats)).isEqualTo(RuleSync.NotSynced);
            assertThat(state(stats).shown().getProof()).isIn(Proof.IpvsMissing, Proof.IpvsEmpty);
            assertThat(codes(stats)).contains("not-synced").containsAnyOf("ipvs-missing", "ipvs-empty");
        });
    }

    @Test
    void provesIpvsOnceItsRulesAreProgrammed() {
        assertThat(phase("ipvs-lc-after")).allSatisfy(stats -> {
            assertThat(syncOf(stats)).isEqualTo(RuleSync.Synced);
            NodeState state = state(stats);
            assertThat(state.shown().getProof()).isEqualTo(Proof.Proven);
            assertThat(state.shown().getMode()).isEqualTo("ipvs");
            assertThat(state.shown().getScheduler()).isEqualTo("lc");
            assertThat(state.shown().getTimeoutsByKernel()).isTrue();
            assertThat(state.shown().getTcpTimeoutSeconds()).isEqualTo(901);
            assertThat(codes(stats)).isEmpty();
        });
    }

    @Test
    void iptablesIsProvenOnceItsRulesAreProgrammedWhateverTableStaysBehind() {
        assertThat(phase("iptables-before")).allSatisfy(stats -> {
            assertThat(state(stats).shown().getMode()).isEqualTo("iptables");
            assertThat(state(stats).shown().getProof()).isEqualTo(Proof.NotSynced);
        });
        assertThat(phase("iptables-after")).allSatisfy(stats -> {
            assertThat(state(stats).shown().getMode()).isEqualTo("iptables");
            assertThat(state(stats).shown().getProof()).isEqualTo(Proof.Proven);
            assertThat(codes(stats)).containsExactly("stale-ipvs");
        });
    }

    /** The table is that of the process before the one before, with the scheduler that it had. */
    @Test
    void aTableThatStayedBehindProvesNothing() {
        assertThat(phase("ipvs-rr-before")).allSatisfy(stats -> {
            NodeState state = state(stats);
            assertThat(state.shown().getMode()).isEqualTo("ipvs");
            assertThat(state.shown().getScheduler()).isEqualTo("lc");
            assertThat(state.services()).isPositive();
            assertThat(state.shown().getProof()).isEqualTo(Proof.NotSynced);
        });
        assertThat(phase("ipvs-rr-after")).allSatisfy(stats -> {
            assertThat(state(stats).shown().getScheduler()).isEqualTo("rr");
            assertThat(state(stats).shown().getProof()).isEqualTo(Proof.Proven);
        });
    }

    @Test
    void aTableWithoutAKubeProxyProvesNothing() {
        assertThat(phase("nobody")).allSatisfy(stats -> {
            assertThat(stats.getKubeProxy()).isNull();
            assertThat(state(stats).shown().getMode()).isNull();
            assertThat(state(stats).services()).isPositive();
            assertThat(state(stats).shown().getProof()).isEqualTo(Proof.SyncUnknown);
        });
    }

    private static List<NodeStats> phase(String name) {
        try (Stream<String> lines =
                Files.lines(Optional.ofNullable(out).orElseThrow().resolve(name))) {
            List<NodeStats> snapshots = new ArrayList<>();
            for (String line : lines.toList()) {
                snapshots.add(NodeStats.fromByteBuffer(
                        ByteBuffer.wrap(Base64.getDecoder().decode(line))));
            }
            assertThat(snapshots).as("snapshots of " + name).hasSizeGreaterThanOrEqualTo(3);
            return snapshots;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static NodeState state(NodeStats stats) {
        Folding folding = HealthFold.fold(null, stats, false, stats.getTakenAt(), stats.getTakenAt());
        return ((Folding.Folded) folding).state();
    }

    private static @Nullable String modeOf(NodeStats stats) {
        return Optional.ofNullable(stats.getKubeProxy())
                .map(KubeProxyState::getMode)
                .orElse(null);
    }

    private static @Nullable RuleSync syncOf(NodeStats stats) {
        return Optional.ofNullable(stats.getKubeProxySync())
                .map(KubeProxySync::getState)
                .orElse(null);
    }

    private static List<String> codes(NodeStats stats) {
        return stats.getEvidence().stream().map(Evidence::getCode).toList();
    }

    private static void run(Duration atMost, String... command) throws IOException, InterruptedException {
        Path log = Files.createTempFile(folder, "run", ".log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        boolean ended = process.waitFor(atMost.toSeconds(), TimeUnit.SECONDS);
        assertThat(ended).as(command[0] + " ended").isTrue();
        assertThat(process.exitValue())
                .as(command[0] + ": " + Files.readString(log))
                .isZero();
    }

    /** The first of so many in a row on which nobody listens. */
    private static int freePorts() throws IOException {
        while (true) {
            List<ServerSocket> sockets = new ArrayList<>();
            try {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
                int first = sockets.getFirst().getLocalPort();
                for (int i = 1; i < PORTS; i++) {
                    sockets.add(new ServerSocket(first + i, 1, InetAddress.getLoopbackAddress()));
                }
                return first;
            } catch (IOException | IllegalArgumentException taken) {
                // Another three.
            } finally {
                for (ServerSocket socket : sockets) {
                    socket.close();
                }
            }
        }
    }

    /** Only what collecting needs: a guest without hardware support opens some hundred jars slowly. */
    private static String classPath() {
        return Stream.of(
                        CollectInGuest.class,
                        NodeCollector.class,
                        NodeStats.class,
                        Schema.class,
                        JsonFactory.class,
                        ObjectMapper.class,
                        JsonProperty.class,
                        NullMarked.class,
                        logging())
                .map(ProofOnRealKernelTest::location)
                .distinct()
                .collect(Collectors.joining(":"));
    }

    /** Avro's; by its name, since the tests log otherwise. */
    private static Class<?> logging() {
        try {
            return Class.forName("org.slf4j.LoggerFactory");
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("Avro logs through slf4j", e);
        }
    }

    private static String location(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
