package dev.kubeproxyfleet.fleet.deploy;

import static dev.kubeproxyfleet.fleet.deploy.ServiceChart.NEEDED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.testing.StrictObjects;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whom the chart lets in, and with which login. */
class ChartAccessTest {

    @TempDir
    private Path folder = Path.of("");

    private String rendered(String values) {
        return ServiceChart.rendered(folder, values);
    }

    private static Container container(StatefulSet set) {
        return set.getSpec().getTemplate().getSpec().getContainers().getFirst();
    }

    @Test
    void whoIsNamedIsLetInOnceTheApiIsExposedInSoManyWords() {
        String yaml = rendered(ServiceChart.EXPOSED + "metrics: {fromNamespaces: [monitoring]}\n");

        assertThat(ServiceChart.settings(yaml))
                .containsEntry("kpfleet.api.exposed", "true")
                .hasEntrySatisfying(
                        "kpfleet.api.allowed-hosts",
                        hosts -> assertThat(hosts.split(","))
                                .contains("fleet.example", "kubeproxy-fleet.kubeproxy-fleet.svc", "localhost"));
        assertThat(ServiceChart.policy(yaml).getIngress()).singleElement().satisfies(rule -> {
            assertThat(rule.getPorts())
                    .singleElement()
                    .satisfies(port -> assertThat(port.getPort().getStrVal()).isEqualTo("http"));
            assertThat(rule.getFrom()).singleElement().satisfies(peer -> {
                assertThat(peer.getIpBlock()).isNull();
                assertThat(peer.getNamespaceSelector().getMatchExpressions())
                        .singleElement()
                        .satisfies(expression -> {
                            assertThat(expression.getKey()).isEqualTo("kubernetes.io/metadata.name");
                            assertThat(expression.getValues()).containsExactly("monitoring", "ingress");
                        });
            });
        });
    }

    @Test
    void withALoginTheApiIsExposedAndItsSecretsAreInNoConfigMap() {
        String yaml = rendered(NEEDED + ServiceChart.LOGIN + "ingress: {enabled: true, tlsSecret: tls}\n");

        assertThat(ServiceChart.settings(yaml))
                .containsEntry("kpfleet.api.exposed", "true")
                .containsEntry("kpfleet.access.login", "true")
                .containsEntry("kpfleet.access.issuer", "https://issuer.example")
                .containsEntry("kpfleet.access.client-id", "fleet")
                .doesNotContainKeys("kpfleet.api.insecure", "kpfleet.access.client-secret");
        assertThat(ServiceChart.policy(yaml).getIngress()).hasSize(1);
        assertThat(container(ServiceChart.objects(yaml, StatefulSet.class).getFirst())
                        .getEnv())
                .filteredOn(variable -> variable.getName().startsWith("KPFLEET_ACCESS_"))
                .extracting(
                        variable -> variable.getValueFrom().getSecretKeyRef().getName() + "/"
                                + variable.getValueFrom().getSecretKeyRef().getKey())
                .containsExactly("login/session-secret", "login/client-secret");
        assertThat(ServiceChart.settings(rendered(ServiceChart.EXPOSED))).containsEntry("kpfleet.api.insecure", "true");
    }

    @Test
    void aLoginBehindAnIngressWithoutACertificateIsRefused() {
        String clear = NEEDED + ServiceChart.LOGIN + "ingress: {enabled: true}\n";

        assertThatThrownBy(() -> rendered(clear))
                .hasMessageContaining("in clear text: set ingress.tlsSecret or certificate.enabled");
        assertThat(rendered(clear.replace("enabled: true}\n", "enabled: true, tlsElsewhere: true}\n")))
                .contains("kind: Ingress");
        assertThat(rendered(clear + "certificate: {enabled: true, issuerRef: {name: authority}}\n"))
                .contains("kind: Ingress");
    }

    @Test
    void secretsOfTargetsAreFiles() {
        String yaml = rendered(NEEDED + "notifications: {secret: fleet-notify}\n");

        StatefulSet set = ServiceChart.objects(yaml, StatefulSet.class).getFirst();
        assertThat(container(set).getVolumeMounts())
                .anySatisfy(mount -> assertThat(mount)
                        .returns("/etc/kubeproxy-fleet-notify", VolumeMount::getMountPath)
                        .returns(true, VolumeMount::getReadOnly)
                        .returns(null, VolumeMount::getSubPath));
        assertThat(set.getSpec().getTemplate().getSpec().getVolumes())
                .anySatisfy(volume -> assertThat(volume.getSecret())
                        .isNotNull()
                        .returns("fleet-notify", secret -> secret.getSecretName()));
        assertThat(rendered(NEEDED)).doesNotContain("kubeproxy-fleet-notify");
    }

