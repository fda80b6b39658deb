package dev.kubeproxyfleet.fleet.kafka;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/**
 * Asks the brokers now and then whether they are there: clients that only read go on as if nothing were wrong while no broker is left.
 * Thread-safe.
 */
@ApplicationScoped
public class KafkaContact {

    private static final Logger LOG = Logger.getLogger(KafkaContact.class);

    private static final Duration ASK_EVERY = Duration.ofSeconds(3);
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(3);

    private final KafkaClients clients;
    private final Duration unreachableAfter;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final LongSupplier nanoTime;
    private volatile long answeredAt;

    @Inject
    KafkaContact(KafkaClients clients, KafkaSettings settings) {
        this(clients, settings, System::nanoTime);
    }

    /** @param nanoTime nanoseconds from any origin on, evenly */
    KafkaContact(KafkaClients clients, KafkaSettings settings, LongSupplier nanoTime) {
        this.clients = clients;
        this.unreachableAfter = settings.unreachableAfter();
        this.nanoTime = nanoTime;
        this.answeredAt = nanoTime.getAsLong();
    }

    void start(@Observes StartupEvent event) {
        Thread.ofVirtual().name("kafka-contact").start(this::run);
    }

    void stop(@Observes ShutdownEvent event) {
        stopping.countDown();
    }

    /** Since when no broker has answered; empty while one does, and until {@code kpfleet.kafka.unreachable-after} has passed. */
    public Optional<Duration> awayFor() {
        Duration silence = Duration.ofNanos(nanoTime.getAsLong() - answeredAt);
        return silence.compareTo(unreachableAfter) > 0 ? Optional.of(silence) : Optional.empty();
    }

    /** A broker has answered right now. */
    void answered() {
        answeredAt = nanoTime.getAsLong();
    }

    private void run() {
        boolean away = false;
        while (stopping.getCount() > 0) {
            try (Admin admin = Admin.create(clients.properties())) {
                while (stopping.getCount() > 0) {
                    ask(admin);
                    if (away != awayFor().isPresent()) {
                        away = !away;
                        LOG.warn(away ? "no broker of Kafka answers" : "Kafka answers again");
                    }
                    boolean _ = stopping.await(ASK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (KafkaException e) {
                LOG.debug("no client could be made", e);
            }
        }
    }

    private void ask(Admin admin) throws InterruptedException {
        try {
            admin.describeCluster().nodes().get(ANSWER_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
            answered();
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("no answer", e);
        }
    }
}
