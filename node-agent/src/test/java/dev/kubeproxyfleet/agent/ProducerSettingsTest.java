package dev.kubeproxyfleet.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProducerSettingsTest {

    @Test
    void passesSecurityThroughHoweverItIsSpelled() {
        Map<String, Object> settings = settings(Map.of(
                "kafka.security.protocol", "SASL_SSL",
                "KAFKA_SASL_MECHANISM", "SCRAM-SHA-512",
                "KAFKA_SSL_TRUSTSTORE_TYPE", "PEM",
                "kafka.bootstrap.servers", "broker:9093"));

        assertThat(settings)
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry("sasl.mechanism", "SCRAM-SHA-512")
                .containsEntry("ssl.truststore.type", "PEM")
                .containsEntry("bootstrap.servers", "broker:9093");
    }

    @Test
    void ignoresWhatKubernetesAndOthersCallKafka() {
        Map<String, Object> settings = settings(
                Map.of("KAFKA_PORT", "tcp://10.0.0.1:9092", "KAFKA_SERVICE_HOST", "10.0.0.1", "kafka.nonsense", "1"));

        assertThat(settings).isEqualTo(settings(Map.of()));
    }

    @Test
    void tellsWhatItLeftOut() {
        assertThat(producer(Map.of("KAFKA_SASL_MECHANSIM", "PLAIN", "kafka.acks", "all"))
                        .leftOut())
                .containsExactly("kafka.sasl.mechansim");
    }

    @ParameterizedTest
    @CsvSource({
        "kafka.acks, some, acks",
        "kafka.acks, 1, acks",
        "kafka.request.timeout.ms, soon, request.timeout.ms",
        "kafka.compression.type, brotli, compression.type",
    })
    void namesASettingThatNoProducerCouldBeMadeWith(String name, String value, String told) {
        assertThat(producer(Map.of(name, value)).problem(true))
                .hasValueSatisfying(message -> assertThat(message).contains(told));
    }

    @Test
    void refusesACodecWhoseLibraryCannotBeUnpacked() {
        ProducerSettings zstd = producer(Map.of("kafka.compression.type", "zstd"));

        assertThat(zstd.problem(true)).isEmpty();
        assertThat(zstd.problem(false))
                .hasValue(
                        "kafka.compression.type is zstd; a native agent, or one on a read-only root, has [gzip, lz4, none]");
        assertThat(producer(Map.of()).problem(false)).isEmpty();
    }

    @Test
    void keepsPasswordsOutOfItsText() {
        assertThat(producer(Map.of("kafka.sasl.jaas.config", "username=u password=secret")))
                .asString()
                .contains("sasl.jaas.config")
                .doesNotContain("secret");
    }

    @Test
    void isIdempotentBoundedAndCompressedUnlessToldOtherwise() {
        assertThat(settings(Map.of()))
                .containsEntry("acks", "all")
                .containsEntry("enable.idempotence", "true")
                .containsEntry("compression.type", "lz4")
                .containsEntry("delivery.timeout.ms", "20000");
        assertThat(settings(Map.of("kafka.compression.type", "gzip"))).containsEntry("compression.type", "gzip");
    }

    private static Map<String, Object> settings(Map<String, String> given) {
        return producer(given).values();
    }

    /** As MicroProfile Config answers: a variable of the environment under its dotted name, too. */
    private static ProducerSettings producer(Map<String, String> given) {
        return ProducerSettings.of(
                List.copyOf(given.keySet()),
                dotted -> Optional.ofNullable(given.get(dotted))
                        .or(() -> Optional.ofNullable(given.get(
                                dotted.toUpperCase(java.util.Locale.ROOT).replace('.', '_')))));
    }
}
