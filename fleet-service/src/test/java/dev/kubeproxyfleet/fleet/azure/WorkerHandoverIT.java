package dev.kubeproxyfleet.fleet.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.kubeproxyfleet.schemas.config.Desired;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.Operation;
import dev.kubeproxyfleet.schemas.topic.Partitioning;
import dev.kubeproxyfleet.schemas.topic.Topic;
import dev.kubeproxyfleet.simulator.arm.ArmOptions;
import dev.kubeproxyfleet.simulator.arm.ArmSimulator;
import dev.kubeproxyfleet.simulator.broker.EmbeddedBroker;
import dev.kubeproxyfleet.simulator.world.Fleet;
import dev.kubeproxyfleet.simulator.world.FleetSpec;
import dev.kubeproxyfleet.simulator.world.SimulatedCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two replicas, one of which goes away while its clusters are being changed. */
class WorkerHandoverIT {

    static final int PARTITIONS = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final KubeProxyConfig IPVS = new KubeProxyConfig(true, KubeProxyMode.IPVS, null);

    @Test
    void theOtherReplicaFinishesWhatTheFirstHadBegunAndNoClusterIsWrittenTwiceAtOnce(@TempDir Path folder)
            throws Exception {
        Fleet fleet = Fleet.of(new FleetSpec(16, 2, 6, 11, 30));
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"), 0);
                ArmSimulator arm = ArmSimulator.start(fleet, ArmOptions.DEFAULTS)) {
            arm.writeCaPem(folder.resolve("ca.pem"));
            Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrapServers());
            try (Admin admin = Admin.create(client)) {
                admin.createTopics(List.of(
                                new NewTopic("kubeproxy.operations", PARTITIONS, (short) 1)
                                        .configs(Topic.OPERATIONS.settings()),
                                new NewTopic("kubeproxy.outcomes", 1, (short) 1)))
                        .all()
                        .get();
            }
            AzureSettings settings = AzureArmGatewayTest.settings(Map.of(
                    "endpoint",
                    arm.endpoint().toString(),
                    "static-token",
                    ArmSimulator.SANDBOX_TOKEN,
                    "ca-certificate",
                    folder.resolve("ca.pem").toString(),
                    "time-scale",
                    "30",
                    "watch-interval",
                    "PT0.3S"));
            ask(client, fleet.clusters());

            WorkerReplica first = new WorkerReplica(client, settings);
            await("the first replica has begun")
                    .atMost(PATIENCE)
                    .until(() -> arm.journal().acceptedWrites().size() >= 3);
            WorkerReplica second = new WorkerReplica(client, settings);
            first.stop();

            await("every cluster that can be changed runs IPVS")
                    .atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(fleet.clusters())
                            .filteredOn(cluster -> text(arm, cluster, "/properties/powerState/code")
                                    .equals("Running"))
                            .allSatisfy(cluster -> {
                                assertThat(text(arm, cluster, "/properties/networkProfile/kubeProxyConfig/mode"))
                                        .isEqualTo("IPVS");
                                assertThat(text(arm, cluster, "/properties/provisioningState"))
                                        .isEqualTo("Succeeded");
                            }));
            second.stop();

            assertThat(arm.journal().overlappingWrites()).isEmpty();
            assertThat(arm.journal().writesBeyondKubeProxy()).isEmpty();
            assertThat(arm.journal().acceptedWrites())
                    .extracting(write -> write.cluster())
                    .doesNotHaveDuplicates();
        }
    }

    static String text(ArmSimulator arm, SimulatedCluster cluster, String pointer) {
        return arm.document(cluster.id()).orElseThrow().at(pointer).asText();
    }

    static void ask(Map<String, Object> client, List<SimulatedCluster> clusters) throws Exception {
        Instant now = Instant.now();
        try (KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(client, new StringSerializer(), new ByteArraySerializer())) {
            for (SimulatedCluster cluster : clusters) {
                Operation operation = Operation.of(
                        "prod",
                        "prod.1",
                        1,
                        cluster.id(),
                        1,
                        new Desired.KubeProxy(IPVS),
                        now,
                        now.plus(Duration.ofMinutes(5)));
                producer.send(new ProducerRecord<>(
                                "kubeproxy.operations",
                                Partitioning.operation(cluster.id(), PARTITIONS),
                                cluster.id(),
                                Json.MAPPER.writeValueAsBytes(operation)))
                        .get();
            }
        }
    }
}
