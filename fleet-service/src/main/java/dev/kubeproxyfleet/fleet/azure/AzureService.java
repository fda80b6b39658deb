package dev.kubeproxyfleet.fleet.azure;

import dev.kubeproxyfleet.fleet.kafka.KafkaClients;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.topic.Topic;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jboss.logging.Logger;

/** Puts the package together, and starts and stops it with the application. */
@ApplicationScoped
public class AzureService {

    /** Among the observers of start-up: after the topics exist. */
    public static final int START_PRIORITY = 3000;

    /** Longest wait for the worker to leave its group when the application stops. */
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);

    /** A topic that is created after the worker has subscribed is seen after this. */
    private static final Duration METADATA_AGE = Duration.ofSeconds(5);

    /** After this without a sign of life a replica's subscriptions go to others: the longest standstill after a crash. */
    private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(10);

    private static final Logger LOG = Logger.getLogger(AzureService.class);

    private final AzureSettings settings;
    private final InstantSource steadyClock;
    private final Budgets budgets;
    private final ArmGateway arm;
    private final ClusterListings listings;
    private final Ownership ownership = new Ownership();
    private final EventPublisher publisher;
    private final AzureCheck check;
    private final FeatureRegistrations features;
    private final ClusterCreation clusterCreation;
    private final Recent<Set<String>, Subscriptions> recentSubscriptions;
    private final List<Consumer<String>> featureObservers = new CopyOnWriteArrayList<>();
    private final OperationWorker worker;
    private final List<Consumer<String>> endObservers = new CopyOnWriteArrayList<>();
    private final Thread main;
    private volatile boolean closing;

    AzureService(AzureSettings settings, KafkaClients kafka, MeterRegistry registry, InstantSource clock) {
        this.settings = settings;
        RandomGenerator random = RandomGenerator.getDefault();
        steadyClock = steady(clock);
        budgets = new Budgets(steadyClock, settings.timeScale());
        arm = new ArmMetrics(new AzureArmGateway(settings, clock), budgets, registry);
        listings = new ClusterListings(arm, budgets, Pause.REAL, steadyClock);
        check = new AzureCheck(arm, budgets, Pause.REAL, settings);
        Backoff backoff = new Backoff(settings.backoffBase(), settings.backoffMax(), random);
        Executor threads = task -> Thread.ofVirtual().name("azure-operation").start(task);
        OperationWatch watch = new OperationWatch(
                listings, arm, budgets, Pause.REAL, clock, backoff, settings.watchInterval(), threads);
        publisher = new EventPublisher(
                new KafkaProducer<>(
                        producerProperties(kafka.properties()), new StringSerializer(), new ByteArraySerializer()),
                kafka::name,
                () -> UUID.randomUUID().toString(),
                clock,
                "/kubeproxy-fleet/azure");
        worker = new OperationWorker(
                () -> new KafkaConsumer<>(
                        consumerProperties(kafka.properties(), kafka.group("azure-worker")),
                        new StringDeserializer(),
                        new ByteArrayDeserializer()),
                kafka.name(Topic.OPERATIONS),
                publisher,
                new OperationProcedure(arm, budgets, watch, Pause.REAL, clock, backoff),
                ownership,
                threads,
                Pause.REAL,
                clock,
                settings,
                cluster -> endObservers.forEach(observer -> observer.accept(cluster)),
                registry);
        features = new FeatureRegistrations(
                this::call,
                record -> {
                    var unused = audit(record);
                },
                subscription -> featureObservers.forEach(observer -> observer.accept(subscription)),
                Pause.REAL,
                clock,
                settings.registrationInterval(),
                threads);
        recentSubscriptions = new Recent<>(
                configured -> AzureCheck.subscriptions(arm, budgets, Pause.REAL, configured),
                FeatureRegistrations.MAX_AGE,
                1,
                clock);
        clusterCreation = new ClusterCreation(
                (request, heldAtMost) -> BudgetedCall.once(arm, budgets, Pause.REAL, request, heldAtMost),
                settings.configuredSubscriptions(),
                Pause.REAL,
                clock);
        main = Thread.ofPlatform().name("azure-worker").daemon().unstarted(this::run);
    }

    /** That clusters are read and written with. */
    public String apiVersion() {
        return settings.apiVersion();
    }

    /** The only listings there are: by the inventory at its interval, by the worker while something is in flight. */
    public ClusterListings listings() {
        return listings;
    }

    public Ownership ownership() {
        return ownership;
    }

    public EventPublisher publisher() {
        return publisher;
    }

    /** The fleet's subscriptions now; one call to ARM unless they are configured. */
    public Subscriptions subscriptions() {
        return AzureCheck.subscriptions(arm, budgets, Pause.REAL, settings.configuredSubscriptions());
    }

    /** The fleet's subscriptions as they were within the last {@link FeatureRegistrations#MAX_AGE}. */
    public Subscriptions recentSubscriptions() {
        return recentSubscriptions.get(settings.configuredSubscriptions());
    }

    /** A call that waits for its budgets. */
    public ArmResult call(ArmRequest request) {
        return BudgetedCall.send(arm, budgets, Pause.REAL, request);
    }

    public FeatureRegistrations features() {
        return features;
    }

    public ClusterCreation clusterCreation() {
        return clusterCreation;
    }

    /**
     * Keeps what somebody asked for and what came of it, on the topic {@code audit}; a failure is logged.
     *
     * @return as {@link EventPublisher#publish}
     */
    public CompletableFuture<Void> audit(AuditRecord record) {
        return publisher
                .publish(Topic.AUDIT, record.config(), AuditRecord.TYPE, record)
                .whenComplete((_, failure) -> {
                    if (failure != null) {
                        LOG.errorf(
                                "audit record not published action=%s actor=%s code=%s cause=%s",
                                record.action(), record.actor(), record.code(), failure.getMessage());
                    }
                });
    }

    /** {@code observer} is told every subscription in which this replica has registered the preview feature. */
    public void observeFeatures(Consumer<String> observer) {
        featureObservers.add(observer);
    }

    /** {@code observer} is told the cluster of every operation that ends in this replica. */
    public void observeEnds(Consumer<String> observer) {
        endObservers.add(observer);
    }

    /** False once the worker's thread has ended without having been asked to. */
    public boolean isAlive() {
        return closing || main.getState() == Thread.State.NEW || main.isAlive();
    }

    AzureCheck.State state() {
        return check.state();
    }

    void start(@Observes @Priority(START_PRIORITY) StartupEvent event) {
        main.start();
    }

    void stop(@Observes ShutdownEvent event) {
        closing = true;
        worker.close();
        try {
            if (!main.join(STOP_TIMEOUT)) {
                LOG.warnf("the worker has not stopped in time; its session times out timeout=%s", STOP_TIMEOUT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        publisher.close();
    }

    private void run() {
        check.untilReady(() -> closing, settings.checkInterval());
        worker.run();
    }

    /** Whether {@code kpfleet.azure.subscriptions} says which subscriptions the fleet has. */
    public boolean fleetIsConfigured() {
        return !settings.configuredSubscriptions().isEmpty();
    }

    /** A clock for spans of time: it goes on evenly when the system's is set. */
    public InstantSource steadyClock() {
        return steadyClock;
    }

    private static InstantSource steady(InstantSource clock) {
        Instant start = clock.instant();
        long origin = System.nanoTime();
        return () -> start.plusNanos(System.nanoTime() - origin);
    }

    private static Map<String, Object> producerProperties(Map<String, Object> properties) {
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        return properties;
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
