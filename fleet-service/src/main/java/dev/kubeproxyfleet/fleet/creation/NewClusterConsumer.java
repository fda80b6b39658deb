package dev.kubeproxyfleet.fleet.creation;

import dev.kubeproxyfleet.fleet.azure.AuditLog;
import dev.kubeproxyfleet.fleet.azure.AzureSettings;
import dev.kubeproxyfleet.fleet.azure.AzureWorker;
import dev.kubeproxyfleet.fleet.azure.ClusterCreation;
import dev.kubeproxyfleet.fleet.azure.Pause;
import dev.kubeproxyfleet.fleet.intake.ForeignEnvelope;
import dev.kubeproxyfleet.fleet.kafka.KafkaClients;
import dev.kubeproxyfleet.fleet.kafka.Rejection;
import dev.kubeproxyfleet.fleet.view.FleetView;
import dev.kubeproxyfleet.schemas.limit.Limits;
import dev.kubeproxyfleet.schemas.message.Attribution;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.reason.RequestReason;
import dev.kubeproxyfleet.schemas.reason.WorkerReason;
import dev.kubeproxyfleet.schemas.topic.Topic;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Creates the clusters that events on {@code new-clusters} ask for, one after the other. What makes no sense goes to {@code
 * rejected}; all else is answered on {@code audit}. An event's offset is committed once it has been answered: after a crash it is
 * carried out again, which finds the cluster there.
 */
@ApplicationScoped
public class NewClusterConsumer {

    private static final Logger LOG = Logger.getLogger(NewClusterConsumer.class);

