package dev.kubeproxyfleet.fleet.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import dev.kubeproxyfleet.testing.StrictObjects;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicySpec;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;

/** {@code deploy/helm/kubeproxy-fleet}, and what Helm makes of it. */
public final class ServiceChart {

    static final Path ROOT = Path.of(System.getProperty("project.root", ".."), "deploy");
    static final Path FOLDER = ROOT.resolve("helm").resolve("kubeproxy-fleet");
    static final String NAMESPACE = "kubeproxy-fleet";

    /** What has no default. */
    public static final String NEEDED = "kafka: {bootstrapServers: 'a:9093,b:9093', user: {secret: kafka-user}}\n";

    static final String EXPOSED =
            NEEDED + "api: {exposedWithoutLogin: true, fromNamespaces: [ingress], hosts: [fleet.example]}\n";

    static final String LOGIN = """
            api:
              login: {enabled: true, issuer: 'https://issuer.example', clientId: fleet, secret: login}
              fromNamespaces: [ingress]
              hosts: [fleet.example]
            """;

    static final StrictObjects OBJECTS = new StrictObjects(Map.of(
            "Namespace", Namespace.class,
            "ServiceAccount", ServiceAccount.class,
            "ConfigMap", ConfigMap.class,
            "StatefulSet", StatefulSet.class,
            "Pod", Pod.class,
            "Service", Service.class,
            "Ingress", Ingress.class,
            "HTTPRoute", HTTPRoute.class,
            "NetworkPolicy", NetworkPolicy.class,
            "PodDisruptionBudget", PodDisruptionBudget.class));

    /** What keeps Helm from installing what it is only to run. */
    private static final String HOOK = "helm.sh/hook: test";

    private ServiceChart() {}

    static TemplateCommand template() {
        return new Helm(FOLDER).template().withName("fleet").withNamespace(NAMESPACE);
    }

    /** @param folder that a file of values may be written to */
    public static String rendered(Path folder, String values) {
        return rendered(template(), folder, values);
    }

    /** @param setting {@code <value's path>=<value>}, above what the chart cannot do without */
    static String renderedWith(Path folder, String setting) throws IOException {
        String[] parts = setting.split("=", 2);
        return template()
                .withValuesFile(Files.writeString(folder.resolve("values.yaml"), NEEDED))
                .set(parts[0], parts[1])
                .call();
    }

    /** The pod that {@code helm test} runs, which is no part of what Helm installs. */
    static Pod check(Path folder, String values) throws IOException {
        Path copy = folder.resolve("chart-with-its-test");
        try (Stream<Path> files = Files.walk(FOLDER)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(FOLDER.relativize(file).toString()));
            }
        }
        Path test = copy.resolve("templates").resolve("tests").resolve("check.yaml");
        String written = Files.readString(test);
        assertThat(written).contains(HOOK);
        Files.writeString(test, written.replace(HOOK, "no-hook: test"));
        return objects(
                        rendered(new Helm(copy).template().withName("fleet").withNamespace(NAMESPACE), folder, values),
                        Pod.class)
                .getFirst();
    }

    private static String rendered(TemplateCommand template, Path folder, String values) {
        try {
            return template.withValuesFile(Files.writeString(folder.resolve("values.yaml"), values))
                    .call();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Those of a type, strictly read. */
    static <T extends HasMetadata> List<T> objects(String yaml, Class<T> type) {
        return StrictObjects.documents(yaml).stream()
                .filter(document -> document.path("kind").asText().equals(type.getSimpleName()))
                .map(OBJECTS::typed)
                .map(type::cast)
                .toList();
    }

    static NetworkPolicySpec policy(String yaml) {
        return objects(yaml, NetworkPolicy.class).getFirst().getSpec();
    }

    public static JsonNode document(String yaml, String kind) {
        return StrictObjects.documents(yaml).stream()
                .filter(document -> document.path("kind").asText().equals(kind))
                .findFirst()
                .orElseThrow(() -> new AssertionError("there is no " + kind));
    }

    /** What the service is configured with, by the names of its settings. */
    public static Map<String, String> settings(String yaml) {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(file(yaml)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, String> settings = new TreeMap<>();
        properties.forEach((name, value) -> settings.put((String) name, (String) value));
        return settings;
    }

    /** The file that the service reads them from. */
    public static String file(String yaml) {
        return Objects.requireNonNull(
                objects(yaml, ConfigMap.class).getFirst().getData().get("application.properties"));
    }
}
