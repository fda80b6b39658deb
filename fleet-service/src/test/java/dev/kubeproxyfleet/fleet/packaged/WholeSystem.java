package dev.kubeproxyfleet.fleet.packaged;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.simulator.arm.ArmOptions;
import dev.kubeproxyfleet.simulator.arm.ArmSimulator;
import dev.kubeproxyfleet.simulator.broker.BrokerStartException;
import dev.kubeproxyfleet.simulator.broker.EmbeddedBroker;
import dev.kubeproxyfleet.simulator.kubernetes.KubernetesSimulator;
import dev.kubeproxyfleet.simulator.node.SimulatedNode;
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
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Stream;

/** The sandbox's parts with the packaged service, on free ports and in a folder of its own. */
final class WholeSystem implements AutoCloseable {

    private static final int SPEED = 60;
    private static final Duration AGENT_INTERVAL = Duration.ofSeconds(1);

    /** Where a test may do everything in Kafka. */
    final String brokers;

    final ArmSimulator azure;
    final URI address;
    FleetServiceProcess service;
    private AutoCloseable broker;
    private final Function<Path, FleetServiceProcess> services;
    private final Map<String, String> settings;
    private final SimulatedNodes machines;
    private final KubernetesSimulator kubernetes;
    private final AutoCloseable nodes;
    private final Fleet fleet;
    private final HttpClient client = HttpClient.newHttpClient();

    WholeSystem(Path folder) throws Exception {
        this(folder, Map.of());
    }

    /** @param more settings of the service */
    WholeSystem(Path folder, Map<String, String> more) throws Exception {
        this(folder, packaged(), more, true, Kafka.open(folder));
    }

    /**
     * Where agents are those of the last release.
     *
     * @param jar the service, of whatever version
     */
    static WholeSystem of(Path folder, Path jar) throws Exception {
        return new WholeSystem(folder, jar, Map.of(), true, Kafka.open(folder).withAgents(ReleasedAgents.SETTINGS));
    }

    /** Without agents until they are installed through the clusters' Kubernetes APIs, which are there as always. */
    static WholeSystem withoutAgents(Path folder, Map<String, String> more) throws Exception {
        return new WholeSystem(folder, packaged(), more, false, Kafka.open(folder));
    }

    /** Where the service and the agents come as users. */
    static WholeSystem guarded(Path folder, Map<String, String> more, Kafka kafka) throws Exception {
        return new WholeSystem(folder, packaged(), more, true, kafka);
    }

    /**
     * @param all where a test may do everything
     * @param service settings of the service
     * @param agents brokers and security of the agents' clients
     */
    record Kafka(AutoCloseable broker, String all, Map<String, String> service, Map<String, String> agents) {

        private static Kafka open(Path folder) throws BrokerStartException {
            EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"), 0);
            return new Kafka(
                    broker,
                    broker.bootstrapServers(),
                    Map.of("kafka.bootstrap.servers", broker.bootstrapServers()),
                    Map.of("bootstrap.servers", broker.bootstrapServers()));
        }

        /** Settings of a service that comes as a client with these properties. */
        static Map<String, String> settings(Map<String, String> client) {
            Map<String, String> settings = new HashMap<>();
            client.forEach((name, value) -> settings.put("kpfleet.kafka.client.\"" + name + "\"", value));
            settings.remove("kpfleet.kafka.client.\"bootstrap.servers\"");
            settings.put("kpfleet.kafka.bootstrap-servers", Objects.requireNonNull(client.get("bootstrap.servers")));
            return settings;
        }

        private Kafka withAgents(Map<String, String> more) {
            Map<String, String> settings = new HashMap<>(agents);
            settings.putAll(more);
            return new Kafka(broker, all, service, settings);
        }
    }

    private WholeSystem(Path folder, Path jar, Map<String, String> more, boolean agents, Kafka kafka) throws Exception {
        fleet = Fleet.of(new FleetSpec(20, 3, 2, 1, SPEED));
        broker = kafka.broker();
        brokers = kafka.all();
        azure = ArmSimulator.start(fleet, ArmOptions.DEFAULTS);
        Path certificate = folder.resolve("ca.pem");
        azure.writeCaPem(certificate);
        settings = new HashMap<>(more);
        settings.putAll(kafka.service());
        settings.put("kpfleet.azure.endpoint", azure.endpoint().toString());
        settings.put("kpfleet.azure.ca-certificate", certificate.toString());
        settings.put("kpfleet.azure.static-token", ArmSimulator.SANDBOX_TOKEN);
        settings.put("kpfleet.azure.time-scale", Integer.toString(SPEED));
        settings.put("kpfleet.inventory.interval", "5s");
        address = freeAddress();
        services = version -> process(version, folder, address);
        service = services.apply(jar);
        machines = new SimulatedNodes(azure, azure.nodeFaults(), fleet.spec(), InstantSource.system());
        kubernetes = KubernetesSimulator.start(azure, machines, 0, InstantSource.system());
        service.start();
        awaitReady();
        nodes = NodeFleet.start(
                machines,
                node -> agents ? Optional.of(node.cluster()) : kubernetes.agentOn(node.cluster(), node.name()),
                node -> azure.agentToken(node.cluster(), node.name()),
                kafka.agents(),
                AGENT_INTERVAL);
    }

