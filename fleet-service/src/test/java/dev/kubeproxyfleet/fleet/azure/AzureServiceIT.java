package dev.kubeproxyfleet.fleet.azure;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.config.Desired;
import dev.kubeproxyfleet.schemas.config.IpvsConfig;
import dev.kubeproxyfleet.schemas.config.IpvsScheduler;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.message.Outcome;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import dev.kubeproxyfleet.schemas.reason.AnswerReason;
import dev.kubeproxyfleet.schemas.reason.AzureCode;
import dev.kubeproxyfleet.schemas.topic.Partitioning;
import dev.kubeproxyfleet.simulator.arm.ApiCall;
import dev.kubeproxyfleet.simulator.arm.ArmSimulator;
import dev.kubeproxyfleet.simulator.arm.Fault;
import dev.kubeproxyfleet.simulator.broker.EmbeddedBroker;
import dev.kubeproxyfleet.simulator.world.Fleet;
import dev.kubeproxyfleet.simulator.world.SimulatedCluster;
import dev.kubeproxyfleet.testing.PrometheusLint;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.Test;

/** The service as it is deployed, a real broker, and the real SDK against the simulator. */
@QuarkusTest
@QuarkusTestResource(value = SimulatedAzure.class, restrictToAnnotatedClass = true)
@SuppressWarnings("NullAway.Init") // SimulatedAzure injects the fields
class AzureServiceIT {

    private static final KubeProxyConfig IPVS =
            new KubeProxyConfig(true, KubeProxyMode.IPVS, new IpvsConfig(IpvsScheduler.LeastConnection, 901, 121, 301));
    /** An operation takes about 1.4 s here; the rest is a slow machine. */
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    ArmSimulator arm;
    Fleet fleet;
    EmbeddedBroker broker;

