package dev.kubeproxyfleet.simulator.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.kubeproxyfleet.schemas.avro.ConnectionStates;
import dev.kubeproxyfleet.schemas.avro.Evidence;
import dev.kubeproxyfleet.schemas.avro.IpvsState;
import dev.kubeproxyfleet.schemas.avro.KernelTimeouts;
import dev.kubeproxyfleet.schemas.avro.NodeStats;
import dev.kubeproxyfleet.schemas.avro.ServerState;
import dev.kubeproxyfleet.schemas.avro.ServiceState;
import dev.kubeproxyfleet.simulator.broker.EmbeddedBroker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The native agent on a real IPVS kernel, which a script boots in QEMU, against {@code ipvsadm} at the same moment. Takes some
 * minutes, so it runs only where {@code KPFLEET_IPVS_LAB} names the folder of that script ({@code ipvs-guest.sh}).
 */
class RealKernelTest {

    private static final String LAB_VARIABLE = "KPFLEET_IPVS_LAB";
    private static final Duration LONGEST_RUN = Duration.ofMinutes(9);

    /** A round robin of some 30 connections over three backends is off by one connection at most. */
    private static final double EVEN = 1.15;

    @TempDir
    static Path folder;

    private static @Nullable Path out;
    private static List<NodeStats> snapshots = List.of();

