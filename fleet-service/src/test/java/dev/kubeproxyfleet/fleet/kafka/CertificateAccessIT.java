package dev.kubeproxyfleet.fleet.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.kubeproxyfleet.schemas.topic.Topic;
import dev.kubeproxyfleet.simulator.arm.LocalAuthority;
import dev.kubeproxyfleet.simulator.broker.GuardedBroker;
import dev.kubeproxyfleet.simulator.broker.GuardedBroker.Use;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rights of {@code deploy/kafka} are those of whom a client's certificate names. */
class CertificateAccessIT {

    @TempDir
    Path folder;

    @Test
    void whoComesByCertificateMayDoWhatTheNameInItMay() throws Exception {
        try (GuardedBroker broker = GuardedTopics.start(folder)) {
            Map<String, String> agent = broker.certificateClient(Party.AGENT.user());
            assertThat(writes(agent, Topic.NODE_STATS)).isZero();
            assertThatThrownBy(() -> writes(agent, Topic.DESIRED))
                    .hasCauseInstanceOf(TopicAuthorizationException.class);

            Map<String, String> stranger = broker.certificateClient("stranger");
            assertThatThrownBy(() -> writes(stranger, Topic.NODE_STATS))
                    .hasCauseInstanceOf(TopicAuthorizationException.class);
            assertThat(broker.uses())
                    .filteredOn(use -> Set.of(Party.AGENT.user(), "stranger").contains(use.user()))
                    .extracting(Use::user, Use::resource, Use::allowed)
                    .containsOnly(
                            tuple(Party.AGENT.user(), Topic.NODE_STATS.name(Topic.DEFAULT_PREFIX), true),
                            tuple(Party.AGENT.user(), Topic.DESIRED.name(Topic.DEFAULT_PREFIX), false),
                            tuple("stranger", Topic.NODE_STATS.name(Topic.DEFAULT_PREFIX), false));

            String name = "CN=" + Party.AGENT.user();
            Map<String, String> forged = broker.certificateClient(
                    new LocalAuthority("another authority", Instant.now()).clientOfKafka(name));
            assertThatThrownBy(() -> writes(forged, Topic.NODE_STATS))
                    .hasCauseInstanceOf(SslAuthenticationException.class);
            Map<String, String> none = new HashMap<>(agent);
            none.keySet().removeIf(setting -> setting.startsWith("ssl.keystore"));
            assertThatThrownBy(() -> writes(none, Topic.NODE_STATS))
                    .hasCauseInstanceOf(SslAuthenticationException.class);
        }
    }

    /** The offset. */
    private static long writes(Map<String, String> client, Topic topic) throws Exception {
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(new HashMap<>(client), new StringSerializer(), new StringSerializer())) {
            return producer.send(new ProducerRecord<>(topic.name(Topic.DEFAULT_PREFIX), 0, "key", "value"))
                    .get()
                    .offset();
        }
    }
}
