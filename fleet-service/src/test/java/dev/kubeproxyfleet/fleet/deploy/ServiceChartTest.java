package dev.kubeproxyfleet.fleet.deploy;

import static dev.kubeproxyfleet.fleet.deploy.ServiceChart.NEEDED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import dev.kubeproxyfleet.fleet.selfcheck.SelfCheck;
import dev.kubeproxyfleet.testing.StrictObjects;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicySpec;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceChartTest {

    @TempDir
    private Path folder = Path.of("");

    private String rendered(String values) {
        return ServiceChart.rendered(folder, values);
    }

    private StatefulSet statefulSet(String values) {
        return ServiceChart.objects(rendered(values), StatefulSet.class).getFirst();
    }

    private static Container container(StatefulSet set) {
        return set.getSpec().getTemplate().getSpec().getContainers().getFirst();
    }

    @Test
    void withoutMoreItIsAServiceThatNobodyReaches() {
        String yaml = rendered(NEEDED);

        assertThat(ServiceChart.OBJECTS.all(yaml))
                .extracting(
                        object -> object.getKind() + "/" + object.getMetadata().getName())
                .containsExactlyInAnyOrder(
                        "ServiceAccount/kubeproxy-fleet",
                        "ConfigMap/kubeproxy-fleet",
                        "StatefulSet/kubeproxy-fleet",
                        "Service/kubeproxy-fleet",
                        "Service/kubeproxy-fleet-replicas",
                        "PodDisruptionBudget/kubeproxy-fleet",
                        "NetworkPolicy/kubeproxy-fleet");
        assertThat(ServiceChart.settings(yaml)).containsEntry("kpfleet.api.exposed", "false");
        NetworkPolicySpec policy = ServiceChart.policy(yaml);
        assertThat(policy.getPolicyTypes()).containsExactly("Ingress", "Egress");
        assertThat(policy.getIngress()).isEmpty();
    }

    @Test
    void outGoNothingButNameQuestionsKafkaAndHttps() {
        String yaml = rendered("kafka: {bootstrapServers: 'a:9093,b:9094,c:9093', user: {secret: u}}\n");

        assertThat(ServiceChart.policy(yaml).getEgress())
                .allSatisfy(rule -> assertThat(rule.getTo()).isEmpty())
                .flatExtracting(rule ->
                        rule.getPorts().stream().map(ServiceChartTest::shown).toList())
                .containsExactly("UDP 53", "TCP 53", "TCP 9093", "TCP 9094", "TCP 443");
        assertThat(ServiceChart.policy(rendered(NEEDED + "networkPolicy: {kafkaPorts: [19093]}\n"))
                        .getEgress()
                        .get(1)
                        .getPorts())
                .extracting(ServiceChartTest::shown)
                .containsExactly("TCP 19093");
    }

    private static String shown(NetworkPolicyPort port) {
        return port.getProtocol() + " " + port.getPort().getValue();
    }

    @Test
    void thePodHasNoRightThatItDoesNotNeed() {
        StatefulSet set = statefulSet(NEEDED);
        var pod = set.getSpec().getTemplate().getSpec();

        assertThat(pod.getAutomountServiceAccountToken()).isFalse();
        assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
        assertThat(container(set).getSecurityContext()).satisfies(security -> {
            assertThat(security.getAllowPrivilegeEscalation()).isFalse();
            assertThat(security.getReadOnlyRootFilesystem()).isTrue();
            assertThat(security.getCapabilities().getDrop()).containsExactly("ALL");
        });
        assertThat(pod.getHostNetwork()).isNull();
        assertThat(container(set).getPorts())
                .extracting(ContainerPort::getHostPort)
                .containsOnlyNulls();
        assertThat(pod.getVolumes()).noneMatch(volume -> volume.getHostPath() != null);
    }

    @Test
    void itIsProbedAsItMeansItsHealth() {
        Container service = container(statefulSet(NEEDED));

        assertThat(Stream.of(service.getStartupProbe(), service.getLivenessProbe(), service.getReadinessProbe())
                        .map(Probe::getHttpGet))
                .extracting(get -> get.getPort().getStrVal() + get.getPath())
                .containsExactly("http/q/health/started", "http/q/health/live", "http/q/health/ready");
    }

    @Test
    void itHasTheTimeThatItsEndMayTake() throws Exception {
        Duration longest = Duration.ZERO;
        for (String wait : new String[] {
            "azure.AzureWorker#STOP_TIMEOUT",
            "kafka.StreamsRunner#CLOSE",
            "kubernetes.KubernetesWatcher#STOP_TIMEOUT",
            "check.CheckThread#STOP_TIMEOUT"
        }) {
            String[] parts = wait.split("#", 2);
            Field field = Class.forName("dev.kubeproxyfleet.fleet." + parts[0]).getDeclaredField(parts[1]);
            field.setAccessible(true);
            longest = longest.plus((Duration) field.get(null));
        }

        assertThat(Duration.ofSeconds(
                        statefulSet(NEEDED).getSpec().getTemplate().getSpec().getTerminationGracePeriodSeconds()))
                .isBetween(longest.plusSeconds(10), longest.plusSeconds(60));
    }

    @Test
    void aDrainTakesOneReplicaAtATimeAndReplicasAreSpread() {
        String yaml = rendered(NEEDED + "replicas: 3\n");

        assertThat(ServiceChart.objects(yaml, PodDisruptionBudget.class)
                        .getFirst()
                        .getSpec())
                .satisfies(budget -> {
                    assertThat(budget.getMaxUnavailable().getIntVal()).isEqualTo(1);
                    assertThat(budget.getSelector().getMatchLabels())
                            .isEqualTo(Map.of("app.kubernetes.io/name", "kubeproxy-fleet"));
                });
        StatefulSet set = ServiceChart.objects(yaml, StatefulSet.class).getFirst();
        assertThat(set.getSpec().getReplicas()).isEqualTo(3);
        assertThat(set.getSpec().getTemplate().getSpec().getTopologySpreadConstraints())
                .extracting(constraint -> constraint.getTopologyKey() + " " + constraint.getWhenUnsatisfiable())
                .containsExactly("kubernetes.io/hostname ScheduleAnyway", "topology.kubernetes.io/zone ScheduleAnyway");
        assertThat(set.getSpec().getSelector().getMatchLabels())
                .allSatisfy((label, value) -> assertThat(
                                set.getSpec().getTemplate().getMetadata().getLabels())
                        .containsEntry(label, value));
    }

    @Test
    void secretsAreReferredToAndNeverWritten() {
        String yaml = rendered(NEEDED);

        assertThat(StrictObjects.documents(yaml))
                .noneMatch(document -> document.path("kind").asText().equals("Secret"));
        assertThat(container(statefulSet(NEEDED)).getEnv())
                .filteredOn(variable -> variable.getName().equals("KAFKA_SASL_JAAS_CONFIG"))
                .singleElement()
                .satisfies(variable -> {
                    assertThat(variable.getValue()).isNull();
                    assertThat(variable.getValueFrom().getSecretKeyRef().getName())
                            .isEqualTo("kafka-user");
                    assertThat(variable.getValueFrom().getSecretKeyRef().getKey())
                            .isEqualTo("sasl.jaas.config");
                });
        assertThat(container(statefulSet("kafka: {bootstrapServers: 'a:1', securityProtocol: PLAINTEXT}\n"))
                        .getEnv())
                .noneMatch(variable -> variable.getName().startsWith("KAFKA_"));
    }

    @Test
    void helmTestChecksWithWhatTheServiceHas() throws IOException {
        String values = NEEDED + ServiceChart.LOGIN + "azure: {clientId: 00000000-0000-0000-0000-000000000001}\n";
        Container service = container(statefulSet(values));

        Pod pod = ServiceChart.check(folder, values);

        Container check = pod.getSpec().getContainers().getFirst();
        assertThat(check.getArgs()).containsExactly(SelfCheck.ARGUMENT);
        assertThat(check.getImage()).isEqualTo(service.getImage());
        assertThat(check.getEnv()).isEqualTo(service.getEnv());
        assertThat(check.getVolumeMounts()).isEqualTo(service.getVolumeMounts());
        assertThat(check.getSecurityContext()).isEqualTo(service.getSecurityContext());
        assertThat(pod.getSpec().getServiceAccountName())
                .isEqualTo(statefulSet(values).getSpec().getTemplate().getSpec().getServiceAccountName());
        assertThat(pod.getMetadata().getLabels())
                .as("no Service leads there")
                .containsEntry("app.kubernetes.io/name", "kubeproxy-fleet-check")
                .containsEntry("azure.workload.identity/use", "true");
        assertThat(ServiceChart.policy(rendered(values)).getPodSelector().getMatchExpressions())
                .singleElement()
                .satisfies(names -> assertThat(names.getValues())
                        .contains(
                                "kubeproxy-fleet", pod.getMetadata().getLabels().get("app.kubernetes.io/name")));
    }

    @Test
    void theStateIsOnADiskOrGoesWithThePod() {
        assertThat(statefulSet(NEEDED).getSpec().getVolumeClaimTemplates())
                .singleElement()
                .satisfies(claim -> assertThat(claim.getSpec().getResources().getRequests())
                        .isEqualTo(Map.of("storage", new Quantity("5Gi"))));
        StatefulSet ephemeral = statefulSet(NEEDED + "state: {persistent: false}\n");
        assertThat(ephemeral.getSpec().getVolumeClaimTemplates()).isEmpty();
        assertThat(ephemeral.getSpec().getTemplate().getSpec().getVolumes())
                .filteredOn(volume -> volume.getName().equals("state"))
                .extracting(Volume::getEmptyDir)
                .doesNotContainNull()
                .hasSize(1);
    }

    @Test
    void theIdentityOfAzureIsGivenToThePod() {
        String values = NEEDED + "azure: {clientId: 00000000-0000-0000-0000-000000000001}\n";

        assertThat(ServiceChart.objects(rendered(values), ServiceAccount.class)
                        .getFirst()
                        .getMetadata()
                        .getAnnotations())
                .containsEntry("azure.workload.identity/client-id", "00000000-0000-0000-0000-000000000001");
        assertThat(statefulSet(values).getSpec().getTemplate().getMetadata().getLabels())
                .containsEntry("azure.workload.identity/use", "true");
        assertThat(statefulSet(NEEDED).getSpec().getTemplate().getMetadata().getLabels())
                .doesNotContainKey("azure.workload.identity/use");
    }

    @Test
    void anIngressARouteACertificateAndAnExternalSecretSayWhatTheValuesSay() {
        String yaml = rendered(ServiceChart.EXPOSED + """
                ingress: {enabled: true, className: nginx}
                httpRoute: {enabled: true, parentRefs: [{name: gateway, namespace: ingress}]}
                certificate: {enabled: true, issuerRef: {kind: ClusterIssuer, name: letsencrypt}}
                externalSecret: {enabled: true, storeRef: {kind: ClusterSecretStore, name: vault}, remoteKey: kafka-user}
                """);

        Ingress ingress = ServiceChart.objects(yaml, Ingress.class).getFirst();
        assertThat(ingress.getSpec().getTls()).singleElement().satisfies(tls -> {
            assertThat(tls.getHosts()).containsExactly("fleet.example");
            assertThat(tls.getSecretName()).isEqualTo("kubeproxy-fleet-tls");
        });
        assertThat(ingress.getSpec().getRules())
                .singleElement()
                .satisfies(rule -> assertThat(rule.getHttp()
                                .getPaths()
                                .getFirst()
                                .getBackend()
                                .getService()
                                .getName())
                        .isEqualTo("kubeproxy-fleet"));
        HTTPRoute route = ServiceChart.objects(yaml, HTTPRoute.class).getFirst();
        assertThat(route.getSpec().getHostnames()).containsExactly("fleet.example");
        assertThat(route.getSpec().getParentRefs().getFirst().getName()).isEqualTo("gateway");
        assertThat(ServiceChart.document(yaml, "Certificate").path("spec").toString())
                .isEqualTo("{\"secretName\":\"kubeproxy-fleet-tls\",\"dnsNames\":[\"fleet.example\"],"
                        + "\"issuerRef\":{\"kind\":\"ClusterIssuer\",\"name\":\"letsencrypt\"}}");
        JsonNode external = ServiceChart.document(yaml, "ExternalSecret");
        assertThat(external.at("/spec/target/name").asText()).isEqualTo("kafka-user");
        assertThat(external.at("/spec/data/0").toString())
                .isEqualTo("{\"secretKey\":\"sasl.jaas.config\",\"remoteRef\":{\"key\":\"kafka-user\"}}");
    }

    @Test
    void helmFindsNothingToSayAgainstIt() throws IOException {
        Path chart = folder.resolve("chart");
        copy(ServiceChart.FOLDER, chart);
        Files.writeString(
                chart.resolve("values.yaml"),
                Files.readString(chart.resolve("values.yaml"))
                        .replace("kafka:\n", "kafka:\n  bootstrapServers: a:9092\n")
                        .replace("  user:\n", "  user:\n    secret: kafka-user\n"));

        LintResult result = new Helm(chart).lint().strict().call();

        assertThat(result.isFailed())
                .as(String.join("\n", result.getMessages()))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "kafka.bootstrapServers=broker | bootstrapServers",
                "kafka.securityProtocol=TLS | securityProtocol",
                "kafka.user.secret=Not A Name | secret",
                "kafka.password=s3cret | password",
                "azure.clientId=me | clientId",
                "azure.cloud=mars | cloud",
                "replicas=0 | replicas",
                "image=two words | image",
                "settings.PATH=/ | PATH",
                "settings.kpfleet\\.azure\\.static-token=t | static-token",
                "certificate.enabled=true | hosts",
                "externalSecret.enabled=true | externalSecret",
                "networkPolicy.kafkaPorts={0} | kafkaPorts",
                "resources.limits.memory=much | memory",
                "unheard=of | unheard"
            })
    void aValueThatCannotBeIsRefused(String setting, String named) {
        assertThatThrownBy(() -> ServiceChart.renderedWith(folder, setting))
                .hasMessageContaining("values don't meet the specifications of the schema")
                .hasMessageContaining(named);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "kafka: {user: {secret: u}} | bootstrapServers",
                "kafka: {bootstrapServers: 'a:1'} | secret",
                "kafka: {bootstrapServers: 'a:1', securityProtocol: SASL_PLAINTEXT} | secret"
            })
    void aValueThatIsNeededIsNamed(String values, String named) {
        assertThatThrownBy(() -> rendered(values)).hasMessageContaining(named);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }
}
