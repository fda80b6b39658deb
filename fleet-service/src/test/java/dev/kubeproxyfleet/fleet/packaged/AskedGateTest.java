package dev.kubeproxyfleet.fleet.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prometheus says no, and the rollout stops after its canary; Prometheus says yes, and the next one reaches every cluster. */
class AskedGateTest {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final String SECRET = "Bearer s3cr3t";
    private static final String CONFIG = """
            apiVersion: kubeproxyfleet.dev/v1
            kind: FleetConfig
            spec:
              kubeProxy: { mode: IPVS, ipvsConfig: { scheduler: %s } }
              selector: { tags: { matchLabels: { env: prod } } }
              strategy:
                gate:
                  signals: "Off"
                  external:
                    - name: errors
                      http:
                        url: http://%s
                        headers: [{ key: Authorization, secret: token }]
                        prometheus: { query: errors, failAbove: 0.05 }
                        count: 1
                stages:
                  - { name: canary, size: 1, bake: PT1S }
                  - { name: rest, maxConcurrent: 10 }
            """;
    private static final String ANSWER = """
            {"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1435781451.781,"%s"]}]}}""";

    @TempDir
    Path folder;

    private volatile String value = "0.5";

    @Test
    void prometheusDecides() throws Exception {
        Set<String> secrets = ConcurrentHashMap.newKeySet();
        HttpServer prometheus = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        prometheus.createContext("/api/v1/query", exchange -> {
            secrets.add(exchange.getRequestHeaders().getFirst("Authorization"));
            byte[] answer = ANSWER.formatted(value).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        prometheus.start();
        String host = "127.0.0.1:" + prometheus.getAddress().getPort();
        Files.writeString(
                Files.createDirectories(folder.resolve("secrets/127.0.0.1")).resolve("token"), SECRET);
        try (WholeSystem system = new WholeSystem(
                folder,
                Map.of(
                        "kpfleet.gates.hosts",
                        host,
                        "kpfleet.gates.secret-dir",
                        folder.resolve("secrets").toString()))) {
            system.publish("prod-ipvs", CONFIG.formatted("LeastConnection", host));
            JsonNode stopped = reaches(system, "prod-ipvs.1", "Paused");
            assertThat(stopped.at("/code").asText()).isEqualTo("GateFailed");
            assertThat(stopped.at("/message").asText())
                    .isEqualTo("stage canary: errors: fleet-service says: the query gave 0.5, more than 0.05;"
                            + " 1 of 1 measurement failed, 0 may");
            assertThat(stopped.at("/stages/1/clusters/converged").asInt()).isZero();

            value = "0.01";
            system.publish("prod-ipvs", CONFIG.formatted("RoundRobin", host));
            JsonNode succeeded = reaches(system, "prod-ipvs.2", "Succeeded");
            for (JsonNode stage : succeeded.at("/stages")) {
                assertThat(stage.at("/gates"))
                        .filteredOn(gate -> gate.at("/name").asText().equals("errors"))
                        .singleElement()
                        .satisfies(gate -> {
                            assertThat(gate.at("/verdict").asText()).isEqualTo("Pass");
                            assertThat(gate.at("/message").asText())
                                    .startsWith("fleet-service says: the query gave 0.01; 0 of ");
                        });
            }
            assertThat(succeeded.toString()).doesNotContain(SECRET);
        } finally {
            prometheus.stop(0);
        }
        assertThat(secrets).containsExactly(SECRET);
        assertThat(Files.readString(folder.resolve("fleet-service.log"))).doesNotContain(SECRET);
    }

    private static JsonNode reaches(WholeSystem system, String rollout, String state) {
        return await(rollout + " to be " + state)
                .atMost(PATIENCE)
                .until(
                        () -> system.rollout(rollout).at("/rollout"),
                        found -> found.at("/state").asText().equals(state));
    }
}
