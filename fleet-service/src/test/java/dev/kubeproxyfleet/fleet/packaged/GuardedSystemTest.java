package dev.kubeproxyfleet.fleet.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kubeproxyfleet.fleet.deploy.ServiceChart;
import dev.kubeproxyfleet.fleet.kafka.GuardedTopics;
import dev.kubeproxyfleet.fleet.kafka.Party;
import dev.kubeproxyfleet.schemas.topic.Topic;
import dev.kubeproxyfleet.simulator.arm.ApiCall;
import dev.kubeproxyfleet.simulator.broker.GuardedBroker;
import dev.kubeproxyfleet.simulator.broker.GuardedBroker.Use;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.NetworkInterface;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The service with the settings that its chart writes. Everybody has exactly the rights of {@code deploy/kafka}, and the service may
 * create no topic.
 */
class GuardedSystemTest {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final String STRATEGY = """
            apiVersion: kubeproxyfleet.dev/v1
            kind: FleetStrategy
            metadata: { name: quick }
            spec:
              gate: { signals: "Off" }
              stages:
                - { name: canary, size: 1, bake: PT1S }
                - { name: rest, maxConcurrent: 10 }
            """;
    private static final String CONFIG = """
            apiVersion: kubeproxyfleet.dev/v1
            kind: FleetConfig
            metadata: { name: prod-ipvs }
            spec:
              kubeProxy: { mode: IPVS, ipvsConfig: { scheduler: %s } }
              selector: { tags: { matchLabels: { env: prod } } }
              strategyRef: quick
            """;

    @TempDir
    Path folder;

    @Test
    void theServiceNeedsEveryRightThatItHasAndNoOther() throws Exception {
        try (Collector collector = new Collector();
                GuardedBroker broker = GuardedTopics.start(folder.resolve("broker"))) {
            try (WholeSystem system = WholeSystem.guarded(
                    folder,
                    Map.of(
                            "smallrye.config.locations",
                            settings(broker).toString(),
                            "kpfleet.tracing.endpoint",
                            collector.endpoint().toString()),
                    new WholeSystem.Kafka(
                            () -> {},
                            broker.openServers(),
                            Map.of(
                                    "KAFKA_SASL_JAAS_CONFIG",
                                    as(broker, Party.SERVICE).get("sasl.jaas.config")),
                            as(broker, Party.AGENT)))) {
                fromOutside(system).ifPresent(outside -> {
                    assertThat(status(outside.resolve("q/health/ready"))).isEqualTo(200);
                    assertThat(status(outside.resolve("q/metrics"))).isEqualTo(200);
                    assertThat(status(outside.resolve("api/v1/configs"))).isEqualTo(403);
                    assertThat(status(outside)).isEqualTo(403);
                });
                publish(broker, Topic.DESIRED, "strategy/quick", STRATEGY);
                publish(broker, Topic.DESIRED, "prod-ipvs", CONFIG.formatted("LeastConnection"));
                succeeds(system, "prod-ipvs.1");

                // What it cannot read, and the topics of its own state, which it reads where the folder was lost.
                publish(broker, Topic.DESIRED, "bad-config", "{no json");
                write(everything(broker), Topic.NEW_CLUSTERS, "bad-cluster", "{no json");
                system.replaceService(() -> delete(folder.resolve("streams")));
                system.publish("prod-ipvs", CONFIG.formatted("RoundRobin"));
                succeeds(system, "prod-ipvs.2");
                assertThat(system.steer("prod-ipvs.1", "pause"))
                        .as("answered by the controller")
                        .isEqualTo(409);
                String drifted =
                        system.rollout("prod-ipvs.2").at("/clusters/0/cluster").asText();
                system.azure.edit(
                        drifted,
                        document -> document.withObject("/properties/networkProfile/kubeProxyConfig")
                                .put("mode", "IPTABLES"));
                await("both are rejected")
                        .atMost(PATIENCE)
                        .until(() -> rejected(broker).containsAll(Set.of("bad-config", "bad-cluster")));
                await("the drift is noticed")
                        .atMost(PATIENCE)
                        .until(() -> broker.uses().stream()
                                .anyMatch(use -> use.operation() == AclOperation.WRITE
                                        && use.resource().equals("kubeproxy.controller-drifted-changelog")));
                aPublicationIsOneTraceUpToAzure(collector, system);
                assertThat(system.service.check())
                        .as("a check beside the service that works")
                        .contains(
                                "ok       Kafka at " + broker.bootstrapServers() + " answers",
                                "ok       topic kubeproxy.desired with 1 partition",
                                "ok       group kubeproxy.controller, and the right to Read",
                                "ok       Kubernetes APIs: Microsoft Entra gives a token for them")
                        .doesNotContain("missing ", "invalid ", "unknown  topic", "unknown  group")
                        .endsWith("exit code 0");
            }

            Set<Use> uses = broker.uses().stream()
                    .filter(use -> use.user().equals(Party.SERVICE.user()))
                    .collect(Collectors.toSet());
            assertThat(uses.stream().filter(use -> !use.allowed()))
                    .as("what the service was refused to do")
                    .isEmpty();
            assertThat(GuardedTopics.rights(Party.SERVICE)
                            .flatMap(right -> right.operations().stream()
                                    .filter(operation -> uses.stream()
                                            .noneMatch(use -> use.allowed()
                                                    && use.operation() == operation
                                                    && right.covers(use.type(), use.resource())))
                                    .map(operation -> operation + " " + right.type() + " " + right.name())))
                    .as("rights that the service has not used")
                    .isEmpty();
            assertThat(broker.uses())
                    .filteredOn(use -> use.user().equals(Party.AGENT.user()) && use.operation() == AclOperation.WRITE)
                    .extracting(Use::resource)
                    .containsOnly("kubeproxy.node-stats");
        }
    }

