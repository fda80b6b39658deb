package dev.kubeproxyfleet.fleet.kafka;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.kubeproxyfleet.schemas.topic.Topic;
import dev.kubeproxyfleet.simulator.broker.GuardedBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in the way at first, and is mended while the service runs. */
class MendedAccessIT {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    @Test
    void aProducerThatTheBrokersCertificateHeldUpWritesOnceItIsReplaced() throws Exception {
        try (GuardedBroker broker = GuardedTopics.start(folder)) {
            broker.replaceCertificate(Instant.now().minus(Duration.ofMinutes(1)));
            await("the broker presents a certificate that has expired")
                    .atMost(PATIENCE)
                    .untilAsserted(() -> {
                        try (Producer<String, String> another = producer(broker)) {
                            refused(another);
                        }
                    });
            try (Producer<String, String> producer = producer(broker)) {
                refused(producer);

                broker.replaceCertificate(Instant.now().plus(Duration.ofHours(1)));

                await("what the producer writes is taken")
                        .atMost(PATIENCE)
                        .ignoreExceptions()
                        .until(() -> send(producer) >= 0);
            }
        }
    }

    private static void refused(Producer<String, String> producer) {
        assertThatThrownBy(() -> send(producer)).hasCauseInstanceOf(SslAuthenticationException.class);
    }

    private static long send(Producer<String, String> producer) throws Exception {
        return producer.send(new ProducerRecord<>(Topic.AUDIT.name(Topic.DEFAULT_PREFIX), "key", "value"))
                .get()
                .offset();
    }

    private static Producer<String, String> producer(GuardedBroker broker) throws Exception {
        Map<String, String> settings = new HashMap<>();
        broker.tlsClient(Party.SERVICE.user())
                .forEach((name, value) -> settings.put("kpfleet.kafka.client.\"" + name + "\"", value));
        settings.put("kpfleet.kafka.bootstrap-servers", broker.tlsServers());
        Map<String, Object> properties = KafkaClientsOf.settings(settings).producer("test");
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 2_000);
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 2_000);
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 4_000);
        return new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer());
    }
}