    /** The service as it is packaged now. */
    static Path packaged() {
        Path jar = Path.of("target", "quarkus-app", "quarkus-run.jar").toAbsolutePath();
        if (!Files.exists(jar)) {
            throw new IllegalStateException(
                    jar + " is missing; run this test by 'mvn verify', which packages it first");
        }
        return jar;
    }

    /**
     * A replica's process, not started.
     *
     * @param folder of its own, for its state and its log
     */
    FleetServiceProcess process(Path jar, Path folder, URI address) {
        return process(jar, folder, address, Map.of());
    }

    /** The same with settings of its own. */
    FleetServiceProcess process(Path jar, Path folder, URI address, Map<String, String> more) {
        Map<String, String> own = new HashMap<>(settings);
        own.putAll(more);
        own.put("quarkus.http.port", Integer.toString(address.getPort()));
        own.put("kpfleet.kafka.state-dir", folder.resolve("streams").toString());
        return new FleetServiceProcess(
                jar, own, folder.resolve("fleet-service.log"), address.resolve("q/health/ready"));
    }

    /** The nodes that there are, on each of which an agent runs unless a test is about their installation. */
    List<SimulatedNode> nodes() {
        return machines.all();
    }

    /** Ids of the clusters that may be switched to IPVS, and seen through their Kubernetes API. */
    Stream<String> visibleClusters() {
        return fleet.clusters().stream()
                .filter(cluster -> {
                    JsonNode properties = cluster.document().path("properties");
                    return properties.path("aadProfile").isObject()
                            && properties.at("/powerState/code").asText().equals("Running")
                            && properties.path("privateFQDN").isMissingNode()
                            && properties
                                    .at("/networkProfile/kubeProxyConfig/mode")
                                    .isMissingNode()
                            && properties
                                    .at("/networkProfile/networkDataplane")
                                    .asText()
                                    .equals("azure");
                })
                .map(SimulatedCluster::id);
    }

    /** Ends the service in order, and starts another one after {@code between}. */
    void replaceService(Callable<?> between) throws Exception {
        service.close();
        between.call();
        startService(packaged());
    }

    /** Ends the service in order, and starts another version of it on its state. */
    void replaceService(Path jar) throws Exception {
        service.close();
        startService(jar);
    }

    private void startService(Path jar) throws Exception {
        service = services.apply(jar);
        service.start();
        awaitReady();
    }

    /**
     * Ends the service in order, loses Kafka with all that it held, and starts the service on another one at the same address, which is empty
     * when {@code between} begins.
     *
     * @param data of the other Kafka
     */
    void replaceKafka(Path data, Callable<?> between) throws Exception {
        service.close();
        broker.close();
        broker = EmbeddedBroker.start(data, URI.create("kafka://" + brokers).getPort());
        between.call();
        startService(packaged());
    }

    void awaitReady() throws Exception {
        service.awaitReady(Duration.ofMinutes(2));
    }

    /** What {@code /q/health/<which>} answers. */
    String health(String which) throws IOException, InterruptedException {
        return get(address.resolve("q/health/" + which));
    }

    /** What Prometheus would read. */
    String metrics() throws IOException, InterruptedException {
        return metrics(address);
    }

    /** The same of another replica. */
    String metrics(URI replica) throws IOException, InterruptedException {
        return get(replica.resolve("q/metrics"));
    }

    /** Nodes that report, by the version of their agent. */
    JsonNode agentVersions() throws IOException, InterruptedException {
        return Json.MAPPER.readTree(get(address.resolve("api/v1/agents"))).get("versions");
    }

    private String get(URI resource) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(resource).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    /** Publishes a config over REST; fails unless it was accepted. */
    void publish(String name, String config) throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(address.resolve("api/v1/configs/" + name))
                        .header("Content-Type", "application/yaml")
                        .PUT(HttpRequest.BodyPublishers.ofString(config))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() / 100 != 2) {
            throw new IllegalStateException("refused: " + answer.body());
        }
    }

    /** Asks something of a rollout over REST, and returns the status of the answer. */
    int steer(String rollout, String action) throws IOException, InterruptedException {
        return client.send(
                        HttpRequest.newBuilder(address.resolve("api/v1/rollouts/" + rollout + "/" + action))
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .statusCode();
    }

    /** A rollout as the API shows it; a missing node while the service is away. */
    JsonNode rollout(String id) throws InterruptedException {
        try {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(address.resolve("api/v1/rollouts/" + id))
                            .timeout(Duration.ofSeconds(5))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return Json.MAPPER.readTree(answer.body());
        } catch (IOException e) {
            return Json.MAPPER.missingNode();
        }
    }

    static URI freeAddress() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/");
        }
    }

    @Override
    public void close() throws Exception {
        nodes.close();
        service.close();
        kubernetes.close();
        azure.close();
        broker.close();
        client.close();
    }
}
