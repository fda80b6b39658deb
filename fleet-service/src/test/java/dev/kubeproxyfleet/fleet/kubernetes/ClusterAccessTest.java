package dev.kubeproxyfleet.fleet.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.fleet.azure.ArmRequest;
import dev.kubeproxyfleet.fleet.azure.ArmResult;
import dev.kubeproxyfleet.fleet.kubernetes.ClusterAccess.Access;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.reason.KubernetesReason;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.simulator.arm.LocalAuthority;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterAccessTest {

    static final String CLUSTER =
            "/subscriptions/s/resourcegroups/g/providers/microsoft.containerservice/managedclusters/c";
    private static final String HOST = "c-1234.hcp.westeurope.azmk8s.io";
    private static final URI AZURE = URI.create("https://management.azure.com");

    private final List<ArmRequest> asked = new ArrayList<>();
    private ObjectNode document;
    private String kubeconfig;
    private Instant now = Objects.NOW;
    private @Nullable ArmResult refused;
    private boolean isSelected = true;
    private ClusterAccess access;

    @BeforeEach
    void prepare() throws Exception {
        document = document();
        kubeconfig = kubeconfig("https://" + HOST + ":443", authority(), "exec: {command: kubelogin}");
        access = new ClusterAccess(this::answer, AZURE, _ -> isSelected, () -> now);
    }

    private ArmResult answer(ArmRequest request) {
        asked.add(request);
        if (refused != null) {
            return refused;
        }
        return new ArmResult.Ok(
                200, request instanceof ArmRequest.GetCluster ? document : credential(kubeconfig), null, null);
    }

    static ObjectNode document() throws Exception {
        return (ObjectNode) Json.MAPPER.readTree("""
                {"id": "%s", "name": "c", "location": "westeurope", "properties": {
                  "provisioningState": "Succeeded", "powerState": {"code": "Running"}, "fqdn": "%s",
                  "resourceUID": "65f1", "aadProfile": {"managed": true, "enableAzureRBAC": true}}}
                """.formatted(CLUSTER, HOST));
    }

    static String authority() throws Exception {
        return new LocalAuthority("clusters", Instant.now()).pem();
    }

    static String kubeconfig(String server, String authorityPem, String user) {
        return """
                apiVersion: v1
                kind: Config
                clusters:
                - name: c
                  cluster: {server: "%s", certificate-authority-data: %s}
                contexts:
                - name: c
                  context: {cluster: c, user: u}
                current-context: c
                users:
                - name: u
                  user: {%s}
                """.formatted(server, base64(authorityPem), user);
    }

    static JsonNode credential(String kubeconfig) {
        ObjectNode answer = Json.MAPPER.createObjectNode();
        answer.putArray("kubeconfigs").addObject().put("name", "clusterUser").put("value", base64(kubeconfig));
        return answer;
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private Access.Granted granted() {
        return (Access.Granted) access.open(CLUSTER);
    }

    private void assertDenied(KubernetesReason code, String words) {
        assertThat(access.open(CLUSTER)).isInstanceOfSatisfying(Access.Denied.class, denied -> {
            assertThat(denied.trouble().code()).as(denied.toString()).isEqualTo(code);
            assertThat(denied.trouble().message()).contains(words);
        });
    }

    @Test
    void namesTheServerAndTheAuthority() {
        Access.Granted granted = granted();

        assertThat(granted.server().address()).isEqualTo(URI.create("https://" + HOST + ":443"));
        assertThat(granted.server().authorities()).hasSize(1);
        assertThat(granted.uid()).isEqualTo("resourceUID:65f1");
    }

    @Test
    void withoutEntraNoCredentialIsAskedFor() {
        ((ObjectNode) document.at("/properties")).remove("aadProfile");

        assertDenied(KubernetesReason.LocalAccountsOnly, "aadProfile");
        assertThat(asked).containsExactly(new ArmRequest.GetCluster(CLUSTER));
    }

    @Test
    void ofAClusterThatIsNotSelectedNoCredentialIsAskedFor() {
        isSelected = false;

        assertDenied(KubernetesReason.ClusterNotSelected, "does not select");
        assertThat(asked).containsExactly(new ArmRequest.GetCluster(CLUSTER));
    }

    @Test
    void aCredentialThatIsKnownIsOfNoUseOnceEntraIsGone() {
        granted();
        ((ObjectNode) document.at("/properties")).putNull("aadProfile");

        assertDenied(KubernetesReason.LocalAccountsOnly, "aadProfile");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "client-certificate-data: Zm9v, client-key-data: YmFy",
                "token: f00",
                "username: admin, password: f00",
                "client-certificate: /etc/admin.pem"
            })
    void aUsersSecretIsDropped(String user) throws Exception {
        kubeconfig = kubeconfig("https://" + HOST, authority(), user);

        assertDenied(KubernetesReason.CredentialUnusable, "it was dropped");
        assertThat(access.open(CLUSTER).toString()).doesNotContain("f00", "Zm9v", "YmFy");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://elsewhere.example",
                "https://c-1234.hcp.westeurope.azmk8s.io.example",
                "http://c-1234.hcp.westeurope.azmk8s.io",
                "https://x@c-1234.hcp.westeurope.azmk8s.io",
                "https://localhost:6443",
                "https://127.0.0.1:6443",
                "no address"
            })
    void aServerThatAzureDoesNotNameForTheClusterIsNotUsed(String server) throws Exception {
        kubeconfig = kubeconfig(server, authority(), "");

        assertDenied(KubernetesReason.CredentialUnusable, "its server");
    }

    @Test
    void aPrivateNameIsTheClustersToo() throws Exception {
        ((ObjectNode) document.at("/properties")).put("privateFQDN", "c.privatelink.westeurope.azmk8s.io");
        kubeconfig = kubeconfig("https://c.privatelink.westeurope.azmk8s.io:443", authority(), "");

        assertThat(granted().server().address().getHost()).isEqualTo("c.privatelink.westeurope.azmk8s.io");
    }

    @Test
    void aServerOnThisMachineIsUsedWhereAzureIsOnItToo() throws Exception {
        access = new ClusterAccess(this::answer, URI.create("https://localhost:1"), _ -> true, () -> now);
        kubeconfig = kubeconfig("https://localhost:6443/s/g/c", authority(), "");

        assertThat(granted().server().address().getPath()).isEqualTo("/s/g/c");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no certificate"})
    void withoutAnAuthorityNoServerIsTrusted(String authority) {
        kubeconfig = kubeconfig("https://" + HOST, authority, "");

        assertDenied(KubernetesReason.CredentialUnusable, "certificate-authority-data");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "[1, 2]", "clusters: []\nusers: []", "just words", ""})
    void whatIsNoKubeconfigIsUnusable(String text) {
        kubeconfig = text;

        assertDenied(KubernetesReason.CredentialUnusable, "of no use");
    }

    @Test
    void aRightThatIsMissingIsNamed() {
        granted();
        access.forget(CLUSTER);
        ClusterAccess without = new ClusterAccess(
                request -> request instanceof ArmRequest.GetCluster
                        ? answer(request)
                        : new ArmResult.ArmError(403, ReasonCode.of("AuthorizationFailed"), "no right", null),
                AZURE,
                _ -> true,
                () -> now);
        access = without;

        assertDenied(
                KubernetesReason.CredentialRefused,
                "Microsoft.ContainerService/managedClusters/listClusterUserCredential/action");
    }

    @Test
    void aClusterThatAzureDoesNotShowHasNoApi() {
        refused = new ArmResult.ArmError(404, ReasonCode.of("ResourceNotFound"), "gone", null);
        assertDenied(KubernetesReason.ClusterNotRunning, "gone");

        refused = new ArmResult.ArmError(500, ReasonCode.of("InternalServerError"), "oops", null);
        assertDenied(KubernetesReason.CredentialRefused, "oops");
    }

    @Test
    void aCredentialIsAskedForOnceForEachCluster() {
        granted();
        granted();
        assertThat(asked)
                .filteredOn(ArmRequest.ListUserCredential.class::isInstance)
                .hasSize(1);

        ((ObjectNode) document.at("/properties")).put("resourceUID", "another");
        granted();
        assertThat(asked)
                .filteredOn(ArmRequest.ListUserCredential.class::isInstance)
                .hasSize(2);
    }

    @Test
    void aCredentialThatIsDoubtedIsAskedForAnewOnceItHasSomeAge() {
        granted();
        access.doubt(CLUSTER);
        granted();
        assertThat(asked)
                .filteredOn(ArmRequest.ListUserCredential.class::isInstance)
                .hasSize(1);

        now = now.plus(ClusterAccess.MIN_AGE);
        access.doubt(CLUSTER);
        granted();
        assertThat(asked)
                .filteredOn(ArmRequest.ListUserCredential.class::isInstance)
                .hasSize(2);
    }
}
