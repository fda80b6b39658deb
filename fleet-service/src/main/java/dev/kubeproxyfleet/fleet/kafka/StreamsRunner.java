package dev.kubeproxyfleet.fleet.kafka;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jboss.logging.Logger;

/**
 * Brings the service up on Kafka: first the topics, then every {@link StreamsApplication}.
 *
 * <p>While Kafka is away the service is up but not ready, and goes on trying. A topic with wrong settings ends it.
 */
@ApplicationScoped
class StreamsRunner {

    private static final Logger LOG = Logger.getLogger(StreamsRunner.class);

    private static final Duration RETRY = Duration.ofSeconds(2);
    private static final Duration CLOSE = Duration.ofSeconds(10);

    /** A replica that died is replaced after this long; Kafka's default would leave a restarted one waiting for 45 s. */
    private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(10);

    /** Room for a rejected record of the largest size, with its headers. */
    private static final int MAX_REQUEST_BYTES = 2 * 1024 * 1024 + 64 * 1024;

    private final KafkaClients clients;
    private final KafkaSettings settings;
    private final Instance<StreamsApplication> applications;
    private final Map<String, KafkaStreams> running = new ConcurrentHashMap<>();
    private final CountDownLatch stopping = new CountDownLatch(1);

    StreamsRunner(KafkaClients clients, KafkaSettings settings, @Any Instance<StreamsApplication> applications) {
        this.clients = clients;
        this.settings = settings;
        this.applications = applications;
    }

    void start(@Observes StartupEvent event) {
        Thread.ofVirtual().name("kafka-startup").start(this::bringUp);
    }

    void stop(@Observes ShutdownEvent event) {
        stopping.countDown();
        running.values().parallelStream().forEach(streams -> streams.close(CLOSE));
    }

    /** Applications by purpose, in the state of their threads; empty until the topics exist. */
    Map<String, KafkaStreams.State> states() {
        Map<String, KafkaStreams.State> states = new HashMap<>();
        running.forEach((purpose, streams) -> states.put(purpose, streams.state()));
        return states;
    }

    int expected() {
        return (int) applications.stream().count();
    }

    private void bringUp() {
        while (!isStopping()) {
            try (Admin admin = Admin.create(clients.properties())) {
                List<String> problems = new TopicSetup(admin, settings).createAndCheck();
                if (!problems.isEmpty()) {
                    problems.forEach(LOG::error);
                    Quarkus.asyncExit(1);
                    return;
                }
                applications.forEach(this::run);
                return;
            } catch (ExecutionException e) {
                LOG.warnf(
                        "Kafka at %s does not answer (%s); trying again. Set kafka.bootstrap.servers if it is elsewhere",
                        settings.bootstrapServers(), e.getCause());
                pause();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void run(StreamsApplication application) {
        KafkaStreams streams = new KafkaStreams(application.topology(), properties(application));
        streams.setUncaughtExceptionHandler(failure -> {
            LOG.errorf(failure, "the %s failed and starts again from its last commit", application.purpose());
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        });
        running.put(application.purpose(), streams);
        streams.start();
    }

    private Properties properties(StreamsApplication application) {
        Properties properties = new Properties();
        properties.putAll(clients.properties());
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, clients.group(application.purpose()));
        properties.put(StreamsConfig.STATE_DIR_CONFIG, settings.stateDir().toString());
        properties.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, Short.toString(settings.replicationFactor()));
        properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class);
        properties.put(StreamsConfig.ENABLE_METRICS_PUSH_CONFIG, false);
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), (int)
                SESSION_TIMEOUT.toMillis());
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), MAX_REQUEST_BYTES);
        properties.putAll(application.settings());
        return properties;
    }

    private boolean isStopping() {
        return stopping.getCount() == 0;
    }

    private void pause() {
        try {
            boolean _ = stopping.await(RETRY.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