    private static void aPublicationIsOneTraceUpToAzure(Collector collector, WholeSystem system) {
        Set<String> sent = system.azure.journal().of(ApiCall.PUT_CLUSTER).stream()
                .map(put -> put.headers().get("x-ms-client-request-id"))
                .collect(Collectors.toSet());
        await("the trace of what was published over REST").atMost(PATIENCE).untilAsserted(() -> {
            String trace =
                    collector.first("PUT /api/v1/configs/{name}").orElseThrow().trace();
            List<Collector.Taken> spans = collector.spans().stream()
                    .filter(span -> span.trace().equals(trace))
                    .toList();
            assertThat(spans)
                    .extracting(Collector.Taken::name)
                    .contains(
                            "kubeproxy.desired send",
                            "kubeproxy.desired process",
                            "kubeproxy.operations send",
                            "kubeproxy.operations process",
                            "PUT put_cluster",
                            "kubeproxy.outcomes process");
            assertThat(spans)
                    .filteredOn(span -> span.name().equals("PUT put_cluster"))
                    .isNotEmpty()
                    .allSatisfy(
                            put -> assertThat(sent).contains(put.attributes().get("az.client_request_id")));
        });
        assertThat(collector.resources())
                .allSatisfy(service -> assertThat(service)
                        .containsEntry("service.name", "kubeproxy-fleet-service")
                        .containsKeys("service.version", "service.instance.id"));
    }

    /** The file that the chart mounts. */
    private Path settings(GuardedBroker broker) throws IOException {
        String chart = ServiceChart.rendered(folder, """
                kafka: {bootstrapServers: '%s', securityProtocol: SASL_PLAINTEXT, user: {secret: kafka-user}}
                kubernetesEvidence: true
                settings:
                  kpfleet.controller.lag: PT20S
                  kpfleet.notify.targets.ops.type: webhook
                  kpfleet.notify.targets.ops.url: https://127.0.0.1:1
                """.formatted(broker.bootstrapServers()));
        return Files.writeString(folder.resolve("application.properties"), ServiceChart.file(chart));
    }

    /** The service by an address of this machine that is not loopback; empty if it has none. */
    private static Optional<URI> fromOutside(WholeSystem system) throws IOException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                .map(address -> URI.create("http://" + address.getHostAddress() + ":" + system.address.getPort() + "/"))
                .findFirst();
    }

    private static int status(URI address) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void succeeds(WholeSystem system, String rollout) {
        await(rollout + " to end")
                .atMost(PATIENCE)
                .until(() ->
                        system.rollout(rollout).at("/rollout/state").asText().equals("Succeeded"));
    }

    private static Map<String, String> as(GuardedBroker broker, Party party) {
        Map<String, String> properties = new HashMap<>(broker.client(party.user()));
        properties.put("bootstrap.servers", broker.bootstrapServers());
        return properties;
    }

    private static void publish(GuardedBroker broker, Topic topic, String key, String value) throws Exception {
        write(as(broker, Party.PUBLISHER), topic, key, value);
    }

    private static Map<String, Object> everything(GuardedBroker broker) {
        return Map.of("bootstrap.servers", broker.openServers());
    }

    private static void write(Map<String, ?> client, Topic topic, String key, String value) throws Exception {
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(new HashMap<>(client), new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic.name(Topic.DEFAULT_PREFIX), key, value))
                    .get();
        }
    }

    /** Keys of the records that were rejected. */
    private static List<String> rejected(GuardedBroker broker) {
        TopicPartition partition = new TopicPartition(Topic.REJECTED.name(Topic.DEFAULT_PREFIX), 0);
        List<String> keys = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(everything(broker), new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> keys.add(record.key()));
            }
        }
        return keys;
    }

    private static Path delete(Path tree) throws IOException {
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        return tree;
    }
}
