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
import io.micrometer.core.instrument.MeterRegistry;
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

    private final InventoryScheduler scheduler;

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
            InstantSource clock,
            MeterRegistry metrics) {
        PublishedRecords published = new PublishedRecords(
                () -> new KafkaConsumer<>(
                        consumerProperties(kafka.properties()), new StringDeserializer(), new ByteArrayDeserializer()),
                kafka.name(Topic.CLUSTERS),
                clock,
                metrics);
        scheduler = new InventoryScheduler(
                new AzureBeans(azure.apiVersion(), ownership, subscriptions, arm, listings),
                published::read,
                new InventoryPublisher(change -> publish(publisher, change)),
                settings,
                new Timing(Pause.REAL, steadyClock, RandomGenerator.getDefault()),
                task -> Thread.ofVirtual().name("inventory").start(task));
    }

    void listed(@Observes Listing listing) {
        scheduler.listed(listing);
    }

    void operationEnded(@Observes OperationEnded event) {
        scheduler.clusterChanged(event.cluster());
    }

    void featureRegistered(@Observes FeatureRegistered event) {
        scheduler.featureChanged(event.subscription());
    }

    void start(@Observes @Priority(AzureWorker.START_PRIORITY + 1) StartupEvent event) {
        Thread.ofVirtual().name("inventory").start(() -> scheduler.run(TICK));
    }

    void stop(@Observes @Priority(1) ShutdownEvent event) {
        scheduler.close();
    }

    private static CompletableFuture<Void> publish(CloudEventPublisher publisher, SubscriptionInventory.Change change) {
        return switch (change) {
            case SubscriptionInventory.ClusterChanged(ClusterRecord record) ->
                publisher.publish(Topic.CLUSTERS, change.key(), ClusterRecord.TYPE, record);
            case SubscriptionInventory.SubscriptionChanged(SubscriptionRecord record) ->
                publisher.publish(Topic.CLUSTERS, change.key(), SubscriptionRecord.TYPE, record);
            case SubscriptionInventory.Gone(String key) ->
                publisher.publish(Topic.CLUSTERS, key, ClusterRecord.TYPE, null);
        };
    }

    private static Map<String, Object> consumerProperties(Map<String, Object> properties) {
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return properties;
    }

    private record AzureBeans(
            String apiVersion, Ownership ownership, FleetSubscriptions fleet, BudgetedArm arm, ClusterListings listings)
            implements Azure {

        @Override
        public boolean owns(String subscription) {
            return ownership.owns(subscription);
        }

        @Override
        public Set<Integer> partitions() {
            return ownership.partitions();
        }

        @Override
        public Subscriptions subscriptions() {
            return fleet.now();
        }

        @Override
        public boolean fleetIsConfigured() {
            return fleet.areConfigured();
        }

        @Override
        public ArmResult call(ArmRequest request) {
            return arm.send(request);
        }

        @Override
        public void list(String subscription) {
            var unused = listings.list(subscription);
        }
    }
}
