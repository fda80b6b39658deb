package dev.kubeproxyfleet.fleet.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.kubeproxyfleet.fleet.access.AccessSettings;
import dev.kubeproxyfleet.fleet.azure.AzureSettings;
import dev.kubeproxyfleet.fleet.kafka.KafkaSettings;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.ConfigMappings;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each setting that the chart writes is one that the service has, and means what it says. */
class ChartSettingsTest {

    private static final String EVERYTHING = """
            kafka:
              bootstrapServers: a:9093,b:9093
              user: {secret: kafka-user}
              ca: {secret: kafka-ca}
            azure: {subscriptions: [00000000-0000-0000-0000-000000000001, 00000000-0000-0000-0000-000000000002]}
            kubernetesEvidence: true
            settings:
              kpfleet.inventory.interval: 1m
              kpfleet.kubernetes.watched: 50
              kpfleet.access.role-claim: groups
              kpfleet.gates.secret-dir: /etc/gates
            """ + ServiceChart.LOGIN.replace("secret: login", """
            secret: login, grants: {
                00000000-0000-0000-0000-000000000003: [operator, 'publisher:env=dev,team=web shop'],
                /fleet/admins: [admin]}\
            """);

    private static final String PASSWORD = "org.apache.kafka…ScramLoginModule required username=\"u\" password=\"p\";";

    @TempDir
    private Path folder = Path.of("");

    @Test
    void theServiceHasEverySetting() {
        SmallRyeConfig config = config(ServiceChart.settings(ServiceChart.rendered(folder, EVERYTHING)));

        KafkaSettings kafka = config.getConfigMapping(KafkaSettings.class);
        assertThat(kafka.bootstrapServers()).isEqualTo("a:9093,b:9093");
        assertThat(kafka.topicPrefix()).isEqualTo("kubeproxy.");
        assertThat(kafka.createTopics()).isFalse();
        assertThat(kafka.stateDir()).isEqualTo(Path.of("/var/lib/kubeproxy-fleet/streams"));
        assertThat(kafka.client())
                .isEqualTo(Map.of(
                        "security.protocol", "SASL_SSL",
                        "sasl.mechanism", "SCRAM-SHA-512",
                        "sasl.jaas.config", PASSWORD,
                        "ssl.truststore.type", "PEM",
                        "ssl.truststore.location", "/etc/kubeproxy-fleet-kafka-ca/ca.crt"));
        AccessSettings access = config.getConfigMapping(AccessSettings.class);
        assertThat(access.login()).isTrue();
        assertThat(access.issuer()).contains("https://issuer.example");
        assertThat(access.clientId()).contains("fleet");
        assertThat(access.roleClaim()).isEqualTo("groups");
        assertThat(access.grants())
                .isEqualTo(Map.of(
                        "00000000-0000-0000-0000-000000000003",
                        List.of("operator", "publisher:env=dev,team=web shop"),
                        "/fleet/admins",
                        List.of("admin")));
        assertThat(config.getConfigMapping(AzureSettings.class).configuredSubscriptions())
                .hasSize(2);
        assertThat(config.getConfigValue("kpfleet.kubernetes.enabled").getValue())
                .isEqualTo("true");
    }

    @Test
    void aSettingThatTheServiceDoesNotHaveIsFound() {
        Map<String, String> settings = new HashMap<>(ServiceChart.settings(ServiceChart.rendered(folder, EVERYTHING)));
        settings.put("kpfleet.kafka.topics-prefix", "a");
        assertThatThrownBy(() -> config(settings)).hasMessageContaining("kpfleet.kafka.topics-prefix");

        settings.remove("kpfleet.kafka.topics-prefix");
        settings.put("kpfleet.kubernete.enabled", "true");
        assertThatThrownBy(() -> config(settings)).hasMessageContaining("kpfleet.kubernete.enabled");
    }

    /** @throws RuntimeException if a setting is nobody's, or has no sense */
    private static SmallRyeConfig config(Map<String, String> settings) {
        List<Class<?>> mappings = mappings();
        SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .addDiscoveredConverters()
                .withSources(new PropertiesConfigSource(settings, "chart", 100))
                .withDefaultValue("KAFKA_SASL_JAAS_CONFIG", PASSWORD)
                .withDefaultValue("java.io.tmpdir", System.getProperty("java.io.tmpdir"));
        Set<String> prefixes = new TreeSet<>();
        for (Class<?> mapping : mappings) {
            prefixes.add(mapping.getAnnotation(ConfigMapping.class).prefix());
            builder.withMapping(ConfigMappings.ConfigClass.configClass(mapping));
        }
        assertThat(prefixes).contains("kpfleet.kafka", "kpfleet.kubernetes", "kpfleet.log");
        assertThat(settings.keySet().stream().filter(name -> name.startsWith("kpfleet.")))
                .allSatisfy(name -> assertThat(prefixes).as(name).anyMatch(prefix -> name.startsWith(prefix + ".")));
        return builder.build();
    }

    private static List<Class<?>> mappings() {
        return new ClassFileImporter()
                .importPackages("dev.kubeproxyfleet.fleet", "dev.kubeproxyfleet.schemas").stream()
                        .filter(type -> type.isAnnotatedWith(ConfigMapping.class))
                        .<Class<?>>map(JavaClass::reflect)
                        .toList();
    }
}