    /** How long an ARM that is busy is asked again before the event is answered with its refusal. */
    static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration RETRY = Duration.ofSeconds(5);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);
    private static final Duration METADATA_AGE = Duration.ofSeconds(10);
    /** Longer than one event can take but for its last answers of ARM: its patience, short holds, and what Kafka is to keep. */
    private static final Duration LONGEST_EVENT = Duration.ofMinutes(10);

    /** Answers of ARM that can come when no patience is left: to the last request, and to the look at what came of it. */
    private static final int LAST_ANSWERS = 2;

    /** What became of an event; values of the metric tag {@code result}. */
    private enum Result {
        CREATED,
        REFUSED,
        REJECTED
    }

    private final NewClusters clusters;
    private final BooleanSupplier ready;
    private final String topic;
    private final String rejected;
    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final Producer<byte[], byte[]> producer;
    private final Map<Result, Counter> results = new EnumMap<>(Result.class);
    private final CountDownLatch stop = new CountDownLatch(1);
    private volatile @Nullable Thread thread;
    private volatile @Nullable Consumer<byte[], byte[]> consumer;

    @Inject
    NewClusterConsumer(
            ClusterCreation creation,
            AuditLog audit,
            AzureSettings settings,
            FleetView view,
            KafkaClients kafka,
            InstantSource clock,
            MeterRegistry metrics) {
        this(
                new NewClusters(view, creation::create, audit::write, Pause.REAL, clock),
                view::caughtUp,
                kafka.name(Topic.NEW_CLUSTERS),
                kafka.name(Topic.REJECTED),
                () -> new KafkaConsumer<>(
                        consumerProperties(kafka, settings.requestTimeout()),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer()),
                new KafkaProducer<>(producerProperties(kafka), new ByteArraySerializer(), new ByteArraySerializer()),
                metrics);
    }

    /**
     * @param ready whether the configs are known
     * @param rejected name of the topic for what makes no sense
     */
    NewClusterConsumer(
            NewClusters clusters,
            BooleanSupplier ready,
            String topic,
            String rejected,
            Supplier<Consumer<byte[], byte[]>> consumers,
            Producer<byte[], byte[]> producer,
            MeterRegistry metrics) {
        this.clusters = clusters;
        this.ready = ready;
        this.topic = topic;
        this.rejected = rejected;
        this.consumers = consumers;
        this.producer = producer;
        for (Result result : Result.values()) {
            results.put(
                    result,
                    Counter.builder("kpfleet.new.clusters")
                            .description("Events that asked for a new cluster")
                            .tag("result", result.name().toLowerCase(Locale.ROOT))
                            .register(metrics));
        }
    }

    void start(@Observes @Priority(AzureWorker.START_PRIORITY + 1) StartupEvent event) {
        thread = Thread.ofPlatform().name("new-clusters").daemon().start(this::run);
    }

    void stop(@Observes @Priority(1) ShutdownEvent event) throws InterruptedException {
        stop.countDown();
        Consumer<byte[], byte[]> running = consumer;
        if (running != null) {
            running.wakeup();
        }
        Thread ending = thread;
        if (ending != null) {
            ending.join(CLOSE_PATIENCE);
        }
        producer.close(CLOSE_PATIENCE);
    }

    /** False once its thread has ended without having been asked to. */
    public boolean isAlive() {
        Thread running = thread;
        return running == null || running.isAlive() || stop.getCount() == 0;
    }

    private void run() {
        try {
            while (!ready.getAsBoolean() && !stop.await(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.trace("waiting for the read model");
            }
            do {
                follow();
            } while (!stop.await(RETRY.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns when it is to stop, or when Kafka was lost; what was not committed is read again. */
    private void follow() throws InterruptedException {
        try (Consumer<byte[], byte[]> created = consumers.get()) {
            consumer = created;
            created.subscribe(List.of(topic));
            while (stop.getCount() > 0) {
                for (ConsumerRecord<byte[], byte[]> record : created.poll(POLL)) {
                    answer(record);
                    created.commitSync(Map.of(
                            new TopicPartition(record.topic(), record.partition()),
                            new OffsetAndMetadata(record.offset() + 1)));
                }
            }
        } catch (WakeupException e) {
            LOG.debug("woken up to stop");
        } catch (KafkaException | ExecutionException e) {
            LOG.warnf(
                    "events were not read to their end; trying again topic=%s pause=%s cause=%s",
                    topic, RETRY, e.getMessage());
        } catch (RuntimeException e) {
            LOG.errorf(e, "events were not read to their end; trying again topic=%s pause=%s", topic, RETRY);
        } finally {
            consumer = null;
        }
    }

    private void answer(ConsumerRecord<byte[], byte[]> record) throws ExecutionException, InterruptedException {
        String id =
                header(record.headers(), "ce_id", record.topic() + "-" + record.partition() + "-" + record.offset());
        String source = header(record.headers(), "ce_source", "kafka");
        String actor = Attribution.actor(header(record.headers(), "ce_" + Attribution.ACTOR_ATTRIBUTE, source));
        String reason = Attribution.reason(header(record.headers(), "ce_" + Attribution.REASON_ATTRIBUTE, ""));
        if (!Limits.isText(id, Limits.MAX_ID_LENGTH)) {
            reject(
                    record,
                    new NewClusters.Answer.NotTaken(
                            RequestReason.InvalidRequest,
                            "the event's id has control characters, or more than the " + Limits.MAX_ID_LENGTH
                                    + " characters that are allowed",
                            null));
            count(Result.REJECTED);
            return;
        }
        switch (create(record, new NewClusters.Asker(actor, reason, id, PATIENCE))) {
            case NewClusters.Answer.NotTaken why -> {
                reject(record, why);
                count(Result.REJECTED);
            }
            case NewClusters.Answer.Audited(String cluster, AuditRecord answer, CompletableFuture<Void> kept) -> {
                kept.get();
                LOG.infof(
                        "new cluster asked for cluster=%s config=%s actor=%s code=%s: %s",
                        cluster, answer.config(), answer.actor(), answer.code(), answer.message());
                count(answer.verdict() == AuditRecord.Verdict.Done ? Result.CREATED : Result.REFUSED);
            }
        }
    }

    private NewClusters.Answer create(ConsumerRecord<byte[], byte[]> record, NewClusters.Asker asker) {
        Optional<ForeignEnvelope> foreign =
                record.value() == null ? Optional.empty() : ForeignEnvelope.of(record.value(), record.headers());
        if (foreign.isPresent()) {
            return new NewClusters.Answer.NotTaken(
                    foreign.get().code(), foreign.get().message(), null);
        }
        try {
            return clusters.create(record.value(), asker);
        } catch (RuntimeException e) {
            // A fault of this program must not keep the events after this one from being answered.
            LOG.errorf(e, "event failed topic=%s partition=%d offset=%d", topic, record.partition(), record.offset());
            return new NewClusters.Answer.NotTaken(WorkerReason.InternalError, e.toString(), null);
        }
    }

    private void reject(ConsumerRecord<byte[], byte[]> record, NewClusters.Answer.NotTaken why)
            throws ExecutionException, InterruptedException {
        Rejection rejection = new Rejection(
                why.code(),
                why.message(),
                why.path() == null ? "" : why.path(),
                record.topic(),
                record.partition(),
                record.offset());
        LOG.warnf(
                "rejected a record topic=%s partition=%d offset=%d code=%s: %s",
                record.topic(), record.partition(), record.offset(), why.code(), rejection.message());
        Rejection.Kept kept = rejection.keep(record.key(), record.value(), record.headers());
        producer.send(new ProducerRecord<>(rejected, null, kept.key(), kept.value(), kept.headers()))
                .get();
    }

    private void count(Result result) {
        Counter counter = results.get(result);
        if (counter != null) {
            counter.increment();
        }
    }

    private static String header(Headers headers, String name, String otherwise) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null
                ? otherwise
                : new String(header.value(), StandardCharsets.UTF_8);
    }

    private static Map<String, Object> consumerProperties(KafkaClients kafka, Duration requestTimeout) {
        Map<String, Object> properties = kafka.properties();
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, kafka.group("new-clusters"));
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
        properties.put(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, (int)
                LONGEST_EVENT.plus(requestTimeout.multipliedBy(LAST_ANSWERS)).toMillis());
        properties.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, (int) METADATA_AGE.toMillis());
        return properties;
    }

    private static Map<String, Object> producerProperties(KafkaClients kafka) {
        Map<String, Object> properties = kafka.properties();
        properties.put(ProducerConfig.CLIENT_ID_CONFIG, kafka.group("new-clusters"));
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Rejection.MAX_REQUEST_BYTES);
        return properties;
    }
}
