package dev.kubeproxyfleet.fleet.kafka;

import dev.kubeproxyfleet.schemas.topic.Topic;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;

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

    /** Full name of a topic. */
    public String name(Topic topic) {
        return topic.name(settings.topicPrefix());
    }

    /** Full name of a group or a Streams application, for example {@code kubeproxy.controller}. */
    public String group(String purpose) {
        return settings.topicPrefix() + purpose;
    }
}
