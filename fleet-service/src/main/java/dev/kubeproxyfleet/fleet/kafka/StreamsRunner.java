package dev.kubeproxyfleet.fleet.kafka;

import dev.kubeproxyfleet.schemas.limit.Limits;
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
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Brings the service up on Kafka: first the topics, then every {@link StreamsApplication}.
 *
 * <p>While Kafka is away the service is up but not ready, and goes on trying. A topic with wrong settings ends it, and so does a state
 * folder that it cannot have for itself within {@link #FOLDER_PATIENCE}.
 */
@ApplicationScoped
class StreamsRunner {

    private static final Logger LOG = Logger.getLogger(StreamsRunner.class);

    private static final Duration RETRY = Duration.ofSeconds(2);
    private static final Duration CLOSE = Duration.ofSeconds(10);

    /** A process before this one may still be closing its stores. */
    private static final Duration FOLDER_PATIENCE = Duration.ofSeconds(45);

    /** An application that has failed within this time counts as failing, whatever its threads do right now. */
    private static final Duration FAILING_FOR = Duration.ofMinutes(1);

    private static final int MAX_SHOWN = 500;

    /** @param at by {@link System#nanoTime} */
    private record Failure(String why, long at) {}

    private final KafkaClients clients;
    private final KafkaSettings settings;
    private final Instance<StreamsApplication> applications;
    private final Map<String, KafkaStreams> running = new ConcurrentHashMap<>();
    private final Map<String, Failure> failures = new ConcurrentHashMap<>();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile @Nullable Thread starting;
    private volatile @Nullable String obstacle;

    StreamsRunner(KafkaClients clients, KafkaSettings settings, @Any Instance<StreamsApplication> applications) {
        this.clients = clients;
        this.settings = settings;
        this.applications = applications;
    }

    void start(@Observes StartupEvent event) {
        starting = Thread.ofVirtual().name("kafka-startup").start(this::bringUp);
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

    /** Whether applications may still be started. */
    boolean isStarting() {
        Thread running = starting;
        return running == null || running.isAlive();
    }

    /** Why nothing has been started so far; empty if nothing is in the way. */
    Optional<String> obstacle() {
        return Optional.ofNullable(obstacle);
    }

    /** Applications that have failed within the last minute, and why. */
    Map<String, String> failing() {
        Map<String, String> failing = new HashMap<>();
        failures.forEach((purpose, failure) -> {
            if (System.nanoTime() - failure.at() < FAILING_FOR.toNanos()) {
                failing.put(purpose, failure.why());
            }
        });
        return failing;
    }

    int expected() {
        return (int) applications.stream().count();
    }

    private void bringUp() {
        long begun = System.nanoTime();
        while (!isStopping()) {
            try (Admin admin = Admin.create(clients.properties())) {
                List<String> problems = new TopicSetup(admin, settings).createAndCheck();
                if (!problems.isEmpty()) {
                    problems.forEach(LOG::error);
                    Quarkus.asyncExit(1);
                    return;
                }
                applications.forEach(this::run);
                obstacle = null;
                return;
            } catch (ExecutionException e) {
                obstacle = "Kafka does not answer";
                LOG.warnf(
                        "Kafka at %s does not answer (%s); trying again. Set kafka.bootstrap.servers if it is elsewhere",
                        settings.bootstrapServers(), e.getCause());
                pause();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (StreamsException e) {
                obstacle = "the folder " + settings.stateDir() + " cannot be used: " + e.getMessage();
                if (System.nanoTime() - begun > FOLDER_PATIENCE.toNanos()) {
                    LOG.errorf(
                            "the service ends: it cannot use the folder %s for its state (%s). Another process may have it;"
                                    + " stop that one, or set kpfleet.kafka.state-dir to a folder that this one may write",
                            settings.stateDir(), e.getMessage());
                    Quarkus.asyncExit(1);
                    return;
                }
                LOG.warnf(
                        "the folder %s cannot be used for the state (%s); trying again",
                        settings.stateDir(), e.getMessage());
                pause();
            }
        }
    }

    private void run(StreamsApplication application) {
        if (running.containsKey(application.purpose())) {
            return;
        }
        KafkaStreams streams = new KafkaStreams(
                application.topology(),
                StreamsProperties.of(
                        clients.properties(),
                        clients.group(application.purpose()),
                        settings.stateDir(),
                        settings.replicationFactor(),
                        application.settings()));
        streams.setUncaughtExceptionHandler(failure -> {
            failures.put(
                    application.purpose(), new Failure(Limits.cut(failure.toString(), MAX_SHOWN), System.nanoTime()));
            LOG.errorf(
                    failure,
                    "the %s failed and starts again from its last commit; docs/operating.md says how to skip a record",
                    application.purpose());
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
