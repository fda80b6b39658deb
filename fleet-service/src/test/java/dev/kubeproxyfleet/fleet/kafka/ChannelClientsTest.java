package dev.kubeproxyfleet.fleet.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/** Channels reach Kafka as all other clients do. */
class ChannelClientsTest {

    @Test
    void aRejectedRecordOfTheLargestSizeFitsInARequest() throws Exception {
        Properties settings = new Properties();
        try (Reader file = Files.newBufferedReader(Path.of("src/main/resources/application.properties"))) {
            settings.load(file);
        }

        assertThat(settings)
                .containsEntry(
                        "mp.messaging.outgoing.new-clusters-rejected.max.request.size",
                        Integer.toString(Rejection.MAX_REQUEST_BYTES));
    }

    @Test
    void brokersAndSecurityAreThoseOfTheServiceTextByText() {
        String login =
                "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"me\" password=\"007\";";
        ChannelClients clients = new ChannelClients(KafkaClientsOf.settings(Map.of(
                "kpfleet.kafka.bootstrap-servers",
                "broker:9093",
                "kpfleet.kafka.client.\"security.protocol\"",
                "SASL_SSL",
                "kpfleet.kafka.client.\"sasl.jaas.config\"",
                login,
                "kpfleet.kafka.client.\"ssl.truststore.password\"",
                "0123")));

        Map<String, Object> customized = clients.customize(
                "new-clusters",
                new SmallRyeConfigBuilder().build(),
                Map.of("group.id", "kubeproxy.new-clusters", "ssl.truststore.password", "123"));

        assertThat(customized)
                .containsEntry("group.id", "kubeproxy.new-clusters")
                .containsEntry("bootstrap.servers", "broker:9093")
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry("sasl.jaas.config", login)
                .containsEntry("ssl.truststore.password", "0123");
    }
}
