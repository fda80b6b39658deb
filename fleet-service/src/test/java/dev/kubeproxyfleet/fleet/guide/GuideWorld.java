package dev.kubeproxyfleet.fleet.guide;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.fleet.kafka.GuardedTopics;
import dev.kubeproxyfleet.fleet.kafka.Party;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.simulator.arm.ArmOptions;
import dev.kubeproxyfleet.simulator.arm.ArmSimulator;
import dev.kubeproxyfleet.simulator.broker.GuardedBroker;
import dev.kubeproxyfleet.simulator.kubernetes.KubernetesSimulator;
import dev.kubeproxyfleet.simulator.node.SimulatedNodes;
import dev.kubeproxyfleet.simulator.sandbox.FleetServiceProcess;
import dev.kubeproxyfleet.simulator.sandbox.NodeFleet;
import dev.kubeproxyfleet.simulator.world.Fleet;
import dev.kubeproxyfleet.simulator.world.FleetSpec;
import dev.kubeproxyfleet.simulator.world.SimulatedCluster;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an owner has: Kafka with its users and rights, Azure, and clusters, one of which is to run the service. Of that cluster this is
 * the kubelet, too: it starts what the StatefulSet says, with the settings and Secrets that the pod would get.
 */
final class GuideWorld implements AutoCloseable {

    private static final int SPEED = 60;
    private static final Duration AGENT_INTERVAL = Duration.ofSeconds(1);
    private static final Duration START = Duration.ofMinutes(3);

    final URI service;
    final Path kubeconfig;
    final String subscription;
    private final Path root;
    private final Path folder;
    private final Kubectl kubectl;
    private final GuardedBroker broker;
    private final ArmSimulator azure;
    private final KubernetesSimulator kubernetes;
    private final NodeFleet nodes;
    private @Nullable FleetServiceProcess running;

    /** @param root of the project, where the service has been packaged */
    GuideWorld(Path root, Path folder) throws Exception {
        this.root = root;
        this.folder = folder;
        this.service = URI.create("http://127.0.0.1:" + freePort() + "/");
        this.kubeconfig = folder.resolve("kubeconfig");
        this.kubectl = new Kubectl(kubeconfig);
        Fleet fleet = Fleet.of(new FleetSpec(10, 3, 1, 1, SPEED));
        subscription = fleet.clusters().getFirst().subscription();
        broker = GuardedTopics.start(folder.resolve("broker"));
        azure = ArmSimulator.start(fleet, ArmOptions.DEFAULTS);
        azure.writeCaPem(folder.resolve("azure-ca.pem"));
        SimulatedNodes machines = new SimulatedNodes(azure, azure.nodeFaults(), fleet.spec(), InstantSource.system());
        kubernetes = KubernetesSimulator.start(azure, machines, 0, InstantSource.system());
        kubernetes.writeCaPem(folder.resolve("kubernetes-ca.pem"));
        writeKubeconfig(fleet.clusters());
        nodes = NodeFleet.start(
                machines,
                node -> kubernetes.agentOn(node.cluster(), node.name()),
                node -> azure.agentToken(node.cluster(), node.name()),
                as(Party.AGENT),
                AGENT_INTERVAL);
    }

    /** A context for each cluster, by its name; the first one that is not for trying things out is the one that runs the service. */
    private void writeKubeconfig(List<SimulatedCluster> clusters) throws IOException {
        List<Object> servers = new ArrayList<>();
        List<Object> contexts = new ArrayList<>();
        for (SimulatedCluster cluster : clusters) {
            servers.add(Map.of(
                    "name",
                    cluster.name(),
                    "cluster",
                    Map.of(
                            "server", kubernetes.url(cluster.id()),
                            "certificate-authority",
                                    folder.resolve("kubernetes-ca.pem").toString())));
            contexts.add(Map.of("name", cluster.name(), "context", Map.of("cluster", cluster.name(), "user", "owner")));
        }
        String management = clusters.stream()
                .filter(cluster -> cluster.document().at("/tags/env").asText().equals("prod"))
                .filter(cluster ->
                        cluster.document().at("/properties/privateFQDN").isMissingNode())
                .findFirst()
                .orElseThrow()
                .name();
        Files.writeString(
                kubeconfig,
                Json.MAPPER.writeValueAsString(Map.of(
                        "apiVersion",
                        "v1",
                        "kind",
                        "Config",
                        "clusters",
                        servers,
                        "contexts",
                        contexts,
                        "users",
                        List.of(Map.of("name", "owner", "user", Map.of("token", ArmSimulator.SANDBOX_TOKEN))),
                        "current-context",
                        management)));
    }

