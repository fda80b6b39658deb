package dev.kubeproxyfleet.fleet.notify;

import dev.kubeproxyfleet.fleet.azure.AuditLog;
import dev.kubeproxyfleet.fleet.azure.Backoff;
import dev.kubeproxyfleet.fleet.kafka.KafkaClients;
import dev.kubeproxyfleet.schemas.topic.Topic;
import dev.kubeproxyfleet.schemas.view.NotificationTarget;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jboss.logging.Logger;

/** Tells every target, by a thread for each: a slow one holds up nobody else. */
@ApplicationScoped
public class Notifier {

    private static final Logger LOG = Logger.getLogger(Notifier.class);

    /** A topic that is created after a thread has subscribed is seen after this. */
    private static final Duration METADATA_AGE = Duration.ofSeconds(5);

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(2);

    private final List<Target> targets;
    private final Reporter reporter;
    private final HttpPost post;
    private final InstantSource clock;
    private final List<TargetFollower> followers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    Notifier(
            NotifySettings settings,
            KafkaClients kafka,
            AuditLog audit,
            Vertx vertx,
            InstantSource clock,
            MeterRegistry metrics) {
        this.clock = clock;
        targets = Target.of(settings.targets());
        reporter = new Reporter(settings.dashboard().orElse(null));
        post = new HttpPost(vertx, new Addresses(host -> List.of(InetAddress.getAllByName(host))));
        Backoff backoff = new Backoff(FIRST_PAUSE, LONGEST_PAUSE, RandomGenerator.getDefault());
        for (Target target : targets) {
            TargetFollower follower = new TargetFollower(
                    target,
                    () -> new KafkaConsumer<>(
                            consumer(kafka, target), new ByteArrayDeserializer(), new ByteArrayDeserializer()),
                    kafka.name(Topic.AUDIT),
                    reporter,
                    new Outbox(
                            target,
                            post,
                            audit::write,
                            backoff,
                            clock,
                            new TargetMeters(target.name(), clock, metrics)),
                    clock);
            followers.add(follower);
            threads.add(
                    Thread.ofPlatform().name("notify-" + target.name()).daemon().unstarted(follower::run));
        }
    }

    void start(@Observes StartupEvent event) {
        threads.forEach(Thread::start);
    }

    void stop(@Observes ShutdownEvent event) {
        followers.forEach(TargetFollower::close);
        try {
            for (Thread thread : threads) {
                if (!thread.join(STOP_TIMEOUT)) {
                    LOG.warnf(
                            "a target's thread has not stopped in time thread=%s timeout=%s",
                            thread.getName(), STOP_TIMEOUT);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        post.close();
    }

    /** Everybody who is told, in the order of their names. */
    public List<NotificationTarget> targets() {
        return targets.stream().map(Notifier::shown).toList();
    }

    private static NotificationTarget shown(Target target) {
        return new NotificationTarget(
                target.name(),
                target.type().text(),
                target.severity(),
                target.configs().stream().sorted().toList(),
                target.codes().stream().sorted().toList());
    }

    /**
     * Sends a test message once.
     *
     * @param actor who asks for it
     * @return empty if there is no target of that name
     */
    public Optional<NotificationTarget.Test> test(String name, String actor) {
        return targets.stream()
                .filter(target -> target.name().equals(name))
                .findFirst()
                .map(target -> {
                    Attempt attempt = Outbox.send(
                            target,
                            post,
                            List.of(reporter.test(name, "test-" + UUID.randomUUID(), actor, clock.instant())),
                            null,
                            clock.instant());
                    return new NotificationTarget.Test(
                            name, attempt instanceof Attempt.Taken, "target " + name + " " + attempt.told());
                });
    }

    private static Map<String, Object> consumer(KafkaClients kafka, Target target) {
        Map<String, Object> properties = kafka.properties();
        String group = kafka.group("notify-" + target.name());
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        properties.put(ConsumerConfig.CLIENT_ID_CONFIG, group);
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        // What a committed position no longer finds has been deleted since: what is left is told.
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        // Nobody is told what the controller has taken back.
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, (int) METADATA_AGE.toMillis());
        return properties;
    }
}
