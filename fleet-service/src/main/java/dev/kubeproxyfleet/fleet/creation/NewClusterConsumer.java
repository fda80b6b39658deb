package dev.kubeproxyfleet.fleet.creation;

import dev.kubeproxyfleet.fleet.access.Demands;
import dev.kubeproxyfleet.fleet.access.KafkaWriters;
import dev.kubeproxyfleet.fleet.access.Vouchers;
import dev.kubeproxyfleet.fleet.access.Warrant;
import dev.kubeproxyfleet.fleet.azure.AzureWorker;
import dev.kubeproxyfleet.fleet.azure.Pause;
import dev.kubeproxyfleet.fleet.intake.Envelope;
import dev.kubeproxyfleet.fleet.intake.Intake;
import dev.kubeproxyfleet.fleet.kafka.KafkaClients;
import dev.kubeproxyfleet.fleet.kafka.Rejection;
import dev.kubeproxyfleet.fleet.view.FleetView;
import dev.kubeproxyfleet.schemas.access.Permission;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.NewCluster;
import dev.kubeproxyfleet.schemas.reason.RecordReason;
import dev.kubeproxyfleet.schemas.reason.RequestReason;
import dev.kubeproxyfleet.schemas.reason.WorkerReason;
import dev.kubeproxyfleet.schemas.topic.Topic;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.reactive.messaging.ChannelRegistry;
import io.smallrye.reactive.messaging.MutinyEmitter;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/**
 * Creates the clusters that events on {@code new-clusters} ask for, one after the other. What makes no sense goes to {@code
 * rejected}; all else is answered on {@code audit}. An event is acknowledged once it has been answered, and its offset is committed
 * within a second: after a crash the last events are carried out again, which finds the clusters there.
 */
@ApplicationScoped
class NewClusterConsumer {

    static final String CHANNEL = "new-clusters";
    static final String REJECTED = "new-clusters-rejected";

    private static final Logger LOG = Logger.getLogger(NewClusterConsumer.class);

    /** How long an ARM that is busy is asked again before the event is answered with its refusal. */
    static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Between two looks whether the configs are known. */
    static final Duration READY_POLL = Duration.ofMillis(500);

    /** Until an event is carried out again whose answer Kafka did not keep. */
    static final Duration RETRY = Duration.ofSeconds(5);

    /** What became of an event; values of the metric tag {@code result}. */
    private enum Result {
        CREATED,
        REFUSED,
        REJECTED
    }

    private final NewClusters clusters;
    private final Vouchers vouchers;
    private final KafkaWriters writers;
    private final String rejectedTopic;
    private final Consumer<ProducerRecord<byte[], byte[]>> rejected;
    private final BooleanSupplier ready;
    private final Runnable resume;
    private final Pause pause;
    private final Map<Result, Counter> results = new EnumMap<>(Result.class);
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();

    @Inject
    NewClusterConsumer(
            NewClusters clusters,
            Vouchers vouchers,
            KafkaWriters writers,
            FleetView view,
            KafkaClients kafka,
            @Channel(REJECTED) MutinyEmitter<ProducerRecord<byte[], byte[]>> rejected,
            ChannelRegistry channels,
            MeterRegistry metrics) {
        this(
                clusters,
                vouchers,
                writers,
                kafka.name(Topic.REJECTED),
                rejected::sendAndAwait,
                view::caughtUp,
                () -> channels.getPausable(CHANNEL).resume(),
                Pause.REAL,
                metrics);
    }

    /**
     * @param rejected returns once the brokers have the record; throws if they may not have it
     * @param ready whether the configs are known, and with them the topics
     * @param resume lets the channel begin, which is paused from the start
     */
    NewClusterConsumer(
            NewClusters clusters,
            Vouchers vouchers,
            KafkaWriters writers,
            String rejectedTopic,
            Consumer<ProducerRecord<byte[], byte[]>> rejected,
            BooleanSupplier ready,
            Runnable resume,
            Pause pause,
            MeterRegistry metrics) {
        this.clusters = clusters;
        this.vouchers = vouchers;
        this.writers = writers;
        this.rejectedTopic = rejectedTopic;
        this.rejected = rejected;
        this.ready = ready;
        this.resume = resume;
        this.pause = pause;
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
        Thread.ofVirtual().name(CHANNEL).start(this::resumeOnceReady);
    }

    void stop(@Observes @Priority(1) ShutdownEvent event) {
        stopped.complete(null);
    }

    /** Returns once the channel has begun, or the service stops. */
    void resumeOnceReady() {
        while (!ready.getAsBoolean()) {
            pause.await(stopped, READY_POLL);
            if (stopped.isDone()) {
                return;
            }
        }
        resume.run();
    }

