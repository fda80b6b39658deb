package dev.kubeproxyfleet.simulator.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.config.IpvsConfig;
import dev.kubeproxyfleet.schemas.config.IpvsScheduler;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.simulator.world.AppliedConfiguration;
import dev.kubeproxyfleet.simulator.world.FleetSpec;
import dev.kubeproxyfleet.simulator.world.ManualClock;
import dev.kubeproxyfleet.simulator.world.NodeFaults;
import dev.kubeproxyfleet.simulator.world.NodeNames;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulatedNodesTest {

    private static final KubeProxyConfig LEAST_CONNECTION = ipvs(IpvsScheduler.LeastConnection, 900);
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(105);
    private static final Duration LONGEST_FIRST_SYNC = Duration.ofSeconds(9);
    private static final String CLUSTER = FakeClusters.CLUSTER;

    private final ManualClock clock = new ManualClock();
    private final FakeClusters clusters = new FakeClusters(clock.instant());
    private final NodeFaults faults = new NodeFaults();

    @Test
    void aNodeInIptablesModeHasNoIpvsTable() {
        SimulatedNode node = node(0);

        assertThat(node.read("net/ip_vs")).isNull();
        assertThat(node.read("net/ip_vs_stats")).isNull();
        assertThat(node.get("/proxyMode")).hasValue("iptables");
        assertThat(node.get("/healthz")).hasValue("ok");
        assertThat(node.get("/nothing")).isEmpty();
    }

    @Test
    void everyNodeFollowsItsClusterSomeTimeAfterTheOperation() {
        List<SimulatedNode> nodes = nodes();
        apply(LEAST_CONNECTION);
        assertThat(nodes)
                .extracting(node -> node.get("/proxyMode").orElseThrow())
                .containsOnly("iptables");

        clock.advance(Duration.ofSeconds(30));
        assertThat(nodes)
                .extracting(node -> node.get("/proxyMode").orElseThrow())
                .contains("ipvs", "iptables");

        clock.advance(LONGEST_DELAY);
        assertThat(nodes)
                .extracting(node -> node.get("/proxyMode").orElseThrow())
                .containsOnly("ipvs");
        clock.advance(LONGEST_FIRST_SYNC);
        assertThat(nodes)
                .allSatisfy(node -> assertThat(IpvsText.services(text(node, "net/ip_vs")))
                        .extracting(IpvsText.Service::scheduler)
                        .containsOnly("lc"));

        apply(KubeProxyConfig.UNSET);
        clock.advance(LONGEST_DELAY);
        assertThat(nodes).allSatisfy(node -> assertThat(node.read("net/ip_vs")).isNull());
    }

    @Test
    void aChangeOfSchedulerKeepsTheConnections() {
        apply(ipvs(IpvsScheduler.RoundRobin, 900));
        SimulatedNode node = node(0);
        int before = connections(node);
        apply(LEAST_CONNECTION);
        clock.advance(LONGEST_DELAY);

        assertThat(IpvsText.services(text(node, "net/ip_vs")))
                .extracting(IpvsText.Service::scheduler)
                .containsOnly("lc");
        assertThat(connections(node)).isGreaterThan(before / 2);
    }

    @Test
    void kubeProxySaysWhatItWasConfiguredWith() throws Exception {
        apply(LEAST_CONNECTION);

        JsonNode configuration =
                Json.MAPPER.readTree(node(0).get("/configz").orElseThrow()).path("kubeproxy.config.k8s.io");
        assertThat(configuration.path("Mode").asText()).isEqualTo("ipvs");
        assertThat(configuration.at("/IPVS/Scheduler").asText()).isEqualTo("lc");
        assertThat(configuration.at("/IPVS/TCPTimeout").asText()).isEqualTo("15m0s");
        assertThat(configuration.at("/IPVS/UDPTimeout").asText()).isEqualTo("0s");
    }

    @ParameterizedTest
    @CsvSource({"1, 1s", "60, 1m0s", "120, 2m0s", "3605, 1h0m5s", "90061, 25h1m1s", "-1, 0s"})
    void durationsAreWrittenAsGoWritesThem(int seconds, String expected) {
        assertThat(KubeProxyAnswers.goDuration(seconds)).isEqualTo(expected);
    }

    @Test
    void aDisabledKubeProxyDoesNotAnswer() {
        apply(KubeProxyConfig.DISABLED);

        assertThat(node(0).get("/proxyMode")).isEmpty();
        assertThat(node(0).read("net/snmp")).isNotNull();
    }

    @Test
    void nothingRunsOnAStoppedOrDeletedCluster() {
        SimulatedNode node = node(0);
        clusters.applied = new AppliedConfiguration(KubeProxyConfig.UNSET, clock.instant(), false);
        assertThat(node.running()).isFalse();
        assertThat(node.read("net/snmp")).isNull();
        assertThat(node.get("/proxyMode")).isEmpty();

        clusters.applied = null;
        assertThat(node.running()).isFalse();
    }

    @Test
    void nodesComeAndGoAsTheirClustersSay() {
        SimulatedNodes world = world();
        List<SimulatedNode> before = world.of(CLUSTER);
        clusters.nodes.put(CLUSTER, NodeNames.of(CLUSTER, Map.of("system", 3), 2));
        String another = CLUSTER + "-2";
        clusters.nodes.put(another, NodeNames.of(another, Map.of("system", 1), 0));
        world.follow();

        assertThat(world.of(CLUSTER)).hasSize(5).startsWith(before.get(0), before.get(1), before.get(2));
        assertThat(world.of(CLUSTER).subList(3, 5))
                .extracting(SimulatedNode::name)
                .allMatch(name -> name.matches("aks-default-[0-9a-z]{5}"));
        assertThat(world.of(another)).singleElement().matches(SimulatedNode::reports);

        clusters.nodes.remove(another);
        clusters.nodes.put(CLUSTER, List.of());
        world.follow();
        assertThat(world.all()).isEmpty();
    }

    @Test
    void aNodeThatComesRunsWhatItsClusterHasAndHasJustBooted() {
        SimulatedNodes world = world();
        apply(LEAST_CONNECTION);
        clusters.nodes.put(CLUSTER, NodeNames.of(CLUSTER, Map.of("system", 6), 0));
        world.follow();
        SimulatedNode newcomer = world.of(CLUSTER).get(5);

        assertThat(newcomer.get("/proxyMode")).hasValue("ipvs");
        assertThat(IpvsText.services(text(newcomer, "net/ip_vs"))).isEmpty();
        clock.advance(LONGEST_FIRST_SYNC);
        assertThat(IpvsText.services(text(newcomer, "net/ip_vs"))).isNotEmpty();
    }

    @Test
    void aNodeThatWasAwayHasBootedAnew() {
        SimulatedNodes world = world();
        List<String> names = clusters.nodes.get(CLUSTER);
        String boot = text(world.of(CLUSTER).getFirst(), "sys/kernel/random/boot_id");
        clusters.nodes.put(CLUSTER, List.of());
        world.follow();
        clusters.nodes.put(CLUSTER, names);
        world.follow();

        assertThat(text(world.of(CLUSTER).getFirst(), "sys/kernel/random/boot_id"))
                .isNotEqualTo(boot);
    }

    @Test
    void theTableHasTheShapeOfTheKernels() throws Exception {
        apply(LEAST_CONNECTION);
        List<String> real = resource("ip_vs").lines().toList();
        List<String> simulated = text(node(0), "net/ip_vs").lines().toList();

        assertThat(simulated.subList(0, 3)).isEqualTo(real.subList(0, 3));
        Set<String> realShapes =
                real.stream().skip(3).map(SimulatedNodesTest::rowShape).collect(Collectors.toSet());
        assertThat(simulated.stream().skip(3).map(SimulatedNodesTest::rowShape).toList())
                .isNotEmpty()
                .allMatch(realShapes::contains);
        assertThat(text(node(0), "net/ip_vs")).endsWith("\n");
    }

    @Test
    void theStatisticsHaveTheShapeOfTheKernels() throws Exception {
        apply(LEAST_CONNECTION);
        Pattern number = Pattern.compile(" *[0-9A-F]+(?= |$)");
        List<String> shapes = List.of(resource("ip_vs_stats"), text(node(0), "net/ip_vs_stats")).stream()
                .map(text -> text.lines()
                        .map(line -> number.matcher(line)
                                .replaceAll(match -> "#".repeat(match.group().length())))
                        .collect(Collectors.joining("\n")))
                .toList();

        assertThat(shapes.get(1)).isEqualTo(shapes.get(0));
    }

    @Test
    void networkCountersGrowAndEveryColumnHasAName() {
        SimulatedNode node = node(0);
        String before = text(node, "net/snmp");
        clock.advance(Duration.ofSeconds(10));
        String after = text(node, "net/snmp");

        List<String> lines = after.lines().toList();
        for (int i = 0; i < lines.size(); i += 2) {
            assertThat(lines.get(i + 1).split(" ")).hasSameSizeAs(lines.get(i).split(" "));
        }
        assertThat(tcp(after, "InSegs")).isGreaterThan(tcp(before, "InSegs"));
        assertThat(text(node, "net/stat/nf_conntrack")
                        .lines()
                        .map(line -> line.trim().split(" +").length))
                .containsOnly(17);
        assertThat(Integer.parseInt(
                        text(node, "sys/net/netfilter/nf_conntrack_count").trim()))
                .isBetween(
                        1,
                        Integer.parseInt(
                                text(node, "sys/net/netfilter/nf_conntrack_max").trim()));
        assertThat(text(node, "sys/kernel/random/boot_id")).matches("[0-9a-f-]{36}\n");
    }

    @Test
    void aChangeOfModeBreaksSomeConnections() {
        SimulatedNode node = node(0);
        long before = tcp(text(node, "net/snmp"), "EstabResets");
        apply(LEAST_CONNECTION);
        clock.advance(Duration.ofSeconds(6));

        assertThat(text(node, "net/ip_vs")).isNotEmpty();
        assertThat(tcp(text(node, "net/snmp"), "EstabResets")).isGreaterThan(before);
    }

    @Test
    void aNodeThatNobodyLookedAtForADayCatchesUpAtOnce() {
        apply(LEAST_CONNECTION);
        SimulatedNode node = node(0);
        clock.advance(Duration.ofDays(1));

        assertThat(connections(node)).isBetween(1, 5_000);
    }

    @Test
    void aHundredNodesCostLessThanATenthOfACore() {
        apply(LEAST_CONNECTION);
        clusters.nodes.put(CLUSTER, NodeNames.of(CLUSTER, Map.of("apps", 100), 0));
        List<SimulatedNode> nodes = world().all();
        var threads = ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadCpuTime();
        Duration simulated = Duration.ZERO;
        for (Duration tick = Duration.ofSeconds(2); simulated.toSeconds() < 60; simulated = simulated.plus(tick)) {
            clock.advance(tick);
            for (SimulatedNode node : nodes) {
                assertThat(node.read("net/ip_vs")).isNotNull();
                assertThat(node.read("net/ip_vs_stats")).isNotNull();
                assertThat(node.read("net/snmp")).isNotNull();
                assertThat(node.get("/configz")).isPresent();
            }
        }
        Duration spent = Duration.ofNanos(threads.getCurrentThreadCpuTime() - before);

        assertThat(nodes).hasSize(100);
        assertThat(spent).isLessThan(simulated.dividedBy(10));
    }

    private void apply(KubeProxyConfig config) {
        clusters.applied = new AppliedConfiguration(config, clock.instant(), true);
    }

    private SimulatedNode node(int index) {
        return nodes().get(index);
    }

    private List<SimulatedNode> nodes() {
        return world().of(CLUSTER);
    }

    private SimulatedNodes world() {
        return new SimulatedNodes(clusters, faults, new FleetSpec(1, 5, 1, 3, 1), clock);
    }

    private static KubeProxyConfig ipvs(IpvsScheduler scheduler, int tcpTimeoutSeconds) {
        return new KubeProxyConfig(true, KubeProxyMode.IPVS, new IpvsConfig(scheduler, tcpTimeoutSeconds, 120, null));
    }

    private static String text(SimulatedNode node, String path) {
        return new String(Objects.requireNonNull(node.read(path), path), StandardCharsets.US_ASCII);
    }

    private static int connections(SimulatedNode node) {
        return IpvsText.services(text(node, "net/ip_vs")).stream()
                .flatMap(service ->
                        java.util.stream.Stream.concat(service.active().stream(), service.inactive().stream()))
                .mapToInt(Integer::intValue)
                .sum();
    }

    private static long tcp(String snmp, String column) {
        List<String> tcp = snmp.lines().filter(line -> line.startsWith("Tcp:")).toList();
        int index = List.of(tcp.get(0).split(" ")).indexOf(column);
        return Long.parseLong(tcp.get(1).split(" ")[index]);
    }

    /** Endpoints, scheduler names and numbers with their padding replaced by marks of the same width. */
    private static String rowShape(String row) {
        String marked = row.replaceAll("[0-9A-F]{8}:[0-9A-F]{4}", "@").replaceAll("@ (rr|lc) ", "@ xx ");
        return Pattern.compile("(?<= )\\d+ *")
                .matcher(marked)
                .replaceAll(match -> "#".repeat(match.group().length()));
    }

    private static String resource(String name) throws IOException {
        try (InputStream in =
                Objects.requireNonNull(SimulatedNodesTest.class.getResourceAsStream("/ipvs/" + name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }
}
