package dev.kubeproxyfleet.fleet.kafka;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.Map;

/** The clients of a service with some settings, in tests of other packages. */
public final class KafkaClientsOf {

    private static final int QUARKUS_PRIORITY = 200;

    private KafkaClientsOf() {}

    /** @param settings beyond the defaults, by full name */
    public static KafkaClients settings(Map<String, String> settings) {
        return new KafkaClients(kafka(settings));
    }

    static KafkaSettings kafka(Map<String, String> settings) {
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withMapping(KafkaSettings.class)
                .withDefaultValue("kafka.bootstrap.servers", "kafka:9092")
                .withDefaultValue("java.io.tmpdir", "/tmp")
                .withDefaultValues(settings)
                .withConverter(Duration.class, QUARKUS_PRIORITY, DurationConverter::parseDuration)
                .build()
                .getConfigMapping(KafkaSettings.class);
    }
}
