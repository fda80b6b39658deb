package dev.kubeproxyfleet.fleet.check;

import dev.kubeproxyfleet.fleet.access.Vouchers;
import dev.kubeproxyfleet.fleet.kafka.KafkaClients;
import dev.kubeproxyfleet.schemas.topic.Topic;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jboss.logging.Logger;

/** The thread that asks, with all that it needs. */
@ApplicationScoped
class CheckThread {

    private static final Logger LOG = Logger.getLogger(CheckThread.class);

    /** A topic that is created after the worker has subscribed is seen after this. */
    private static final Duration METADATA_AGE = Duration.ofSeconds(5);

    /** Longest that the publication of an answer holds up the others. */
    private static final Duration MAX_BLOCK = Duration.ofSeconds(4);

    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

    private final HttpAsker asker;
    private final AnswerPublisher answers;
    private final CheckWorker worker;
    private final Thread thread;

    CheckThread(
            KafkaClients kafka, CheckSettings settings, Vouchers vouchers, InstantSource clock, MeterRegistry metrics) {
        asker = new HttpAsker(
                new AllowedHosts(settings.hosts().orElseGet(Set::of), host -> List.of(InetAddress.getAllByName(host))),
                new Secrets(settings.secretDir().orElse(null)));
        answers = new AnswerPublisher(
                new KafkaProducer<>(producer(kafka), new ByteArraySerializer(), new ByteArraySerializer()),
                kafka.name(Topic.COMMANDS),
                vouchers);
        worker = new CheckWorker(
                () -> new KafkaConsumer<>(consumer(kafka), new ByteArrayDeserializer(), new ByteArrayDeserializer()),
                kafka.name(Topic.ROLLOUTS),
                asker::ask,
                answers::give,
                task -> Thread.ofVirtual().name("gate-check").start(task),
                clock,
                metrics);
        thread = Thread.ofPlatform().name("gate-checks").daemon().unstarted(worker::run);
    }

    void start(@Observes StartupEvent event) {
        thread.start();
    }

    void stop(@Observes ShutdownEvent event) {
        worker.close();
        try {
            if (!thread.join(STOP_TIMEOUT)) {
                LOG.warnf("the gates' thread has not stopped in time timeout=%s", STOP_TIMEOUT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        asker.close();
        answers.close();
    }

    private static Map<String, Object> consumer(KafkaClients kafka) {
        Map<String, Object> properties = kafka.properties();
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, kafka.group("gate-checks"));
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        // Only what a committed transaction of the controller has decided is asked.
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, (int) METADATA_AGE.toMillis());
        return properties;
    }

    private static Map<String, Object> producer(KafkaClients kafka) {
        Map<String, Object> properties = kafka.producer("gate-checks");
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, (int) MAX_BLOCK.toMillis());
        return properties;
    }
}