    @Test
    void withACertificateOfItsOwnTheApiIsReachedByHttpsAndMetricsByPlainHttp() {
        String yaml = rendered(NEEDED
                + ServiceChart.LOGIN.replace("api:\n", "api:\n  tls: {secret: fleet-tls}\n")
                + "metrics: {fromNamespaces: [monitoring], podMonitor: {enabled: true}}\n"
                + "ingress: {enabled: true, tlsSecret: of-the-ingress}\n"
                + "httpRoute: {enabled: true, parentRefs: [{name: gateway}]}\n");

        assertThat(ServiceChart.settings(yaml))
                .containsEntry("kpfleet.api.tls.certificate", "/etc/kubeproxy-fleet-tls/tls.crt")
                .containsEntry("kpfleet.api.tls.key", "/etc/kubeproxy-fleet-tls/tls.key");
        StatefulSet set = ServiceChart.objects(yaml, StatefulSet.class).getFirst();
        assertThat(container(set).getPorts())
                .extracting(port -> port.getName() + " " + port.getContainerPort())
                .containsExactly("http 8080", "https 8443");
        assertThat(container(set).getReadinessProbe().getHttpGet().getPort().getStrVal())
                .isEqualTo("http");
        assertThat(container(set).getVolumeMounts())
                .anySatisfy(mount -> assertThat(mount)
                        .returns("/etc/kubeproxy-fleet-tls", VolumeMount::getMountPath)
                        .returns(true, VolumeMount::getReadOnly)
                        // One that is mounted by its sub-path is never brought up to date.
                        .returns(null, VolumeMount::getSubPath));
        assertThat(set.getSpec().getTemplate().getSpec().getVolumes())
                .anySatisfy(volume -> assertThat(volume.getSecret())
                        .isNotNull()
                        .returns("fleet-tls", secret -> secret.getSecretName()));
        assertThat(ServiceChart.objects(yaml, Service.class)
                        .getFirst()
                        .getSpec()
                        .getPorts())
                .singleElement()
                .satisfies(port ->
                        assertThat(port.getName() + " " + port.getPort()).isEqualTo("https 443"));
        assertThat(ServiceChart.policy(yaml).getIngress())
                .extracting(rule -> rule.getPorts().getFirst().getPort().getStrVal() + " from "
                        + rule.getFrom()
                                .getFirst()
                                .getNamespaceSelector()
                                .getMatchExpressions()
                                .getFirst()
                                .getValues())
                .containsExactly("http from [monitoring]", "https from [ingress]");
        assertThat(ServiceChart.document(yaml, "Ingress")
                        .at("/spec/rules/0/http/paths/0/backend/service/port/name")
                        .asText())
                .isEqualTo("https");
        assertThat(ServiceChart.document(yaml, "HTTPRoute")
                        .at("/spec/rules/0/backendRefs/0/port")
                        .asInt())
                .isEqualTo(443);
        assertThat(ServiceChart.document(yaml, "PodMonitor")
                        .at("/spec/podMetricsEndpoints/0/port")
                        .asText())
                .isEqualTo("http");
    }

    @Test
    void theCertificateIsMadeWhereTheApiLooksForIt() {
        assertThat(ServiceChart.document(
                                rendered(NEEDED
                                        + ServiceChart.LOGIN.replace("api:\n", "api:\n  tls: {secret: fleet-tls}\n")
                                        + "certificate: {enabled: true, issuerRef: {name: authority}}\n"),
                                "Certificate")
                        .at("/spec/secretName")
                        .asText())
                .isEqualTo("fleet-tls");
    }