    @Test
    void listsTheFleetChangesItAndShowsIt() throws IOException {
        await("the inventory is complete").atMost(PATIENCE).untilAsserted(() -> {
            Map<String, JsonNode> inventory = latest("kubeproxy.clusters");
            assertThat(inventory)
                    .containsKeys(
                            fleet.clusters().stream().map(SimulatedCluster::id).toArray(String[]::new))
                    .containsKeys(fleet.subscriptions().stream()
                            .map(subscription -> "/subscriptions/" + subscription.id())
                            .toArray(String[]::new));
        });
        List<SubscriptionRecord> subscriptions = latest("kubeproxy.clusters").entrySet().stream()
                .filter(entry -> !entry.getKey().contains("managedclusters"))
                .map(entry -> Json.MAPPER.convertValue(entry.getValue(), SubscriptionRecord.class))
                .toList();
        assertThat(subscriptions).allSatisfy(subscription -> {
            assertThat(subscription.fleet()).hasSize(SimulatedAzure.SUBSCRIPTIONS);
            assertThat(subscription.kubeProxyFeature()).isEqualTo(SubscriptionRecord.FEATURE_REGISTERED);
        });
        assertThat(subscriptions.stream()
                        .mapToInt(SubscriptionRecord::clusterCount)
                        .sum())
                .isGreaterThanOrEqualTo(SimulatedAzure.CLUSTERS);
        RestAssured.get("/q/health/ready").then().body(Matchers.containsString("\"azure\""));

        List<SimulatedCluster> clusters = fleet.clusters();
        String throttled = name(clusters.get(0));
        String failing = name(clusters.get(1));
        String stubborn = name(clusters.get(2));
        arm.inject(
                new Fault.Refuse(ApiCall.PUT_CLUSTER, throttled, 429, "Throttled", "slow down", Duration.ofSeconds(1)));
        arm.inject(new Fault.FailOperation(failing, "NodesNotReady", "two nodes are not ready"));
        arm.inject(new Fault.SucceedWithoutEffect(stubborn));

        clusters.forEach(cluster -> ask(cluster.id()));

        await("every operation has its final outcome")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(finals()).hasSize(SimulatedAzure.CLUSTERS));
        Map<String, Outcome.Result> finals = finals();
        for (SimulatedCluster cluster : clusters) {
            Outcome.Result result = finals.get(cluster.id());
            if (name(cluster).equals(failing)) {
                assertThat(result)
                        .isEqualTo(new Outcome.Failed(new AzureCode("NodesNotReady"), "two nodes are not ready"));
            } else if (arm.document(cluster.id())
                    .orElseThrow()
                    .at("/properties/powerState/code")
                    .asText()
                    .equals("Stopped")) {
                assertThat(result).isInstanceOf(Outcome.Skipped.class);
            } else {
                assertThat(result).as(cluster.id()).isInstanceOf(Outcome.Applied.class);
            }
        }
        assertThat(arm.journal().overlappingWrites()).isEmpty();
        assertThat(arm.journal().writesBeyondKubeProxy()).isEmpty();
        await("the inventory shows what was changed").atMost(PATIENCE).untilAsserted(() -> {
            ClusterRecord shown = Json.MAPPER.convertValue(
                    latest("kubeproxy.clusters").get(clusters.get(0).id()), ClusterRecord.class);
            assertThat(shown.kubeProxy()).isEqualTo(IPVS);
            assertThat(shown.provisioningState()).isEqualTo("Succeeded");
        });
        assertThat(RestAssured.get("/q/metrics").asString())
                .contains("kpfleet_arm_throttled_total{kind=\"put_cluster\",} 1.0")
                .contains("kpfleet_operations_running 0.0");
    }

    @Test
    void itsMetricsKeepTheRulesOfPrometheus() {
        String metrics = RestAssured.get("/q/metrics").asString();

        assertThat(metrics)
                .contains("kpfleet_health_records_total", "kpfleet_arm_budget_left", "kpfleet_new_clusters_total");
        assertThat(PrometheusLint.faults(metrics, "kpfleet_")).isEmpty();
    }

    @Test
    void anEventCreatesAClusterWithTheConfigurationOfItsConfig() throws Exception {
        send("kubeproxy.desired", "new-ones", """
                {"apiVersion": "kubeproxyfleet.dev/v1", "kind": "FleetConfig", "metadata": {"name": "new-ones"},
                 "spec": {"kubeProxy": {"mode": "IPVS", "ipvsConfig": {"scheduler": "RoundRobin"}},
                          "selector": {"names": ["none-is-called-so"]}}}""");
        await("the config is in force")
                .atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(RestAssured.get("/api/v1/configs").asString())
                                .contains("new-ones"));
        String id = fleet.clusters().getFirst().armId().replaceAll("/[^/]+$", "/New-1");

        send("kubeproxy.new-clusters", id, """
                {"id": "%s", "config": "new-ones", "reason": "more room", "cluster": {
                   "location": "westeurope", "identity": {"type": "SystemAssigned"}, "properties": {"dnsPrefix": "new",
                     "networkProfile": {"networkPlugin": "azure"}, "agentPoolProfiles": [
                       {"name": "system", "mode": "System", "count": 3, "vmSize": "Standard_D4ds_v5"}]}}}""".formatted(id));

        await("the cluster is there")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(arm.document(id))
                        .hasValueSatisfying(document -> assertThat(
                                        document.at("/properties/networkProfile/kubeProxyConfig"))
                                .isEqualTo(FakeArm.json(
                                        "{\"mode\": \"IPVS\", \"ipvsConfig\": {\"scheduler\": \"RoundRobin\"}}"))));
        await("it is on record")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(values("kubeproxy.audit").values())
                        .extracting(value -> Json.MAPPER.readValue(value, AuditRecord.class))
                        .filteredOn(record -> record.action().equals("CreateCluster"))
                        .singleElement()
                        .satisfies(record -> {
                            assertThat(record.code()).isEqualTo(AnswerReason.ClusterCreating);
                            assertThat(record.reason()).isEqualTo("more room");
                        }));
    }

    @Test
    void badEventsGoToRejectedAsTheyCameAndAreCommitted() throws Exception {
        String structured = """
                {"specversion": "1.0", "type": "dev.kubeproxyfleet.new-cluster.v1", "id": "event-1", "source": "/ci",
                 "data": {"id": "/subscriptions/x", "config": "unheard-of", "cluster": {}}}""";
        send("kubeproxy.new-clusters", "bad-1", "{no json");
        send("kubeproxy.new-clusters", "bad-2", structured);

        await("both are rejected").atMost(PATIENCE).untilAsserted(() -> {
            assertThat(rejected("bad-1")).singleElement().satisfies(record -> {
                assertThat(record.value()).asString(UTF_8).isEqualTo("{no json");
                assertThat(header(record, "kpfleet-code")).isEqualTo("InvalidRequest");
            });
            assertThat(rejected("bad-2")).singleElement().satisfies(record -> {
                assertThat(record.value()).asString(UTF_8).isEqualTo(structured);
                assertThat(header(record, "kpfleet-code")).isEqualTo("UnknownConfig");
                assertThat(record.headers()).extracting(Header::key).allMatch(name -> name.startsWith("kpfleet-"));
            });
        });
        await("all events are committed").atMost(PATIENCE).untilAsserted(() -> {
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
                TopicPartition events = new TopicPartition("kubeproxy.new-clusters", 0);
                Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(
                                "kubeproxy.new-clusters")
                        .partitionsToOffsetAndMetadata()
                        .get();
                long end = admin.listOffsets(Map.of(events, OffsetSpec.latest()))
                        .partitionResult(events)
                        .get()
                        .offset();
                assertThat(committed).containsEntry(events, new OffsetAndMetadata(end));
            }
        });
        RestAssured.get("/q/health/live").then().body(Matchers.containsString("\"new-clusters\""));
        assertThat(RestAssured.get("/q/metrics").asString())
                .contains("quarkus_messaging_message_acks_total{channel=\"new-clusters\"")
                .contains("kafka_consumer_", "client_id=\"kubeproxy.new-clusters\"");
    }

    private List<ConsumerRecord<String, byte[]>> rejected(String key) {
        return records("kubeproxy.rejected").stream()
                .filter(record -> record.key().equals(key))
                .toList();
    }

    private static String header(ConsumerRecord<String, byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }

    private static String name(SimulatedCluster cluster) {
        return cluster.id().substring(cluster.id().lastIndexOf('/') + 1);
    }

    private void send(String topic, String key, String value) throws Exception {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new StringSerializer(),
                new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic, key, value)).get();
        }
    }

    private void ask(String cluster) {
        Instant now = Instant.now();
        Operation operation = Operation.of(
                "prod", "prod.1", 1, cluster, 1, new Desired.KubeProxy(IPVS), now, now.plus(Duration.ofMinutes(5)));
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new StringSerializer(),
                new ByteArraySerializer())) {
            int partitions = producer.partitionsFor("kubeproxy.operations").size();
            producer.send(new ProducerRecord<>(
                            "kubeproxy.operations",
                            Partitioning.operation(cluster, partitions),
                            cluster,
                            Json.MAPPER.writeValueAsBytes(operation)))
                    .get();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private Map<String, Outcome.Result> finals() throws IOException {
        Map<String, Outcome.Result> finals = new HashMap<>();
        for (byte[] value : values("kubeproxy.outcomes").values()) {
            Outcome outcome = Json.MAPPER.readValue(value, Outcome.class);
            if (!(outcome.result() instanceof Outcome.Waiting)) {
                finals.put(outcome.cluster(), outcome.result());
            }
        }
        return finals;
    }

    private Map<String, JsonNode> latest(String topic) throws IOException {
        Map<String, JsonNode> latest = new HashMap<>();
        for (Map.Entry<String, byte[]> entry : values(topic).entrySet()) {
            latest.put(
                    entry.getKey().substring(entry.getKey().indexOf(' ') + 1), Json.MAPPER.readTree(entry.getValue()));
        }
        return latest;
    }

    /** All values of a topic, by offset and key. */
    private Map<String, byte[]> values(String topic) {
        Map<String, byte[]> values = new LinkedHashMap<>();
        records(topic)
                .forEach(record ->
                        values.put(record.partition() + "/" + record.offset() + " " + record.key(), record.value()));
        return values;
    }

    private List<ConsumerRecord<String, byte[]>> records(String topic) {
        List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "allow.auto.create.topics", false),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream()
                    .anyMatch(partition -> consumer.position(partition) < ends.getOrDefault(partition, 0L))) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
        }
        return records;
    }
}
