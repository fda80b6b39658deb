package dev.kubeproxyfleet.fleet.kafka;

import dev.kubeproxyfleet.schemas.topic.Topic;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;

/** The properties and names that every Kafka client of the service shares. */
@ApplicationScoped
public class KafkaClients {

    private final KafkaSettings settings;

    KafkaClients(KafkaSettings settings) {
        this.settings = settings;
    }

    /** A new map with the brokers and the security settings; callers add their own keys. */
    public Map<String, Object> properties() {
        Map<String, Object> properties = new HashMap<>(settings.client());
        properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, settings.bootstrapServers());
        return properties;
    }

    /**
     * A new map for a producer that writes in order, and once all replicas in sync have a record. A record may be written twice where an
     * answer is lost, as a repeated one is; readers know it again by its id, or by its key and what it says.
     *
     * <p>Kafka's own idempotence would prevent some of that, and is no help: a client of Kafka 4.1 that is refused while it asks for its
     * producer id, because of a certificate or a password that is mended a moment later, never asks again, and writes nothing more.
     *
     * @param purpose in its client id
     */
    public Map<String, Object> producer(String purpose) {
        Map<String, Object> properties = properties();
        properties.put(CommonClientConfigs.CLIENT_ID_CONFIG, group(purpose));
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, false);
        properties.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        return properties;
    }

    /** Full name of a topic. */
    public String name(Topic topic) {
        return topic.name(settings.topicPrefix());
    }

    /** Full name of a group or a Streams application, for example {@code kubeproxy.controller}. */
    public String group(String purpose) {
        return settings.topicPrefix() + purpose;
    }

    /**
     * A number that stays as long as these topics are the same ones, and is another after one of them was deleted and made anew.
     *
     * @throws KafkaException if Kafka does not say
     */
    public long identity(Collection<String> topics) {
        try (Admin admin = Admin.create(properties())) {
            long identity = 1;
            Map<String, TopicDescription> described =
                    new TreeMap<>(admin.describeTopics(topics).allTopicNames().get());
            for (Map.Entry<String, TopicDescription> topic : described.entrySet()) {
                identity = 31 * identity + topic.getKey().hashCode();
                identity = 31 * identity + topic.getValue().topicId().getMostSignificantBits();
                identity = 31 * identity + topic.getValue().topicId().getLeastSignificantBits();
            }
            return identity;
        } catch (ExecutionException e) {
            throw new KafkaException("the topics could not be described", e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }
}
