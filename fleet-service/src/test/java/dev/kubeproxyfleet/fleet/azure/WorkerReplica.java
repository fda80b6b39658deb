package dev.kubeproxyfleet.fleet.azure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.fleet.tracing.Tracing;
import dev.kubeproxyfleet.schemas.topic.Topic;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The worker of one replica, with a real gateway and a real consumer group. */
final class WorkerReplica {
    private final OperationWorker worker;
    private final Thread thread;
    private final KafkaProducer<String, byte[]> producer;

    WorkerReplica(Map<String, Object> client, AzureSettings settings) {
        InstantSource clock = InstantSource.system();
        Budgets budgets = new Budgets(clock, settings.timeScale());
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        BudgetedArm arm = new BudgetedArm(new AzureArmGateway(settings, clock, Tracing.OFF), budgets, Pause.REAL);
        Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(2), new Random(5));
        Executor threads = task -> Thread.ofVirtual().start(task);
        OperationWatch watch = new OperationWatch(
                new ClusterListings(arm, clock, listing -> {}),
                arm,
                budgets,
                Pause.REAL,
                clock,
                backoff,
                settings.watchInterval(),
                threads);
        producer = new KafkaProducer<>(client, new StringSerializer(), new ByteArraySerializer());
        CloudEventPublisher publisher = new CloudEventPublisher(
                producer, topic -> topic.name(Topic.DEFAULT_PREFIX), () -> "id", clock, "/test", Tracing.OFF);
        worker = new OperationWorker(
                new WorkTopic(
                        "kubeproxy.operations",
                        () -> new KafkaConsumer<>(
                                AzureBeans.consumerProperties(new HashMap<>(client), "kubeproxy.azure-worker"),
                                new StringDeserializer(),
                                new ByteArrayDeserializer()),
                        partition -> publisher.mark(Topic.OPERATIONS, partition)),
                new OutcomePublisher(publisher, Pause.REAL, clock, registry),
                new OperationProcedure(arm, budgets, watch, Pause.REAL, clock, backoff),
                (operation, _, _) -> {
                    throw new IllegalStateException("nothing here is about agents: " + operation);
                },
                new Ownership(),
                new FleetSubscriptions(settings.configuredSubscriptions(), arm, clock),
                threads,
                Pause.REAL,
                settings,
                cluster -> {},
                new SteadyClock(clock),
                Duration.ofSeconds(8),
                Tracing.OFF,
                registry);
        thread = Thread.ofPlatform().start(worker::run);
    }

    /** Returns when it has stopped. */
    void join() throws InterruptedException {
        thread.join();
    }

    void stop() throws InterruptedException {
        worker.close();
        assertThat(thread.join(Duration.ofSeconds(30))).isTrue();
        producer.close();
    }
}
