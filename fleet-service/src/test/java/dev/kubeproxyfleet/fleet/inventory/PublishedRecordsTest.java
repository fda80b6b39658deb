package dev.kubeproxyfleet.fleet.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.fleet.hostile.HostileRecords;
import dev.kubeproxyfleet.fleet.hostile.HostileRecords.Hostile;
import dev.kubeproxyfleet.fleet.hostile.HostileRecords.Valid;
import dev.kubeproxyfleet.fleet.rollout.ClusterRecords;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a new owner of a subscription finds on the topic {@code clusters}, whatever else was written there. */
class PublishedRecordsTest {

    private static final String TOPIC = "kubeproxy.clusters";
    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
    private static final String SUBSCRIPTION = "11111111-1111-1111-1111-111111111111";
    private static final int COUNT = 2_000;
    private static final long SEED = 19;

    private final List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();

    @Test
    void readsPastThousandsOfBadRecordsAndFindsTheSameAtEachStart() throws Exception {
        ClusterRecord good = cluster("good");
        SubscriptionRecord listed = new SubscriptionRecord(SUBSCRIPTION, 1, "Registered", List.of(SUBSCRIPTION));
        ClusterRecord hostile = cluster("hostile");
        write(good.id(), json(good));
        for (Hostile record : HostileRecords.json(
                SEED, COUNT, new Valid(hostile.id(), json(hostile)), new Valid(listed.key(), json(listed)))) {
            write(record.key() == null ? null : new String(record.key(), StandardCharsets.UTF_8), record.value());
        }
        write(listed.key(), json(listed));

        Map<String, Map<String, Published>> read = read();

        assertThat(read).containsOnlyKeys(SUBSCRIPTION);
        assertThat(read.get(SUBSCRIPTION))
                .containsEntry(good.id(), new Published.Cluster(good))
                .containsEntry(listed.key(), new Published.Subscription(listed));
        assertThat(read()).isEqualTo(read);
    }

    @Test
    void whatCannotBeReadDiffersFromWhatWillBePublished() {
        ClusterRecord odd = cluster("odd");
        write(odd.id(), "{".getBytes(StandardCharsets.UTF_8));

        Map<String, Published> read = read().getOrDefault(SUBSCRIPTION, Map.of());

        assertThat(read).containsExactly(Map.entry(odd.id(), new Published.Unreadable()));
        assertThat(new SubscriptionInventory(read).partial(List.of(odd)))
                .containsExactly(new SubscriptionInventory.ClusterChanged(odd));
    }

    @Test
    void whatCannotBeReadIsCounted() throws Exception {
        ClusterRecord good = cluster("good");
        write(good.id(), json(good));
        write(good.id(), null);
        assertThat(read().get(SUBSCRIPTION)).isEmpty();
        assertThat(unreadable()).isZero();

        write(good.id(), "{".getBytes(StandardCharsets.UTF_8));
        write("/subscriptions/" + SUBSCRIPTION, "[]".getBytes(StandardCharsets.UTF_8));
        write(null, json(good));
        write("good", json(good));
        write("/subscriptions/another", "{".getBytes(StandardCharsets.UTF_8));
        read();
        assertThat(unreadable()).as("of others it looks at the key alone").isEqualTo(4);
    }

    private double unreadable() {
        return metrics.get("kpfleet.inventory.unreadable").counter().count();
    }

    private Map<String, Map<String, Published>> read() {
        return new PublishedRecords(this::consumer, TOPIC, () -> Instant.EPOCH, metrics).read(SUBSCRIPTION::equals);
    }

    private Consumer<String, byte[]> consumer() {
        MockConsumer<String, byte[]> consumer = new MockConsumer<>("earliest");
        Node node = Node.noNode();
        consumer.updatePartitions(TOPIC, List.of(new PartitionInfo(TOPIC, 0, node, new Node[0], new Node[0])));
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        consumer.updateEndOffsets(Map.of(PARTITION, (long) records.size()));
        consumer.schedulePollTask(() -> records.forEach(consumer::addRecord));
        return consumer;
    }

    private void write(@Nullable String key, byte @Nullable [] value) {
        records.add(new ConsumerRecord<>(TOPIC, 0, records.size(), key, value));
    }

    private static ClusterRecord cluster(String name) {
        return ClusterRecords.running(
                        "/subscriptions/" + SUBSCRIPTION
                                + "/resourcegroups/rg/providers/microsoft.containerservice/managedclusters/" + name,
                        name,
                        SUBSCRIPTION,
                        "rg")
                .networkPlugin(null)
                .nodeCount(1)
                .kubeProxy(null)
                .build();
    }

    private static byte[] json(Object message) throws Exception {
        return Json.MAPPER.writeValueAsBytes(message);
    }
}
