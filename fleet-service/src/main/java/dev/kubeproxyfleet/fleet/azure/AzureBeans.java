package dev.kubeproxyfleet.fleet.azure;

import dev.kubeproxyfleet.fleet.kafka.KafkaClients;
import dev.kubeproxyfleet.fleet.tracing.Tracing;
import dev.kubeproxyfleet.schemas.topic.Topic;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.Typed;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The parts of the package as beans. They themselves know nothing of CDI: tests put them together by their constructors. */
final class AzureBeans {

    /** A topic that is created after the worker has subscribed is seen after this. */
    private static final Duration METADATA_AGE = Duration.ofSeconds(5);

    /** After this without a sign of life a replica's subscriptions go to others: the longest standstill after a crash. */
    private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(10);

    /** A write reaches ARM in what this is shorter than the session. */
    private static final Duration LEASE = SESSION_TIMEOUT.minusSeconds(2);

    private static final Executor THREADS =
            task -> Thread.ofVirtual().name("azure-operation").start(task);

    AzureBeans() {}

    // ---- calls to ARM

    @Produces
    @Singleton
    static Budgets budgets(AzureSettings settings, SteadyClock clock) {
        return new Budgets(clock, settings.timeScale());
    }

    @Produces
    @Singleton
    static ArmGateway gateway(
            AzureSettings settings, InstantSource clock, Budgets budgets, Tracing tracing, MeterRegistry registry) {
        return new ArmMetrics(new AzureArmGateway(settings, clock, tracing), budgets, registry);
    }

    @Produces
    @Singleton
    static BudgetedArm arm(ArmGateway gateway, Budgets budgets) {
        return new BudgetedArm(gateway, budgets, Pause.REAL);
    }

    @Produces
    @Singleton
    static AzureTls tls(AzureSettings settings) {
        return new AzureTls(settings);
    }

    @Produces
    @Singleton
    static ClusterTokens clusterTokens(AzureSettings settings, InstantSource clock) {
        return new ClusterTokens(Credentials.of(settings), clock);
    }

    @Produces
    @Singleton
    static FleetSubscriptions subscriptions(AzureSettings settings, BudgetedArm arm, InstantSource clock) {
        return new FleetSubscriptions(settings.configuredSubscriptions(), arm, clock);
    }

    @Produces
    @Singleton
    static ClusterListings listings(BudgetedArm arm, SteadyClock clock, Event<Listing> listed) {
        return new ClusterListings(arm, clock, listed::fire);
    }

    @Produces
    @Singleton
    static AzureCheck check(BudgetedArm arm, FleetSubscriptions subscriptions, AzureSettings settings) {
        return new AzureCheck(arm, subscriptions, Pause.REAL, settings);
    }

    // ---- what people ask for

    @Produces
    @Singleton
    static ClusterCreation creation(BudgetedArm arm, FleetSubscriptions subscriptions, InstantSource clock) {
        return new ClusterCreation(arm, subscriptions, Pause.REAL, clock);
    }

    @Produces
    @Singleton
    static FeatureRegistrations features(
            BudgetedArm arm,
            AuditLog audit,
            Event<FeatureRegistered> registered,
            InstantSource clock,
            AzureSettings settings) {
        return new FeatureRegistrations(
                arm,
                record -> {
                    var unused = audit.write(record);
                },
                subscription -> registered.fire(new FeatureRegistered(subscription)),
                Pause.REAL,
                clock,
                settings.registrationInterval(),
                THREADS);
    }

    // ---- Kafka

    /** Closed by {@link AzureWorker}, after the worker that publishes by it. */
    @Produces
    @Singleton
    static CloudEventPublisher publisher(KafkaClients kafka, InstantSource clock, Tracing tracing) {
        return new CloudEventPublisher(
                new KafkaProducer<>(kafka.producer("azure"), new StringSerializer(), new ByteArraySerializer()),
                kafka::name,
                () -> UUID.randomUUID().toString(),
                clock,
                "/kubeproxy-fleet/azure",
                tracing);
    }

    @Produces
    @Singleton
    static AuditLog audit(CloudEventPublisher publisher) {
        return new AuditLog(publisher);
    }

    // ---- the worker

    @Produces
    @Singleton
    static Ownership ownership() {
        return new Ownership();
    }

    @Produces
    @Singleton
    @Typed(OperationProcedure.class)
    static OperationProcedure procedure(
            BudgetedArm arm, Budgets budgets, ClusterListings listings, InstantSource clock, AzureSettings settings) {
        Backoff backoff = new Backoff(settings.backoffBase(), settings.backoffMax(), RandomGenerator.getDefault());
        OperationWatch watch = new OperationWatch(
                listings, arm, budgets, Pause.REAL, clock, backoff, settings.watchInterval(), THREADS);
        return new OperationProcedure(arm, budgets, watch, Pause.REAL, clock, backoff);
    }

    @Produces
    @Singleton
    static OutcomePublisher outcomes(CloudEventPublisher publisher, InstantSource clock, MeterRegistry registry) {
        return new OutcomePublisher(publisher, Pause.REAL, clock, registry);
    }

    /** @param agents is package {@code kubernetes}'s, the only bean of its type */
    @Produces
    @Singleton
    static OperationWorker worker(
            KafkaClients kafka,
            CloudEventPublisher publisher,
            OutcomePublisher outcomes,
            OperationProcedure kubeProxy,
            Procedure agents,
            Ownership ownership,
            FleetSubscriptions subscriptions,
            AzureSettings settings,
            SteadyClock steady,
            Event<OperationEnded> ended,
            Tracing tracing,
            MeterRegistry registry) {
        return new OperationWorker(
                new WorkTopic(
                        kafka.name(Topic.OPERATIONS),
                        () -> new KafkaConsumer<>(
                                consumerProperties(kafka.properties(), kafka.group("azure-worker")),
                                new StringDeserializer(),
                                new ByteArrayDeserializer()),
                        partition -> publisher.mark(Topic.OPERATIONS, partition)),
                outcomes,
                kubeProxy,
                agents,
                ownership,
                subscriptions,
                THREADS,
                Pause.REAL,
                settings,
                cluster -> ended.fire(new OperationEnded(cluster)),
                steady,
                LEASE,
                tracing,
                registry);
    }

    static Map<String, Object> consumerProperties(Map<String, Object> properties, String group) {
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        // The controller writes in transactions; an aborted operation must not reach a cluster.
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(
                ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                List.of(CooperativeStickyAssignor.class.getName()));
        properties.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, (int) SESSION_TIMEOUT.toMillis());
        properties.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, (int)
                SESSION_TIMEOUT.dividedBy(3).toMillis());
        properties.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, (int) METADATA_AGE.toMillis());
        return properties;
    }
}
