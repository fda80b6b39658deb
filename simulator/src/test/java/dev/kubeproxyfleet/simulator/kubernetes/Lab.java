package dev.kubeproxyfleet.simulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.simulator.arm.ArmOptions;
import dev.kubeproxyfleet.simulator.arm.ArmSimulator;
import dev.kubeproxyfleet.simulator.node.SimulatedNode;
import dev.kubeproxyfleet.simulator.node.SimulatedNodes;
import dev.kubeproxyfleet.simulator.world.Fleet;
import dev.kubeproxyfleet.simulator.world.FleetSpec;
import dev.kubeproxyfleet.simulator.world.ManualClock;
import dev.kubeproxyfleet.simulator.world.SimulatedCluster;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A small fleet with its Azure and its Kubernetes, in a time that tests move. */
final class Lab implements AutoCloseable {

    /** Until a change has reached the last node of a cluster. */
    static final Duration ROLLED_OUT = Duration.ofSeconds(106);

    final ManualClock clock = new ManualClock();
    final Fleet fleet;
    final ArmSimulator azure;
    final SimulatedNodes nodes;
    final KubernetesSimulator kubernetes;

    Lab(int clusters) throws IOException {
        FleetSpec spec = new FleetSpec(clusters, 5, 1, 7, 1);
        fleet = Fleet.of(spec);
        azure = ArmSimulator.start(fleet, ArmOptions.DEFAULTS, clock);
        nodes = new SimulatedNodes(azure, azure.nodeFaults(), spec, clock);
        kubernetes = KubernetesSimulator.start(azure, nodes, 0, clock);
    }

    SimulatedCluster one() {
        return fleet.clusters().getFirst();
    }

    /** Lets ARM's document of a cluster say something else of kube-proxy. */
    void configure(String clusterId, String kubeProxyConfig) throws IOException {
        JsonNode config = Json.MAPPER.readTree(kubeProxyConfig);
        azure.edit(
                clusterId,
                document -> ((ObjectNode) document.at("/properties/networkProfile")).set("kubeProxyConfig", config));
    }

    List<String> nodeNames(String clusterId) {
        return azure.nodes().getOrDefault(clusterId, List.of());
    }

    List<SimulatedNode> nodesOf(String clusterId) {
        return nodes.of(clusterId);
    }

    /** The kubeconfig that ARM gives to a user of a cluster, in text. */
    String kubeconfig(SimulatedCluster cluster) throws IOException, InterruptedException {
        JsonNode answer = post(
                URI.create(azure.endpoint() + cluster.armId() + "/listClusterUserCredential?api-version=2025-10-01"),
                "application/json",
                "");
        return new String(
                Base64.getDecoder().decode(answer.at("/kubeconfigs/0/value").asText()), StandardCharsets.UTF_8);
    }

    /** A token of the simulated Entra. */
    String token(String scope) throws IOException, InterruptedException {
        return post(
                        URI.create(azure.endpoint() + "/"
                                + fleet.subscriptions().getFirst().tenantId() + "/oauth2/v2.0/token"),
                        "application/x-www-form-urlencoded",
                        "grant_type=client_credentials&client_id=somebody&client_secret=s&scope=" + scope)
                .path("access_token")
                .asText();
    }

    private JsonNode post(URI uri, String type, String body) throws IOException, InterruptedException {
        try (HttpClient client =
                HttpClient.newBuilder().sslContext(azure.clientContext()).build()) {
            HttpRequest request = HttpRequest.newBuilder(uri)
                    .header("Authorization", "Bearer " + ArmSimulator.SANDBOX_TOKEN)
                    .header("Content-Type", type)
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build();
            return Json.MAPPER.readTree(client.send(request, HttpResponse.BodyHandlers.ofByteArray())
                    .body());
        }
    }

    /** Every event of a watch, until it ends by itself. */
    List<JsonNode> watch(SimulatedCluster cluster, String pathAndQuery) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(cluster, "GET", pathAndQuery, "application/json", "");
        List<JsonNode> events = new ArrayList<>();
        for (String line : answer.body().lines().toList()) {
            events.add(Json.MAPPER.readTree(line));
        }
        return events;
    }

    /** Any request to the API of a cluster. */
    HttpResponse<String> send(SimulatedCluster cluster, String method, String pathAndQuery, String type, String body)
            throws IOException, InterruptedException {
        try (HttpClient client =
                HttpClient.newBuilder().sslContext(kubernetes.clientContext()).build()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(kubernetes.url(cluster.id()) + pathAndQuery))
                    .header("Authorization", "Bearer " + ArmSimulator.SANDBOX_TOKEN)
                    .header("Content-Type", type)
                    .method(method, HttpRequest.BodyPublishers.ofString(body))
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        }
    }

    /** A client of one cluster that does not try again. */
    KubernetesClient client(SimulatedCluster cluster) throws IOException {
        return client(cluster, ArmSimulator.SANDBOX_TOKEN);
    }

    KubernetesClient client(SimulatedCluster cluster, String token) throws IOException {
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl(kubernetes.url(cluster.id()))
                .withCaCertData(
                        Base64.getEncoder().encodeToString(kubernetes.caPem().getBytes(StandardCharsets.US_ASCII)))
                .withOauthToken(token)
                .withRequestRetryBackoffLimit(0)
                .withWatchReconnectInterval(10)
                .build();
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    @Override
    public void close() {
        kubernetes.close();
        azure.close();
    }
}
