package dev.kubeproxyfleet.fleet.inventory;

import dev.kubeproxyfleet.fleet.azure.ArmRequest;
import dev.kubeproxyfleet.fleet.azure.ArmResult;
import dev.kubeproxyfleet.fleet.azure.AzureService;
import dev.kubeproxyfleet.fleet.azure.Listing;
import dev.kubeproxyfleet.fleet.azure.Pause;
import dev.kubeproxyfleet.fleet.azure.Subscriptions;
import dev.kubeproxyfleet.fleet.kafka.KafkaClients;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import dev.kubeproxyfleet.schemas.topic.Topic;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Connects the inventory with Azure and Kafka, and starts and stops it with the application. */
@ApplicationScoped
public class InventoryService {

    /** How soon a change of ownership is noticed. */
    private static final Duration TICK = Duration.ofMillis(500);

    private final InventoryPoller poller;

    InventoryService(InventorySettings settings, AzureService azure, KafkaClients kafka, InstantSource clock) {
        PublishedRecords published = new PublishedRecords(
                () -> new KafkaConsumer<>(
                        consumerProperties(kafka.properties()), new StringDeserializer(), new ByteArrayDeserializer()),
                kafka.name(Topic.CLUSTERS),
                clock);
        poller = new InventoryPoller(
                new AzureWorld(azure, published),
                settings,
                Pause.REAL,
                azure.steadyClock(),
                RandomGenerator.getDefault());
        azure.listings().observe(poller::listed);
        azure.observeEnds(poller::changed);
        azure.observeFeatures(poller::featureChanged);
    }

    void start(@Observes @Priority(AzureService.START_PRIORITY + 1) StartupEvent event) {
        Thread.ofVirtual().name("inventory").start(() -> poller.run(TICK));
    }

    void stop(@Observes @Priority(1) ShutdownEvent event) {
        poller.close();
    }

    private static Map<String, Object> consumerProperties(Map<String, Object> properties) {
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return properties;
    }

    private record AzureWorld(AzureService azure, PublishedRecords records) implements InventoryPoller.World {

        @Override
        public String apiVersion() {
            return azure.apiVersion();
        }

        @Override
        public boolean owns(String subscription) {
            return azure.ownership().owns(subscription);
        }

        @Override
        public Subscriptions subscriptions() {
            return azure.subscriptions();
        }

        @Override
        public ArmResult call(ArmRequest request) {
            return azure.call(request);
        }

        @Override
        public Listing list(String subscription) {
            return azure.listings().list(subscription);
        }

        @Override
        public boolean fleetIsConfigured() {
            return azure.fleetIsConfigured();
        }

        @Override
        public Set<Integer> partitions() {
            return azure.ownership().partitions();
        }

        @Override
        public Map<String, Map<String, Object>> published(Predicate<String> wanted) {
            return records.read(wanted);
        }

        @Override
        public CompletableFuture<Void> publish(SubscriptionInventory.Change change) {
            return switch (change) {
                case SubscriptionInventory.ClusterChanged(ClusterRecord record) ->
                    azure.publisher().publish(Topic.CLUSTERS, change.key(), ClusterRecord.TYPE, record);
                case SubscriptionInventory.ClusterGone(String key) ->
                    azure.publisher().publish(Topic.CLUSTERS, key, ClusterRecord.TYPE, null);
                case SubscriptionInventory.SubscriptionChanged(SubscriptionRecord record) ->
                    azure.publisher().publish(Topic.CLUSTERS, change.key(), SubscriptionRecord.TYPE, record);
            };
        }

        @Override
        public void run(Runnable task) {
            Thread.ofVirtual().name("inventory").start(task);
        }
    }
}
