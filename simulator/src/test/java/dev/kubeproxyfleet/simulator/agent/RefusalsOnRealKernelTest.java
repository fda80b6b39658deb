package dev.kubeproxyfleet.simulator.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.kubeproxyfleet.schemas.avro.IpvsSysctls;
import dev.kubeproxyfleet.schemas.avro.NetworkState;
import dev.kubeproxyfleet.schemas.avro.NodeStats;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Which counters of the host tell that IPVS refuses services without backends, on a real kernel that a script boots in QEMU.
 * Takes some minutes, so it runs only where {@code KPFLEET_IPVS_LAB} names the folder of that script ({@code ipvs-guest.sh}).
 */
class RefusalsOnRealKernelTest {

    private static final String LAB_VARIABLE = "KPFLEET_IPVS_LAB";
    private static final Duration LONGEST_RUN = Duration.ofMinutes(9);

    /** As the guest's script asks, of each kind. */
    private static final long QUESTIONS = 5;

    @TempDir
    static Path folder;

    private static @Nullable Path out;

    @BeforeAll
    static void runTheGuest() throws Exception {
        String lab = System.getenv(LAB_VARIABLE);
        if (lab == null) {
            return;
        }
        Path results = Files.createDirectory(folder.resolve("out"));
        Path scripts = Path.of(lab).toAbsolutePath();
        Process guest = new ProcessBuilder(
                        scripts.resolve("ipvs-guest.sh").toString(),
                        "-o",
                        results.toString(),
                        "-t",
                        Long.toString(LONGEST_RUN.toSeconds()),
                        "-x",
                        "LAB=" + scripts,
                        "-x",
                        "JAVA=" + Path.of(System.getProperty("java.home"), "bin", "java"),
                        "-x",
                        "JVM_CLASS_PATH="
                                + System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        "--",
                        Path.of("src/test/lab/refusals.sh").toAbsolutePath().toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("guest.log").toFile())
                .start();
        boolean ended = guest.waitFor(LONGEST_RUN.plusMinutes(1).toSeconds(), TimeUnit.SECONDS);
        assertThat(ended).as("the guest ended").isTrue();
        assertThat(guest.exitValue())
                .as(Files.readString(folder.resolve("guest.log")))
                .isZero();
        out = results;
    }

    @BeforeEach
    void needsTheGuest() {
        assumeThat(out)
                .as("no real kernel: set " + LAB_VARIABLE + " to the folder of ipvs-guest.sh")
                .isNotNull();
    }

    /** Over IPv6 one attempt to connect was seen to be refused twice. */
    @Test
    void whatIsRefusedToAPodIsCountedOnItsHost() throws IOException {
        assertThat(v4("pod-tcp4") - v4("before")).isEqualTo(QUESTIONS);
        assertThat(v4("pod-udp4") - v4("pod-tcp4")).isEqualTo(QUESTIONS);
        assertThat(v6("pod-tcp6") - v6("pod-udp4")).isGreaterThanOrEqualTo(QUESTIONS);
        assertThat(v6("pod-udp6") - v6("pod-tcp6")).isEqualTo(QUESTIONS);
    }

    @Test
    void whatIsRefusedToTheHostIsCountedToo() throws IOException {
        assertThat(v4("host-ipv4") - v4("pod-udp6")).isGreaterThanOrEqualTo(2 * QUESTIONS);
        assertThat(v6("host-ipv6") - v6("host-ipv4")).isGreaterThanOrEqualTo(2 * QUESTIONS);
    }

    @Test
    void seesTheSysctlsOfIpvs() throws IOException {
        NodeStats stats = stats("before");

        assertThat(Optional.ofNullable(stats.getIpvs()).orElseThrow().getSysctls())
                .isEqualTo(new IpvsSysctls(1, 0, 1, 1));
        assertThat(stats.getEvidence()).isEmpty();
    }

    private static long v4(String phase) throws IOException {
        return network(phase).getIcmpOutDestUnreachsTotal();
    }

    private static long v6(String phase) throws IOException {
        return network(phase).getIcmp6OutDestUnreachsTotal();
    }

    private static NetworkState network(String phase) throws IOException {
        return Optional.ofNullable(stats(phase).getNetwork()).orElseThrow();
    }

    private static NodeStats stats(String phase) throws IOException {
        byte[] record = Base64.getDecoder()
                .decode(Files.readAllBytes(Objects.requireNonNull(out).resolve(phase)));
        return NodeStats.fromByteBuffer(ByteBuffer.wrap(record));
    }
}
