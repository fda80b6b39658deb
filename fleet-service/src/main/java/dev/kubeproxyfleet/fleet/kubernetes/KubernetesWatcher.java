package dev.kubeproxyfleet.fleet.kubernetes;

import dev.kubeproxyfleet.fleet.azure.AzureSettings;
import dev.kubeproxyfleet.fleet.azure.Backoff;
import dev.kubeproxyfleet.fleet.azure.BudgetedArm;
import dev.kubeproxyfleet.fleet.azure.ClusterTokens;
import dev.kubeproxyfleet.fleet.azure.Pause;
import dev.kubeproxyfleet.fleet.kafka.KafkaClients;
import dev.kubeproxyfleet.fleet.rollout.Selection;
import dev.kubeproxyfleet.schemas.topic.Topic;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jboss.logging.Logger;

/** The thread that has clusters watched, with all that it needs. */
@Singleton
class KubernetesWatcher {

    private static final Logger LOG = Logger.getLogger(KubernetesWatcher.class);

    /** A topic that is created after the worker has subscribed is seen after this. */
    private static final Duration METADATA_AGE = Duration.ofSeconds(5);

    /** Longest that the publication of a record holds up a watch. */
    private static final Duration MAX_BLOCK = Duration.ofSeconds(4);

    /** First pause before a cluster that failed is tried again; it doubles up to {@link #BACKOFF_MAX}. */
    static final Duration BACKOFF_BASE = Duration.ofSeconds(5);

    static final Duration BACKOFF_MAX = Duration.ofMinutes(5);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

    private final RecordPublisher publisher;
    private final KubernetesWorker worker;
    private final Thread thread;

    KubernetesWatcher(
            KubernetesSettings settings,
            KafkaClients kafka,
            AzureSettings azure,
            BudgetedArm arm,
            ClusterTokens tokens,
            ApiClients clients,
            KnownFleet fleet,
            InstantSource clock,
            MeterRegistry metrics) {
        RandomGenerator random = RandomGenerator.getDefault();
        Selection selection = new Selection(settings.selector());
        publisher = new RecordPublisher(
                new KafkaProducer<>(producer(kafka), new ByteArraySerializer(), new ByteArraySerializer()),
                kafka.name(Topic.CLUSTER_KUBERNETES));
        WatchedClusters watched = new WatchedClusters(
                fleet,
                new Turns(settings.watched(), settings.lookInterval(), new Backoff(BACKOFF_BASE, BACKOFF_MAX, random)),
                new ClusterWatch.Means(
                        new ClusterAccess(arm::send, azure.armEndpoint(), selection, clock),
                        tokens,
                        clients,
                        Pause.REAL,
                        clock,
                        settings.requestTimeout(),
                        settings.readTimeout(),
                        settings.maxNodes(),
                        settings.installsAgents()),
                publisher,
                task -> Thread.ofVirtual().name("kubernetes-watch").start(task),
                new KubernetesMetrics(metrics),
                new WatchedClusters.Pace(
                        settings.confirmInterval(), settings.quietConfirmInterval(), settings.lookInterval()));
        worker = new KubernetesWorker(
                () -> new KafkaConsumer<>(consumer(kafka), new ByteArrayDeserializer(), new ByteArrayDeserializer()),
                kafka.name(Topic.CLUSTERS),
                selection,
                fleet::isKnown,
                watched);
        thread = Thread.ofPlatform().name("kubernetes-watcher").daemon().unstarted(worker::run);
    }

    void start() {
        thread.start();
    }

    void close() {
        worker.close();
        try {
            if (!thread.join(STOP_TIMEOUT)) {
                LOG.warnf("the clusters' watcher has not stopped in time timeout=%s", STOP_TIMEOUT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        publisher.close();
    }

    private static Map<String, Object> consumer(KafkaClients kafka) {
        Map<String, Object> properties = kafka.properties();
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, kafka.group("kubernetes-watcher"));
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(
                ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                List.of(CooperativeStickyAssignor.class.getName()));
        properties.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, (int) METADATA_AGE.toMillis());
        return properties;
    }

    private static Map<String, Object> producer(KafkaClients kafka) {
        Map<String, Object> properties = kafka.producer("kubernetes-watcher");
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, (int) MAX_BLOCK.toMillis());
        return properties;
    }
}