    @BeforeAll
    static void runTheGuest() throws Exception {
        String lab = System.getenv(LAB_VARIABLE);
        Optional<Path> binary = NativeAgent.binary();
        if (lab == null || binary.isEmpty()) {
            return;
        }
        NativeAgent.captured(folder);
        // The agent reads it as nobody.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path results = Files.createDirectory(folder.resolve("out"));
        out = results;
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"), 0)) {
            NativeAgent.createTopic(broker.bootstrapServers());
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
                            "CAPTURED=" + folder,
                            "-x",
                            "AGENT=" + binary.orElseThrow(),
                            "-x",
                            "KAFKA_PORT=" + broker.port(),
                            "-x",
                            "JAVA=" + Path.of(System.getProperty("java.home"), "bin", "java"),
                            "-x",
                            "JVM_CLASS_PATH=" + classPath(),
                            "--",
                            Path.of("src/test/lab/guest.sh").toAbsolutePath().toString())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("guest.log").toFile())
                    .start();
            boolean ended = guest.waitFor(LONGEST_RUN.plusMinutes(1).toSeconds(), TimeUnit.SECONDS);
            assertThat(ended).as("the guest ended").isTrue();
            assertThat(guest.exitValue())
                    .as(Files.readString(folder.resolve("guest.log")))
                    .isZero();
            snapshots =
                    NativeAgent.records(broker.bootstrapServers(), Integer.MAX_VALUE, Duration.ofSeconds(5)).stream()
                            .map(NativeAgent::stats)
                            .toList();
        }
    }

    @BeforeEach
    void needsTheGuest() {
        assumeThat(NativeAgent.binary())
                .as("no native agent: run ./kpfleet test with GRAALVM_HOME set")
                .isPresent();
        assumeThat(out)
                .as("no real kernel: set " + LAB_VARIABLE + " to the folder of ipvs-guest.sh")
                .isNotNull();
    }

    /** Surefire's own class path is one jar that refers to all others by their paths. */
    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    /** For a look at what went wrong: everything that the guest left, where {@code KPFLEET_IPVS_LAB_KEEP} says. */
    @AfterAll
    static void keep() throws IOException, InterruptedException {
        String keep = System.getenv("KPFLEET_IPVS_LAB_KEEP");
        if (keep != null && out != null) {
            new ProcessBuilder("cp", "-r", folder.resolve("out").toString(), keep)
                    .start()
                    .waitFor();
            Files.write(
                    Path.of(keep, "snapshots"),
                    snapshots.stream().map(NodeStats::toString).toList());
        }
    }

    @Test
    void neverLoadsTheModule() throws IOException {
        assertThat(read("modules-after-agent").strip()).isEqualTo("0");
        assertThat(of("without-module")).isNotEmpty().allSatisfy(stats -> {
            assertThat(stats.getIpvs()).isNull();
            assertThat(stats.getKernelTimeouts()).isNull();
        });
    }

    @Test
    void tellsTheTimeoutsThatTheKernelHolds() throws IOException {
        assertThat(read("ipvsadm-timeout")).contains("901 121 301");
        assertThat(of("with-netlink"))
                .isNotEmpty()
                .allSatisfy(
                        stats -> assertThat(stats.getKernelTimeouts()).isEqualTo(new KernelTimeouts(901, 121, 301)));
        assertThat(read("netlink-on-jvm")).contains("timeouts 901 121 301");
    }

    @Test
    void seesInTheTableWhatIpvsadmSees() throws IOException {
        NodeStats detailed = of("with-netlink").stream()
                .filter(stats -> ipvs(stats).getTopServices().stream()
                        .anyMatch(service -> !service.getServers().isEmpty()))
                .findFirst()
                .orElseThrow();

        assertThat(ofAgent(ipvs(detailed).getTopServices())).isEqualTo(ofIpvsadm());
        assertThat(ipvs(detailed).getTopServices().stream().filter(ServiceState::getPersistent))
                .extracting(ServiceState::getAddress)
                .containsExactly("10.96.0.30");
        assertThat(detailed.getEvidence()).extracting(Evidence::getCode).containsExactly("mixed-schedulers");
        assertThat(ipvs(detailed).getEmptyServices()).isEqualTo(1);
        assertThat(ipvs(detailed).getSkippedLines()).isEmpty();
    }

    @Test
    void countsOverNetlinkWhatIpvsadmCounts() throws IOException {
        Collection<String> onJvm = new TreeSet<>(read("netlink-on-jvm")
                .lines()
                .filter(line -> line.startsWith("service") || line.startsWith("server"))
                .map(line -> line.replaceFirst("(server .*) \\d+( \\d+)$", "$1$2"))
                .toList());

        assertThat(read("netlink-on-jvm")).doesNotContain("problem");
        assertThat(onJvm).isEqualTo(countersOfIpvsadm());
    }

    @Test
    void roundRobinIsEvenAndLeastConnectionFavoursTheIdle() {
        assertThat(skews("rr", "10.96.0.10", "TCP")).isNotEmpty().allMatch(it -> it <= EVEN);
        assertThat(skews("rr", "10.96.0.10", "UDP")).isNotEmpty().allMatch(it -> it <= EVEN);
        // One of three backends holds 150 connections, so that the other two share what is new.
        assertThat(skews("lc", "10.96.0.20", "TCP")).isNotEmpty().allMatch(it -> it >= 1.45 && it <= 1.5 * EVEN);
    }

    @Test
    void countsConnectionStates() throws IOException {
        NodeStats last = of("with-netlink").getLast();
        ConnectionStates states =
                Optional.ofNullable(ipvs(last).getConnectionStates()).orElseThrow();
        long established = read("ip_vs_conn")
                .lines()
                .filter(line -> line.startsWith("TCP") && line.contains("ESTABLISHED"))
                .count();

        assertThat(states.getComplete()).isTrue();
        assertThat(states.getStates().get("TCP:ESTABLISHED")).isEqualTo((int) established);
        assertThat(states.getTemplates()).isPositive();
    }

    @Test
    void worksWithoutAnyPrivilege() throws IOException {
        assertThat(of("as-nobody")).isNotEmpty().allSatisfy(stats -> {
            assertThat(ipvs(stats).getServices()).isEqualTo(8);
            assertThat(stats.getKernelTimeouts()).isNull();
            assertThat(stats.getNetwork()).isNotNull();
        });
        assertThat(of("as-nobody-with-netlink"))
                .isNotEmpty()
                .allSatisfy(stats -> assertThat(stats.getKernelTimeouts()).isNull());
        assertThat(read("as-nobody-with-netlink.log")).contains("EPERM").contains("NET_ADMIN");
        assertThat(read("as-nobody.log").lines().filter(line -> line.contains("WARN") || line.contains("ERROR")))
                .singleElement()
                .asString()
                .contains("mixed-schedulers");
    }

    @Test
    void staysWithinTheMemoryThatTheDaemonSetGivesIt() throws IOException {
        Map<String, Long> memory = read("memory")
                .lines()
                .map(line -> line.split(" "))
                .collect(Collectors.toMap(words -> words[0], words -> Long.parseLong(words[1]), Long::sum));

        assertThat(of("in-64-mib"))
                .hasSizeGreaterThan(10)
                .allSatisfy(stats -> assertThat(ipvs(stats).getServices()).isEqualTo(2000));
        assertThat(memory).containsEntry("oom_kill", 0L).containsEntry("oom", 0L);
        // The limit was never reached, so nothing was reclaimed for it.
        assertThat(memory).as("%s", memory).containsEntry("max", 0L).containsEntry("pgscan_direct", 0L);
    }

    private static List<NodeStats> of(String node) {
        return snapshots.stream().filter(it -> it.getNode().equals(node)).toList();
    }

    private static IpvsState ipvs(NodeStats stats) {
        return Optional.ofNullable(stats.getIpvs()).orElseThrow();
    }

    private static List<Double> skews(String scheduler, String address, String protocol) {
        return of("with-netlink").stream()
                .flatMap(stats -> ipvs(stats).getTopServices().stream())
                .filter(service -> service.getAddress().equals(address)
                        && service.getProtocol().equals(protocol)
                        && service.getScheduler().equals(scheduler)
                        && service.getNewConnections() != null)
                .map(ServiceState::getImbalance)
                .toList();
    }

    /** Service to its real servers, as {@code address port forwarding weight active inactive}. */
    private static Map<String, List<String>> ofAgent(List<ServiceState> services) {
        Map<String, List<String>> table = new TreeMap<>();
        for (ServiceState service : services) {
            table.put(
                    "%s %s %d %s"
                            .formatted(
                                    service.getProtocol(),
                                    service.getProtocol().equals("FWM")
                                            ? service.getAddress()
                                            : normal(service.getAddress()),
                                    service.getPort(),
                                    service.getScheduler()),
                    service.getServers().stream()
                            .map(RealKernelTest::line)
                            .sorted()
                            .toList());
        }
        return table;
    }

    private static String line(ServerState server) {
        return "%s %d %s %d %d %d"
                .formatted(
                        normal(server.getAddress()),
                        server.getPort(),
                        server.getForwarding(),
                        server.getWeight(),
                        server.getActiveConnections(),
                        server.getInactiveConnections());
    }

    private static Map<String, List<String>> ofIpvsadm() throws IOException {
        Map<String, List<String>> table = new TreeMap<>();
        List<String> servers = new ArrayList<>();
        for (String line : read("ipvsadm").lines().skip(3).toList()) {
            String[] words = line.strip().split("\\s+");
            if (words[0].equals("->")) {
                servers.add("%s %s %s %s %s".formatted(endpoint(words[1]), words[2], words[3], words[4], words[5]));
                servers.sort(null);
            } else {
                servers = new ArrayList<>();
                String name = words[0].equals("FWM") ? words[1] + " 0" : endpoint(words[1]);
                // ipvsadm marks a service by mark of IPv6 with a word of its own.
                int scheduler = words[2].equals("IPv6") ? 3 : 2;
                table.put("%s %s %s".formatted(words[0], name, words[scheduler]), servers);
            }
        }
        return table;
    }

    private static Collection<String> countersOfIpvsadm() throws IOException {
        Collection<String> lines = new TreeSet<>();
        String service = "";
        for (String line : read("ipvsadm-stats").lines().skip(3).toList()) {
            String[] words = line.strip().split("\\s+");
            if (words[0].equals("->")) {
                lines.add("server %s %s %s".formatted(service, endpoint(words[1]), words[2]));
            } else if (words[0].equals("FWM")) {
                service = "FWM %s 0".formatted(words[1]);
                lines.add("service %s %s".formatted(service, words[words[2].equals("IPv6") ? 3 : 2]));
            } else {
                service = words[0] + " " + endpoint(words[1]);
                lines.add("service %s %s".formatted(service, words[2]));
            }
        }
        return lines;
    }

    /** {@code 10.0.0.1:80} or {@code [fd00::1]:80} to an address as the JDK writes it and a port. */
    private static String endpoint(String text) {
        int colon = text.lastIndexOf(':');
        return normal(text.substring(0, colon).replaceAll("[\\[\\]]", "")) + " " + text.substring(colon + 1);
    }

    private static String normal(String address) {
        try {
            return InetAddress.getByName(address).getHostAddress();
        } catch (UnknownHostException noAddress) {
            throw new AssertionError(noAddress);
        }
    }

    private static String read(String file) throws IOException {
        return Files.readString(Optional.ofNullable(out).orElseThrow().resolve(file));
    }
}
