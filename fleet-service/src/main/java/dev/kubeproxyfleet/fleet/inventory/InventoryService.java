package dev.kubeproxyfleet.fleet.inventory;

import dev.kubeproxyfleet.fleet.azure.ArmRequest;
import dev.kubeproxyfleet.fleet.azure.ArmResult;
import dev.kubeproxyfleet.fleet.azure.AzureSettings;
import dev.kubeproxyfleet.fleet.azure.AzureWorker;
import dev.kubeproxyfleet.fleet.azure.BudgetedArm;
import dev.kubeproxyfleet.fleet.azure.CloudEventPublisher;
import dev.kubeproxyfleet.fleet.azure.ClusterListings;
import dev.kubeproxyfleet.fleet.azure.FeatureRegistered;
import dev.kubeproxyfleet.fleet.azure.FleetSubscriptions;
import dev.kubeproxyfleet.fleet.azure.Listing;
import dev.kubeproxyfleet.fleet.azure.OperationEnded;
import dev.kubeproxyfleet.fleet.azure.Ownership;
import dev.kubeproxyfleet.fleet.azure.Pause;
import dev.kubeproxyfleet.fleet.azure.SteadyClock;
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

    InventoryService(
            InventorySettings settings,
            AzureSettings azure,
            Ownership ownership,
            FleetSubscriptions subscriptions,
            BudgetedArm arm,
            ClusterListings listings,
            CloudEventPublisher publisher,
            KafkaClients kafka,
            SteadyClock steadyClock,
            InstantSource clock) {
        PublishedRecords published = new PublishedRecords(
                () -> new KafkaConsumer<>(
                        consumerProperties(kafka.properties()), new StringDeserializer(), new ByteArrayDeserializer()),
                kafka.name(Topic.CLUSTERS),
                clock);
        poller = new InventoryPoller(
                new AzureWorld(azure.apiVersion(), ownership, subscriptions, arm, listings, publisher, published),
                settings,
                Pause.REAL,
                steadyClock,
                RandomGenerator.getDefault());
    }

    void listed(@Observes Listing listing) {
        poller.listed(listing);
    }

    void operationEnded(@Observes OperationEnded event) {
        poller.changed(event.cluster());
    }

    void featureRegistered(@Observes FeatureRegistered event) {
        poller.featureChanged(event.subscription());
    }

    void start(@Observes @Priority(AzureWorker.START_PRIORITY + 1) StartupEvent event) {
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

    private record AzureWorld(
            String apiVersion,
            Ownership ownership,
            FleetSubscriptions fleet,
            BudgetedArm arm,
            ClusterListings listings,
            CloudEventPublisher publisher,
            PublishedRecords records)
            implements InventoryPoller.World {

        @Override
        public boolean owns(String subscription) {
            return ownership.owns(subscription);
        }

        @Override
        public Subscriptions subscriptions() {
            return fleet.now();
        }

        @Override
        public ArmResult call(ArmRequest request) {
            return arm.send(request);
        }

        @Override
        public Listing list(String subscription) {
            return listings.list(subscription);
        }

        @Override
        public boolean fleetIsConfigured() {
            return fleet.areConfigured();
        }

        @Override
        public Set<Integer> partitions() {
            return ownership.partitions();
        }

        @Override
        public Map<String, Map<String, Object>> published(Predicate<String> wanted) {
            return records.read(wanted);
        }

        @Override
        public CompletableFuture<Void> publish(SubscriptionInventory.Change change) {
            return switch (change) {
                case SubscriptionInventory.ClusterChanged(ClusterRecord record) ->
                    publisher.publish(Topic.CLUSTERS, change.key(), ClusterRecord.TYPE, record);
                case SubscriptionInventory.ClusterGone(String key) ->
                    publisher.publish(Topic.CLUSTERS, key, ClusterRecord.TYPE, null);
                case SubscriptionInventory.SubscriptionChanged(SubscriptionRecord record) ->
                    publisher.publish(Topic.CLUSTERS, change.key(), SubscriptionRecord.TYPE, record);
            };
        }

        @Override
        public void run(Runnable task) {
            Thread.ofVirtual().name("inventory").start(task);
        }
    }
}
