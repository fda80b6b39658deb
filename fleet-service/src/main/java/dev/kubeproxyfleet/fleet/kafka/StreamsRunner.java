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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.streams.KafkaStreams;
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
        KafkaStreams streams = new KafkaStreams(
                application.topology(),
                StreamsProperties.of(
                        clients.properties(),
                        clients.group(application.purpose()),
                        settings.stateDir(),
                        settings.replicationFactor(),
                        application.settings()));
        streams.setUncaughtExceptionHandler(failure -> {
            LOG.errorf(failure, "the %s failed and starts again from its last commit", application.purpose());
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        });
        running.put(application.purpose(), streams);
        streams.start();
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