    /** What Strimzi does for the objects of {@code deploy/kafka/strimzi}: it puts credentials into Secrets. */
    void keepCredentials() throws Exception {
        for (Party party : List.of(Party.SERVICE, Party.AGENT)) {
            keep(party.user(), "sasl.jaas.config", as(party).getOrDefault("sasl.jaas.config", ""));
        }
        keep("kubeproxy-fleet-cluster-ca-cert", "ca.crt", Files.readString(folder.resolve("kubernetes-ca.pem")));
    }

    private void keep(String name, String key, String value) throws Exception {
        kubectl.apply(Json.MAPPER.writeValueAsString(Map.of(
                "apiVersion",
                "v1",
                "kind",
                "Secret",
                "metadata",
                Map.of("name", name, "namespace", "kafka"),
                "data",
                Map.of(key, Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8))))));
    }

    /** Where agents reach the brokers. */
    String brokers() {
        return broker.bootstrapServers();
    }

    /** Starts the pod of the StatefulSet anew, and waits until it is ready. */
    void restartService() throws Exception {
        stopService();
        Path pod = folder.resolve("pod");
        JsonNode spec = kubectl.get("statefulset", "kubeproxy-fleet").at("/spec/template/spec");
        JsonNode container = spec.at("/containers/0");
        for (JsonNode mount : container.get("volumeMounts")) {
            mount(pod, mount, spec.get("volumes"));
        }
        Map<String, String> settings = new HashMap<>();
        for (JsonNode variable : container.get("env")) {
            settings.put(variable.get("name").asText(), value(variable));
        }
        Path file = pod.resolve(Objects.requireNonNull(settings.remove("SMALLRYE_CONFIG_LOCATIONS"))
                .substring(1));
        // What the pod has at /etc and /var is below its folder here.
        Files.writeString(file, Files.readString(file).replaceAll("=/(etc|var)/", "=" + pod + "/$1/"));
        settings.remove("JAVA_TOOL_OPTIONS");
        settings.put("smallrye.config.locations", file.toString());
        settings.put("quarkus.http.host", "127.0.0.1");
        settings.put("quarkus.http.port", Integer.toString(service.getPort()));
        // The page's brokers have names of a cluster and certificates; these here have neither.
        settings.put("kpfleet.kafka.bootstrap-servers", broker.bootstrapServers());
        settings.put("kpfleet.kafka.client.\"security.protocol\"", "SASL_PLAINTEXT");
        settings.put("kpfleet.azure.endpoint", azure.endpoint().toString());
        settings.put(
                "kpfleet.azure.ca-certificate", folder.resolve("azure-ca.pem").toString());
        settings.put("kpfleet.azure.static-token", ArmSimulator.SANDBOX_TOKEN);
        settings.put("kpfleet.azure.time-scale", Integer.toString(SPEED));
        settings.put("kpfleet.inventory.interval", "5s");
        running = new FleetServiceProcess(
                root.resolve("fleet-service/target/quarkus-app/quarkus-run.jar"),
                settings,
                folder.resolve("fleet-service.log"),
                service.resolve("q/health/ready"));
        running.start();
        running.awaitReady(START);
    }

    private void mount(Path pod, JsonNode mount, JsonNode volumes) throws Exception {
        Path at = pod.resolve(mount.get("mountPath").asText().substring(1));
        Files.createDirectories(at);
        for (JsonNode volume : volumes) {
            if (volume.get("name").equals(mount.get("name")) && volume.has("configMap")) {
                JsonNode files = kubectl.get(
                                "configmap", volume.at("/configMap/name").asText())
                        .get("data");
                for (Map.Entry<String, JsonNode> entry : files.properties()) {
                    Files.writeString(
                            at.resolve(entry.getKey()), entry.getValue().asText());
                }
            } else if (volume.get("name").equals(mount.get("name")) && volume.has("secret")) {
                JsonNode files = kubectl.get(
                                "secret", volume.at("/secret/secretName").asText())
                        .get("data");
                for (Map.Entry<String, JsonNode> entry : files.properties()) {
                    Files.write(
                            at.resolve(entry.getKey()),
                            Base64.getDecoder().decode(entry.getValue().asText()));
                }
            }
        }
    }

    private String value(JsonNode variable) throws Exception {
        JsonNode reference = variable.at("/valueFrom/secretKeyRef");
        if (reference.isMissingNode()) {
            return variable.get("value").asText();
        }
        JsonNode data = kubectl.get("secret", reference.get("name").asText()).get("data");
        return new String(
                Base64.getDecoder()
                        .decode(data.get(reference.get("key").asText()).asText()),
                StandardCharsets.UTF_8);
    }

    void stopService() throws Exception {
        if (running != null) {
            running.close();
            running = null;
        }
    }

    private Map<String, String> as(Party party) {
        Map<String, String> client = new HashMap<>(broker.client(party.user()));
        client.put("bootstrap.servers", broker.bootstrapServers());
        return client;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() throws Exception {
        stopService();
        nodes.close();
        kubernetes.close();
        azure.close();
        broker.close();
    }
}