    /**
     * Answers an event on a thread of its own; the channel waits for it before it hands over the next. Of the extension's own threads
     * the virtual ones would take all events at once, and a worker's would be reported as blocked while ARM is busy.
     */
    @Incoming(CHANNEL)
    CompletionStage<Void> take(ConsumerRecord<byte[], byte[]> event) {
        return CompletableFuture.runAsync(
                () -> answerAndKeep(event),
                task -> Thread.ofVirtual().name(CHANNEL).start(task));
    }

    /**
     * Returns once the event has been answered, however long Kafka does not keep the answer.
     *
     * @throws IllegalStateException if the service stops before that; the event is then read again by whoever comes next
     */
    void answerAndKeep(ConsumerRecord<byte[], byte[]> event) {
        while (!isAnswered(event)) {
            pause.await(stopped, RETRY);
            if (stopped.isDone()) {
                throw new IllegalStateException("the service stops, and Kafka has not kept the answer");
            }
        }
    }

    private boolean isAnswered(ConsumerRecord<byte[], byte[]> event) {
        try {
            count(answer(event));
            return true;
        } catch (KafkaException | CompletionException e) {
            LOG.warnf(
                    "an answer was not kept; the event is carried out again topic=%s partition=%d offset=%d pause=%s cause=%s",
                    event.topic(), event.partition(), event.offset(), RETRY, e.getMessage());
        } catch (RuntimeException e) {
            LOG.errorf(
                    e,
                    "an event was not answered; it is carried out again topic=%s partition=%d offset=%d pause=%s",
                    event.topic(),
                    event.partition(),
                    event.offset(),
                    RETRY);
        }
        return false;
    }

    private Result answer(ConsumerRecord<byte[], byte[]> event) {
        return switch (carryOut(event)) {
            case NewClusters.Handled.NotTaken why -> {
                reject(event, why);
                yield Result.REJECTED;
            }
            case NewClusters.Handled.Audited(String cluster, AuditRecord answer, CompletableFuture<Void> kept) -> {
                kept.join();
                LOG.infof(
                        "new cluster asked for cluster=%s config=%s actor=%s code=%s: %s",
                        cluster, answer.config(), answer.actor(), answer.code(), answer.message());
                yield answer.verdict() == AuditRecord.Verdict.Done ? Result.CREATED : Result.REFUSED;
            }
        };
    }

    private NewClusters.Handled carryOut(ConsumerRecord<byte[], byte[]> event) {
        String position = event.topic() + "-" + event.partition() + "-" + event.offset();
        try {
            return switch (Envelope.open(event.value(), event.headers(), position, NewCluster.TYPE)) {
                case Envelope.Opened.Refused(Intake.Received.Rejected why) ->
                    new NewClusters.Handled.NotTaken(why.code(), why.message(), why.path());
                case Envelope.Opened.Taken(Envelope envelope) -> carryOut(event, envelope);
            };
        } catch (RuntimeException e) {
            // A fault of this program must not keep the events after this one from being answered.
            LOG.errorf(
                    e,
                    "event failed topic=%s partition=%d offset=%d",
                    event.topic(),
                    event.partition(),
                    event.offset());
            return new NewClusters.Handled.NotTaken(WorkerReason.InternalError, e.toString(), null);
        }
    }

    private NewClusters.Handled carryOut(ConsumerRecord<byte[], byte[]> event, Envelope envelope) {
        Warrant warrant = envelope.warrant(vouchers, Topic.NEW_CLUSTERS, event.key());
        if (warrant instanceof Warrant.Disproved(String message)) {
            return new NewClusters.Handled.NotTaken(RecordReason.VoucherNotValid, message, null);
        }
        return writers.objection(Topic.NEW_CLUSTERS, List.of(Demands.ofFleet(Permission.CreateCluster)))
                .<NewClusters.Handled>map(
                        message -> new NewClusters.Handled.NotTaken(RequestReason.NotPermitted, message, null))
                .orElseGet(() -> clusters.create(
                        envelope.document(),
                        new NewClusters.Asker(envelope.actor(warrant), envelope.reason(), envelope.id(), PATIENCE)));
    }

    private void reject(ConsumerRecord<byte[], byte[]> event, NewClusters.Handled.NotTaken why) {
        Rejection rejection = new Rejection(
                why.code(),
                why.message(),
                why.path() == null ? "" : why.path(),
                event.topic(),
                event.partition(),
                event.offset());
        LOG.warnf(
                "rejected a record topic=%s partition=%d offset=%d code=%s: %s",
                event.topic(), event.partition(), event.offset(), why.code(), rejection.message());
        Rejection.Kept kept = rejection.keep(event.key(), event.value(), event.headers());
        rejected.accept(new ProducerRecord<>(rejectedTopic, null, kept.key(), kept.value(), kept.headers()));
    }

    private void count(Result result) {
        Counter counter = results.get(result);
        if (counter != null) {
            counter.increment();
        }
    }
}
