package dev.kubeproxyfleet.fleet.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.topic.Topic;
import dev.kubeproxyfleet.simulator.arm.JournalEntry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The packaged service, killed (SIGKILL) twenty times at points of its rollouts that a seed chooses: after so many records of the
 * controller and the worker, and a little later.
 *
 * <p>What makes a kill cheap: the service is given Kafka's static membership ({@code group.instance.id}), as a stateful set
 * would give it to each replica. One that comes back takes up its own partitions at once, where a new member would wait for
 * the session of the dead one to end, 10 s each time. Everything else is as it is deployed: the same jar, exactly-once
 * transactions, RocksDB, a real broker, ARM over HTTPS. So each kill costs a start of the service, some seconds, and no
 * part of it has to be left out or imitated.
 */
class TwentyKillsTest {

    private static final int KILLS = 20;
    private static final long SEED = 7;
    private static final int MAX_RECORDS_BEFORE_KILL = 12;
    private static final int MAX_MILLIS_BEFORE_KILL = 500;
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    /** What shows that the service works on a rollout. */
    private static final List<Topic> WORK = List.of(Topic.OPERATIONS, Topic.OUTCOMES, Topic.ROLLOUT_CLUSTERS);

    private static final String CONFIG = """
            apiVersion: kubeproxyfleet.dev/v1
            kind: FleetConfig
            metadata: { name: prod-ipvs }
            spec:
              kubeProxy: { mode: IPVS, ipvsConfig: { scheduler: LeastConnection, tcpTimeoutSeconds: %d } }
              selector: { tags: { matchLabels: { env: prod } } }
              strategy:
                deadline: PT4H
                stages:
                  - { name: canary, size: 1 }
                  - { name: rest, maxConcurrent: 3 }
            """;

    @TempDir
    Path folder;

    @Test
    void aServiceKilledTwentyTimesEndsInTheSameResultAndRepeatsNoHarm() throws Exception {
        Random random = new Random(SEED);
        try (WholeSystem system =
                        new WholeSystem(folder, Map.of("kpfleet.kafka.client.\"group.instance.id\"", "replica-0"));
                KafkaConsumer<byte[], byte[]> topics = new KafkaConsumer<>(
                        Map.of("bootstrap.servers", system.brokers),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            int generation = 1;
            system.publish("prod-ipvs", CONFIG.formatted(timeout(generation)));
            for (int kill = 1; kill <= KILLS; kill++) {
                if (state(system, generation).equals("Succeeded")) {
                    generation++;
                    system.publish("prod-ipvs", CONFIG.formatted(timeout(generation)));
                }
                long until = records(topics) + 1 + random.nextInt(MAX_RECORDS_BEFORE_KILL);
                String rollout = "prod-ipvs." + generation;
                await("work on " + rollout + ", to be killed in its middle, kill " + kill)
                        .atMost(PATIENCE)
                        .pollInterval(Duration.ofMillis(20))
                        .until(() -> records(topics) >= until || isOver(system, rollout));
                await("a moment that the seed chooses")
                        .pollDelay(Duration.ofMillis(random.nextInt(MAX_MILLIS_BEFORE_KILL)))
                        .until(() -> true);
                system.service.kill();
            }
            int last = generation;
            await("the last rollout to end after " + KILLS + " kills")
                    .atMost(PATIENCE)
                    .until(() -> state(system, last).equals("Succeeded"));

            JsonNode clusters = system.rollout("prod-ipvs." + last).get("clusters");
            assertThat(clusters).isNotEmpty().allSatisfy(cluster -> {
                assertThat(cluster.get("state").asText()).isEqualTo("Converged");
                assertThat(system.azure
                                .document(cluster.get("cluster").asText())
                                .orElseThrow()
                                .at("/properties/networkProfile/kubeProxyConfig/ipvsConfig/tcpTimeoutSeconds")
                                .asInt())
                        .isEqualTo(timeout(last));
            });
            assertThat(system.azure.journal().overlappingWrites()).isEmpty();
            assertThat(system.azure.journal().writesBeyondKubeProxy()).isEmpty();
            assertThat(writes(system))
                    .as("writes of each cluster by what they wrote: one for a generation, whatever was killed")
                    .allSatisfy((what, times) -> assertThat(times).isEqualTo(1));
        }
    }

    private static Map<String, Long> writes(WholeSystem system) {
        return system.azure.journal().acceptedWrites().stream()
                .collect(Collectors.groupingBy(TwentyKillsTest::what, HashMap::new, Collectors.counting()));
    }

    private static String what(JournalEntry write) {
        JsonNode body = write.body();
        return write.cluster() + " "
                + (body == null
                        ? ""
                        : body.at("/properties/networkProfile/kubeProxyConfig").toString());
    }

    private static int timeout(int generation) {
        return 900 + generation;
    }

    /** Empty while the service is away. */
    private static String state(WholeSystem system, int generation) throws InterruptedException {
        return system.rollout("prod-ipvs." + generation).at("/rollout/state").asText();
    }

    private static boolean isOver(WholeSystem system, String rollout) throws InterruptedException {
        return system.rollout(rollout).at("/rollout/state").asText().equals("Succeeded");
    }

    private static long records(KafkaConsumer<byte[], byte[]> topics) {
        List<TopicPartition> partitions = WORK.stream()
                .map(topic -> topic.name(Topic.DEFAULT_PREFIX))
                .flatMap(topic -> topics.partitionsFor(topic).stream())
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        return topics.endOffsets(partitions).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }
}