    @Test
    void metricsMayBeReadWithoutExposingTheApi() {
        String yaml = rendered(
                NEEDED + "metrics: {fromNamespaces: [monitoring], podMonitor: {enabled: true, labels: {team: a}}}\n");

        assertThat(ServiceChart.settings(yaml)).containsEntry("kpfleet.api.exposed", "false");
        assertThat(ServiceChart.policy(yaml).getIngress()).hasSize(1);
        JsonNode monitor = ServiceChart.document(yaml, "PodMonitor");
        assertThat(monitor.at("/spec/podMetricsEndpoints/0").toString())
                .isEqualTo("{\"port\":\"http\",\"path\":\"/q/metrics\",\"interval\":\"30s\"}");
        assertThat(monitor.at("/metadata/labels/team").asText()).isEqualTo("a");
    }

    @Test
    void aLoginByItselfLetsNobodyThroughTheNetwork() {
        assertThat(ServiceChart.policy(rendered(
                                NEEDED + ServiceChart.LOGIN.replace("fromNamespaces: [ingress]", "fromNamespaces: []")))
                        .getIngress())
                .isEmpty();
    }

    @Test
    void theValuesOfTheGuideAreTaken() throws IOException {
        String guide = Files.readString(ServiceChart.ROOT.resolveSibling("docs").resolve("production.md"));
        int start = guide.indexOf("\napi:\n") + 1;
        String values = guide.substring(start, guide.indexOf("END\n", start))
                .replace("$HOST", "fleet.example")
                .replaceAll("\\$[A-Z_]+", "id");

        String yaml = rendered(NEEDED + values);

        assertThat(ServiceChart.settings(yaml))
                .containsEntry("kpfleet.access.issuer", "https://login.microsoftonline.com/id/v2.0")
                .containsEntry("kpfleet.access.cli-scopes", "openid,profile,offline_access,api://id/access");
        assertThat(StrictObjects.documents(yaml))
                .extracting(document -> document.path("kind").asText())
                .contains("Ingress", "Certificate");
    }

    @Test
    void aLoginAndNoneAtTheSameTimeAreRefused() {
        assertThatThrownBy(() ->
                        rendered(NEEDED + ServiceChart.LOGIN.replace("api:\n", "api:\n  exposedWithoutLogin: true\n")))
                .hasMessageContaining("values don't meet the specifications of the schema")
                .hasMessageContaining("enabled");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "settings.kpfleet\\.api\\.exposed=true | kpfleet.api.exposed",
                "api.fromNamespaces={somebody} | fromNamespaces",
                "api.exposedWithoutLogin=true | fromNamespaces",
                "api.exposedWithoutLogin=yes | exposedWithoutLogin",
                "api.login.enabled=true | issuer",
                "api.login.issuer=http://issuer.example | issuer",
                "settings.kpfleet\\.access\\.client-secret=s | client-secret",
                "settings.quarkus\\.oidc\\.credentials\\.secret=s | credentials.secret",
                "settings.quarkus\\.oidc\\.credentials\\.client-secret\\.value=s | client-secret.value",
                "settings.quarkus\\.oidc\\.auth-server-url=https://other.example | auth-server-url",
                "settings.quarkus\\.oidc\\.other\\.tenant-enabled=true | tenant-enabled",
                "settings.quarkus\\.tls\\.api\\.protocols=TLSv1 | protocols",
                "settings.quarkus\\.http\\.ssl-port=80 | ssl-port",
                "settings.quarkus\\.http\\.insecure-requests=enabled | insecure-requests",
                "settings.kpfleet\\.api\\.tls\\.key=/tmp/key | kpfleet.api.tls.key",
                "settings.kpfleet\\.kafka\\.client\\.\"sasl\\.jaas\\.config\"=password | jaas",
                "settings.kpfleet\\.kafka\\.client\\.\"ssl\\.keystore\\.password\"=s | keystore",
                "settings.kpfleet\\.access\\.grants\\.a=admin | grants",
                "api.login.grants.a={root} | grants",
                "api.tls.secret=A_B | tls",
                "ingress.enabled=true | exposedWithoutLogin",
                "httpRoute.enabled=true | exposedWithoutLogin",
                "settings.kpfleet\\.api\\.insecure=true | insecure",
                "settings.kpfleet\\.access\\.login=false | login",
                "settings.kpfleet\\.access\\.session-secret=s | session-secret"
            })
    void whatWouldLetInOthersIsRefused(String setting, String named) {
        assertThatThrownBy(() -> ServiceChart.renderedWith(folder, setting))
                .hasMessageContaining("values don't meet the specifications of the schema")
                .hasMessageContaining(named);
    }
}
