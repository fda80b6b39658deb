package dev.kubeproxyfleet.fleet.kafka;

import io.smallrye.reactive.messaging.ClientCustomizer;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.microprofile.config.Config;

/**
 * Gives the clients of channels what all clients of the service have: brokers and {@code kpfleet.kafka.client}, text by text. From a
 * channel's own configuration a password of digits would come as a number.
 */
@ApplicationScoped
class ChannelClients implements ClientCustomizer<Map<String, Object>> {

    private final KafkaClients clients;

    ChannelClients(KafkaClients clients) {
        this.clients = clients;
    }

    @Override
    public Map<String, Object> customize(String channel, Config channelConfig, Map<String, Object> config) {
        Map<String, Object> customized = new HashMap<>(config);
        customized.putAll(clients.properties());
        return customized;
    }
}
