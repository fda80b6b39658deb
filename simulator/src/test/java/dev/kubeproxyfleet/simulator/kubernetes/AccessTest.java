package dev.kubeproxyfleet.simulator.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.simulator.world.KubernetesFault;
import dev.kubeproxyfleet.simulator.world.SimulatedCluster;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Credentials, tokens, rights and certificates. */
class AccessTest {

    private static final String SCOPE = Access.AUDIENCE + "/.default";

    /** What Fabric8's exceptions have for a status where there was none. */
    private static final int NO_ANSWER = -1;

    private Lab lab;
    private SimulatedCluster one;

    @BeforeEach
    void start() throws IOException {
        lab = new Lab(2);
        one = lab.one();
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    private static void assertRefused(KubernetesClient client, int code) {
        assertThatThrownBy(() -> client.nodes().list())
                .isInstanceOfSatisfying(
                        KubernetesClientException.class,
                        e -> assertThat(e.getCode()).isEqualTo(code));
    }

    @Test
    void aKubeconfigOfAClusterWithEntraNamesItsServerAndNoSecret() throws Exception {
        String kubeconfig = lab.kubeconfig(one);

        assertThat(kubeconfig)
                .contains("server: " + lab.kubernetes.url(one.id()))
                .contains("command: kubelogin")
                .contains(Access.AUDIENCE)
                .doesNotContain("client-key-data");
    }

    @Test
    void aPrivateClusterHasItsAuthorityAndAnAddressThatNobodyReachesFromOutside() throws Exception {
        lab.azure.edit(one.id(), document -> {
            ObjectNode properties = (ObjectNode) document.at("/properties");
            properties.putObject("apiServerAccessProfile").put("enablePrivateCluster", true);
            properties.put("privateFQDN", "one.private.example");
        });

        Config config = Config.fromKubeconfig(lab.kubeconfig(one));

        assertThat(config.getMasterUrl()).startsWith("https://one.private.example:443");
        assertThat(config.getCaCertData()).isNotEmpty();
    }

    @Test
    void aTokenForClustersIsTakenUntilItExpires() throws Exception {
        try (KubernetesClient client = lab.client(one, lab.token(SCOPE))) {
            assertThat(client.nodes().list().getItems()).hasSize(5);
            lab.clock.advance(Duration.ofHours(1));
            assertRefused(client, 401);
        }
    }

    @Test
    void aTokenForSomethingElseIsRefused() throws Exception {
        try (KubernetesClient client = lab.client(one, lab.token("https://management.azure.com/.default"));
                KubernetesClient invented = lab.client(one, "x")) {
            assertRefused(client, 401);
            assertRefused(invented, 401);
        }
    }

    @Test
    void withoutEntraTheKubeconfigIsALocalAdministrators() throws Exception {
        lab.azure.edit(one.id(), document -> ((ObjectNode) document.at("/properties")).remove("aadProfile"));

        String kubeconfig = lab.kubeconfig(one);

        assertThat(kubeconfig)
                .contains("client-certificate-data", "client-key-data")
                .doesNotContain("kubelogin");
        Config config = Config.fromKubeconfig(kubeconfig);
        config.setRequestRetryBackoffLimit(0);
        try (KubernetesClient client =
                new KubernetesClientBuilder().withConfig(config).build()) {
            assertThat(client.nodes().list().getItems()).hasSize(5);
        }
    }

    @Test
    void aRightThatIsTakenIsNamedAsKubernetesNamesIt() throws Exception {
        lab.azure
                .kubernetesFaults()
                .begin(List.of(new KubernetesFault.Forbidden(one.id(), "get apps/daemonsets kube-system")));
        try (KubernetesClient client = lab.client(one, lab.token(SCOPE))) {
            assertThatThrownBy(() -> client.apps()
                            .daemonSets()
                            .inNamespace("kube-system")
                            .withName("kube-proxy")
                            .get())
                    .hasMessageContaining(
                            "daemonsets.apps \"kube-proxy\" is forbidden: User \"somebody\" cannot get resource \"daemonsets\""
                                    + " in API group \"apps\" in the namespace \"kube-system\"");
            assertThat(mayGetDaemonSets(client, "kube-system")).isFalse();
            assertThat(mayGetDaemonSets(client, "default")).isTrue();
            assertThat(client.apps()
                            .daemonSets()
                            .inNamespace("kube-system")
                            .list()
                            .getItems())
                    .hasSize(1);
        }
    }

    private static boolean mayGetDaemonSets(KubernetesClient client, String namespace) {
        return client.authorization()
                .v1()
                .selfSubjectAccessReview()
                .create(new SelfSubjectAccessReviewBuilder()
                        .withNewSpec()
                        .withNewResourceAttributes()
                        .withGroup("apps")
                        .withResource("daemonsets")
                        .withVerb("get")
                        .withNamespace(namespace)
                        .endResourceAttributes()
                        .endSpec()
                        .build())
                .getStatus()
                .getAllowed();
    }

    @Test
    void aServerWithAWrongOrAnExpiredCertificateIsNotTrusted() throws Exception {
        for (KubernetesFault fault :
                List.of(new KubernetesFault.OtherName(one.id()), new KubernetesFault.ExpiredCertificate(one.id()))) {
            lab.azure.kubernetesFaults().begin(List.of(fault));
            Config config = Config.fromKubeconfig(lab.kubeconfig(one));
            config.setRequestRetryBackoffLimit(0);
            config.setOauthToken("sandbox");
            config.setAuthProvider(null);
            try (KubernetesClient client =
                    new KubernetesClientBuilder().withConfig(config).build()) {
                assertThatThrownBy(() -> client.nodes().list())
                        .as(fault.toString())
                        .hasStackTraceContaining(SSLException.class.getPackageName());
            }
            lab.azure.kubernetesFaults().end(_ -> true);
        }
    }

    @Test
    void faultsOfTheApiBefallTheirClusterOnly() throws Exception {
        SimulatedCluster two = lab.fleet.clusters().get(1);
        try (KubernetesClient client = lab.client(one);
                KubernetesClient other = lab.client(two)) {
            begin(new KubernetesFault.ServerError(one.id(), 503));
            assertRefused(client, 503);
            begin(new KubernetesFault.TokenRefused(one.id()));
            assertRefused(client, 401);
            begin(new KubernetesFault.Unreachable(one.id()));
            assertRefused(client, NO_ANSWER);
            begin(new KubernetesFault.Garbage(one.id()));
            String garbage = lab.send(one, "GET", "/api/v1/nodes", "application/json", "")
                    .body();
            assertThatThrownBy(() -> Json.MAPPER.readTree(garbage)).isInstanceOf(JsonProcessingException.class);
            begin(new KubernetesFault.Redirect(one.id(), "https://127.0.0.1:1"));
            var redirected = lab.send(one, "GET", "/api/v1/nodes", "application/json", "");
            assertThat(redirected.statusCode()).isEqualTo(302);
            assertThat(redirected.headers().firstValue("Location").orElseThrow())
                    .isEqualTo("https://127.0.0.1:1" + redirected.uri().getPath());
            assertThat(other.nodes().list().getItems()).hasSize(5);
            lab.azure.kubernetesFaults().end(_ -> true);
            assertThat(client.nodes().list().getItems()).hasSize(5);
        }
    }

    private void begin(KubernetesFault fault) {
        lab.azure.kubernetesFaults().end(_ -> true);
        lab.azure.kubernetesFaults().begin(List.of(fault));
    }
}
