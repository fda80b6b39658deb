package dev.kubeproxyfleet.fleet.kafka;

import dev.kubeproxyfleet.schemas.topic.Topic;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Brings the service up on Kafka: first the topics, then every {@link StreamsApplication}.
 *
 * <p>While Kafka is away the service is up but not ready, and goes on trying. A topic with wrong settings ends it, and so do a state
 * folder that it cannot have for itself within {@link StartUp#FOLDER_PATIENCE} and stores that a later version has written.
 */
@ApplicationScoped
class StreamsRunner {

    private static final Logger LOG = Logger.getLogger(StreamsRunner.class);

    /** A metric of each of Kafka's consumers. */
    private static final String LAG = "records-lag-max";

    private static final String CONSUMER = "consumer-fetch-manager-metrics";

    private static final Duration CLOSE = Duration.ofSeconds(10);

    private final KafkaClients clients;
    private final KafkaSettings settings;
    private final Instance<StreamsApplication> applications;
    private final Map<String, KafkaStreams> running = new ConcurrentHashMap<>();
    private final RecentFailures failures = new RecentFailures(System::nanoTime);
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final StartUp startUp;
    private volatile @Nullable Thread starting;

    /** Of the topic {@code desired}, once all topics are there. */
    private volatile Uuid topics = Uuid.ZERO_UUID;

    StreamsRunner(KafkaClients clients, KafkaSettings settings, @Any Instance<StreamsApplication> applications) {
        this.clients = clients;
        this.settings = settings;
        this.applications = applications;
        this.startUp = new StartUp(new RealSteps(), settings.bootstrapServers(), settings.stateDir());
    }

    void start(@Observes StartupEvent event) {
        starting = Thread.ofVirtual().name("kafka-startup").start(startUp::run);
    }

    void stop(@Observes ShutdownEvent event) {
        stopping.countDown();
        running.values().parallelStream().forEach(streams -> streams.close(CLOSE));
    }

    StreamsStatus status() {
        // Looked at first: whoever has just been started is then in the states.
        Thread starter = starting;
        boolean isStarting = starter == null || starter.isAlive();
        Map<String, KafkaStreams.State> states = new HashMap<>();
        running.forEach((purpose, streams) -> states.put(purpose, streams.state()));
        return new StreamsStatus(
                (int) applications.stream().count(),
                isStarting,
                states,
                failures.failing(),
                startUp.obstacle().orElse(null));
    }

    /** Records that the application has yet to read, of the partition with most; NaN where nobody knows. */
    double lag(String purpose) {
        KafkaStreams streams = running.get(purpose);
        return streams == null
                ? Double.NaN
                : streams.metrics().values().stream()
                        .filter(metric -> metric.metricName().name().equals(LAG)
                                && metric.metricName().group().equals(CONSUMER))
                        .map(Metric::metricValue)
                        .filter(Double.class::isInstance)
                        .mapToDouble(Double.class::cast)
                        .filter(lag -> !Double.isNaN(lag))
                        .max()
                        .orElse(Double.NaN);
    }

    private final class RealSteps implements StartUp.Steps {

        @Override
        public TopicState prepareTopics() throws ExecutionException, InterruptedException {
            try (Admin admin = Admin.create(clients.properties())) {
                TopicState state = new TopicSetup(admin, settings, this::topologies).prepare();
                if (state instanceof TopicState.Ready) {
                    topics = id(admin, clients.name(Topic.DESIRED));
                }
                return state;
            }
        }

        private static Uuid id(Admin admin, String topic) throws ExecutionException, InterruptedException {
            return Objects.requireNonNull(admin.describeTopics(List.of(topic))
                            .allTopicNames()
                            .get()
                            .get(topic))
                    .topicId();
        }

        private Map<String, Topology> topologies() {
            return applications.stream()
                    .collect(Collectors.toMap(
                            application -> clients.group(application.purpose()), StreamsApplication::topology));
        }

        @Override
        public void startApplications() {
            applications.forEach(StreamsRunner.this::run);
        }

        @Override
        public boolean isStoppingAfter(Duration pause) throws InterruptedException {
            return stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        }

        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public void giveUp() {
            Quarkus.asyncExit(1);
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
                        application.settings()),
                new MembersOnly());
        streams.setUncaughtExceptionHandler(failure -> {
            failures.failed(application.purpose(), failure);
            Optional<StateRefused> refused = StateRefused.behind(failure);
            if (refused.isPresent()) {
                LOG.errorf("the service ends: %s", refused.get().getMessage());
                Quarkus.asyncExit(1);
                return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
            }
            LOG.errorf(
                    failure,
                    "the %s failed and starts again from its last commit; docs/operating.md says how to skip a record",
                    application.purpose());
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        });
        forgetOtherTopics(clients.group(application.purpose()), streams);
        streams.setStateListener((now, _) -> {
            if (now == KafkaStreams.State.REBALANCING) {
                Thread.ofVirtual()
                        .name("dead-transactions")
                        .start(() -> endDeadTransactions(clients.group(application.purpose())));
            }
        });
        running.put(application.purpose(), streams);
        streams.start();
    }

    /** A replica may have died: whoever takes over its work must not wait for what it had begun. */
    private void endDeadTransactions(String applicationId) {
        try (Admin admin = Admin.create(clients.properties())) {
            Set<String> ended = new DeadTransactions(admin, applicationId).end();
            if (!ended.isEmpty()) {
                LOG.infof(
                        "aborted what replicas that are gone had begun application=%s transactions=%s",
                        applicationId, ended);
            }
        } catch (ExecutionException e) {
            LOG.warnf(
                    "what a replica that is gone had begun cannot be aborted, so others may wait up to 20 s for it application=%s: %s",
                    applicationId, e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The folder is this process's own by now. */
    private void forgetOtherTopics(String applicationId, KafkaStreams streams) {
        StateFolder folder = new StateFolder(settings.stateDir(), applicationId);
        try {
            if (folder.isOfOthers(topics)) {
                LOG.infof(
                        "the stores in %s are of other topics, and are made anew of these application=%s",
                        settings.stateDir(), applicationId);
                streams.cleanUp();
            }
            folder.claim(topics);
        } catch (IOException e) {
            streams.close();
            throw new StreamsException(e.toString(), e);
        }
    }
}
