package dev.kubeproxyfleet.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kubeproxyfleet.testing.PrometheusLint;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The whole process on a captured node, while Kafka is away. */
@QuarkusTest
@WithTestResource(AgentTest.NodeWithoutKafka.class)
class AgentTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @Inject
    Agent agent;

    @Test
    void isLiveAndStartedButNotReadyWithoutKafka() {
        await().atMost(PATIENCE).until(() -> status("/q/health/started") == 200);

        assertThat(status("/q/health/live")).isEqualTo(200);
        assertThat(status("/q/health/ready")).isEqualTo(503);
    }

    @Test
    void goesOnTakingSnapshotsAndKeepsTheNewest() {
        await().atMost(PATIENCE).until(() -> metric("kpfleet_agent_snapshots_dropped_total") > 0);

        assertThat(metric("kpfleet_agent_snapshots_waiting")).isLessThanOrEqualTo(3);
        assertThat(metric("kpfleet_agent_snapshots_acknowledged_total")).isZero();
        assertThat(metric("kpfleet_agent_ipvs_services")).isEqualTo(11);
        assertThat(metric("kpfleet_agent_ipvs_backends")).isEqualTo(30);
    }

    @Test
    void keepsItsSeriesFixedInNumber() {
        await().atMost(PATIENCE).until(() -> metric("kpfleet_agent_snapshots_total") > 0);
        Set<String> before = series();
        double taken = metric("kpfleet_agent_snapshots_total");
        await().atMost(PATIENCE).until(() -> metric("kpfleet_agent_snapshots_total") > taken + 3);

        assertThat(series()).isEqualTo(before).hasSize(38);
    }

    @Test
    void turnsAtAMomentWithinTheIntervalThatTheNodeDecides() {
        Set<Long> moments = LongStream.range(0, 200)
                .mapToObj(node -> Agent.untilTurn("cluster/nodes/node-" + node, 1_000_000, 10_000))
                .collect(Collectors.toSet());

        assertThat(moments).allMatch(it -> it >= 0 && it < 10_000).hasSizeGreaterThan(150);
        assertThat(Agent.untilTurn("key", 1_000_250, 10_000))
                .isEqualTo(Math.floorMod(Agent.untilTurn("key", 1_000_000, 10_000) - 250, 10_000));
    }

    @Test
    void tellsWhatItSawInItsMetrics() {
        await().atMost(PATIENCE).until(() -> metric("kpfleet_agent_snapshots_total") > 0);

        assertThat(metric("kpfleet_agent_ipvs_active_connections")).isPositive();
        assertThat(metric("kpfleet_agent_ipvs_connections_total")).isNaN();
        assertThat(metric("kpfleet_agent_conntrack_limit")).isNaN();
        assertThat(metric("kpfleet_agent_evidence{code=\"mixed-schedulers\"}")).isEqualTo(1);
        assertThat(metric("kpfleet_agent_evidence{code=\"stale-ipvs\"}")).isZero();
    }

    @Test
    void itsMetricsKeepTheRulesOfPrometheus() {
        assertThat(PrometheusLint.faults(metrics(), "kpfleet_")).isEmpty();
    }

    @Test
    void answersOnlyWhatItKnows() {
        assertThat(status("/q/health/live/more")).isEqualTo(404);
        assertThat(status("/")).isEqualTo(404);
    }

    private int status(String path) {
        return get(path).statusCode();
    }

    private HttpResponse<String> get(String path) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + agent.httpPort() + path))
                .build();
        try {
            return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private Set<String> series() {
        return metrics()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.substring(0, line.lastIndexOf(' ')))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private double metric(String name) {
        return metrics()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
                .findFirst()
                .orElse(Double.NaN);
    }

    private String metrics() {
        return get("/q/metrics").body();
    }

    /** A proc root with a captured table, and brokers at a port where nobody listens. */
    public static final class NodeWithoutKafka implements QuarkusTestResourceLifecycleManager {

        @Override
        public Map<String, String> start() {
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                    InputStream table =
                            Objects.requireNonNull(AgentTest.class.getResourceAsStream("/ipvs/small/ip_vs"))) {
                Path root = Files.createTempDirectory("proc");
                Files.createDirectories(root.resolve("1/net"));
                Files.copy(table, root.resolve("1/net/ip_vs"));
                String nobody = "127.0.0.1:" + free.getLocalPort();
                return Map.of(
                        "kpfleet.agent.cluster-id",
                        "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/one",
                        "kpfleet.agent.node-name",
                        "node-1",
                        "kpfleet.agent.proc-root",
                        root.toString(),
                        "kpfleet.agent.kube-proxy-endpoint",
                        "http://" + nobody,
                        "kpfleet.agent.interval",
                        "200ms",
                        "kpfleet.agent.queue-limit",
                        "3",
                        "kpfleet.agent.http-port",
                        "0",
                        "kafka.bootstrap.servers",
                        nobody);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void stop() {}
    }
}
