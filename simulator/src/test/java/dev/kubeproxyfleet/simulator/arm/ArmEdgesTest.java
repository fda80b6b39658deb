package dev.kubeproxyfleet.simulator.arm;

import static dev.kubeproxyfleet.simulator.arm.ModelClient.body;
import static dev.kubeproxyfleet.simulator.arm.ModelClient.code;
import static dev.kubeproxyfleet.simulator.arm.ModelClient.header;
import static dev.kubeproxyfleet.simulator.arm.ModelClient.message;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.simulator.world.Fleet;
import dev.kubeproxyfleet.simulator.world.FleetSpec;
import dev.kubeproxyfleet.simulator.world.ManualClock;
import dev.kubeproxyfleet.simulator.world.SimulatedCluster;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What other clients than ours run into: addresses, versions, headers and bodies at their edges. */
class ArmEdgesTest {

    private static final String PREVIEW = "?api-version=2025-09-02-preview";
    private static final Duration OPERATION = Duration.ofSeconds(120);

    private final ManualClock clock = new ManualClock();
    private final Fleet fleet = Fleet.of(new FleetSpec(24, 3, 2, 7, 1));
    private final SimulatedCluster one = fleet.clusters().getFirst();
    private final String subscription = "/subscriptions/" + one.subscription();
    private final String group = subscription + "/resourceGroups/" + one.resourceGroup();
    private ArmModel arm = model(ArmOptions.DEFAULTS);
    private ModelClient client = new ModelClient(arm);

    // ---- addresses

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/providers/Microsoft.ContainerService/managedClusterz | 404 | InvalidResourceType",
                "/providers/Microsoft.Compute/virtualMachines | 404 | InvalidResourceNamespace",
                "/providers/Microsoft.Compute | 404 | InvalidResourceNamespace",
                "/somewhere | 404 | HttpResourceNotFound",
                "/resourceGroups/none/providers/Microsoft.ContainerService/managedClusters/c | 404 | ResourceGroupNotFound",
                "/resourceGroups/{group}/providers/Microsoft.ContainerService/managedClusters/c | 404 | ResourceNotFound",
                "/resourceGroups/{group}/providers/Microsoft.ContainerService/managedClusters/c/agentPools | 404 |"
                        + " ParentResourceNotFound",
                "/resourceGroups/{group}/providers/Microsoft.ContainerService/managedClusters/c/maintenanceConfigurations/default"
                        + " | 404 | ParentResourceNotFound",
            })
    void whatIsNotThereIsNamedAsAzureNamesIt(String path, int status, String code) {
        String version = path.contains("ContainerService") ? PREVIEW : "?api-version=2021-04-01";
        ArmAnswer answer = client.get(subscription + path.replace("{group}", one.resourceGroup()) + version);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(code(answer)).isEqualTo(code);
        assertThat(answer.headers()).containsEntry("x-ms-failure-cause", "gateway");
    }

    @Test
    void aWrongMethodIsToldTheRightOnes() {
        ArmAnswer answer = client.call("POST", one.id() + PREVIEW, "");

        assertThat(answer.status()).isEqualTo(405);
        assertThat(code(answer)).isEqualTo("MethodNotAllowed");
        assertThat(answer.headers()).containsEntry("Allow", "DELETE, GET, PATCH, PUT");
    }

    @Test
    void aStrangerIsChallengedWhateverTheAddress() {
        ArmAnswer answer = client.call("GET", "/no/such/thing", "", Map.of("Authorization", ""));

        assertThat(answer.status()).isEqualTo(401);
        assertThat(header(answer, "WWW-Authenticate"))
                .isEqualTo("Bearer authorization_uri=\"https://localhost/"
                        + fleet.subscriptions().getFirst().tenantId()
                        + "\", error=\"invalid_token\", error_description=\"The authentication failed because of missing"
                        + " 'Authorization' header.\"");
    }

    // ---- api-versions

    @Test
    void aRetiredVersionIsRefusedAsAzureDoes() {
        ArmAnswer ofResource = client.get(one.id() + "?api-version=2022-08-02-preview");
        assertThat(ofResource.status()).isEqualTo(400);
        assertThat(code(ofResource)).isEqualTo("NoRegisteredProviderFound");
        assertThat(message(ofResource))
                .startsWith("No registered resource provider found for location '" + one.location()
                        + "' and API version '2022-08-02-preview' for type 'managedClusters'. The supported api-versions"
                        + " are '")
                .contains("2025-09-02-preview, ")
                .contains("The supported locations are '")
                .contains("westeurope");

        ArmAnswer ofAll = client.get(
                subscription + "/providers/Microsoft.ContainerService/managedClusters?api-version=2022-08-02-preview");
        assertThat(ofAll.status()).isEqualTo(404);
        assertThat(code(ofAll)).isEqualTo("InvalidResourceType");
        assertThat(message(ofAll))
                .startsWith("The resource type 'managedClusters' could not be found in the namespace"
                        + " 'Microsoft.ContainerService' for api version '2022-08-02-preview'.");
    }

    @Test
    void whatIsNoVersionAtAllIsAnotherError() {
        ArmAnswer answer = client.get(one.id() + "?api-version=newest");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(code(answer)).isEqualTo("InvalidApiVersionParameter");
        assertThat(message(answer)).startsWith("The api-version 'newest' is invalid. The supported versions are '");
        assertThat(code(client.get(group + "?api-version=1999-01-01"))).isEqualTo("InvalidApiVersionParameter");
    }

    // ---- headers

    @Test
    void everyAnswerHasArmsHeaders() {
        ArmAnswer answer = client.call(
                "GET",
                one.id() + PREVIEW,
                "",
                Map.of("x-ms-correlation-request-id", "my-trace", "x-ms-client-request-id", "mine"));

        assertThat(answer.headers())
                .containsEntry("x-ms-correlation-request-id", "my-trace")
                .containsEntry("Cache-Control", "no-cache")
                .containsEntry("Pragma", "no-cache")
                .containsEntry("Expires", "-1")
                .containsEntry("X-Content-Type-Options", "nosniff")
                .containsKey("Strict-Transport-Security")
                .as("sent back only when asked for")
                .doesNotContainKey("x-ms-client-request-id");
        assertThat(header(answer, "x-ms-routing-request-id"))
                .matches("[A-Z]+:\\d{8}T\\d{6}Z:" + header(answer, "x-ms-request-id"));
        assertThat(client.call(
                                "GET",
                                one.id() + PREVIEW,
                                "",
                                Map.of("x-ms-return-client-request-id", "true", "x-ms-client-request-id", "mine"))
                        .headers())
                .containsEntry("x-ms-client-request-id", "mine");
    }

    @Test
    void whatIsLeftIsToldPerKindOfCall() {
        assertThat(client.get(one.id() + PREVIEW).headers())
                .containsEntry("x-ms-ratelimit-remaining-subscription-reads", "249")
                .containsEntry("x-ms-ratelimit-remaining-subscription-global-reads", "3749");
        assertThat(client.call("DELETE", one.id() + PREVIEW, "").headers())
                .containsEntry("x-ms-ratelimit-remaining-subscription-deletes", "199")
                .doesNotContainKey("x-ms-ratelimit-remaining-subscription-writes");
        assertThat(client.get("/subscriptions?api-version=2022-12-01").headers())
                .containsEntry("x-ms-ratelimit-remaining-tenant-reads", "249");
    }

    @Test
    void deletingAndPowerAnswer202WithBothLinks() {
        ArmAnswer stopping = client.call("POST", one.id() + "/stop" + PREVIEW, "");

        assertThat(stopping.status()).isEqualTo(202);
        assertThat(stopping.body()).isEmpty();
        assertThat(stopping.headers()).containsKeys("Azure-AsyncOperation", "Location");
        assertThat(client.get(header(stopping, "Location")).status()).isEqualTo(202);
        clock.advance(OPERATION);
        assertThat(client.get(header(stopping, "Location")).status()).isEqualTo(204);
    }

    // ---- bodies

    @ParameterizedTest
    @ValueSource(strings = {"{\"location\":\"westeurope\"} {}", "[]", "", "{", "\u0000"})
    void aBodyIsOneJsonObject(String sent) {
        ArmAnswer answer = client.call("PUT", one.id() + PREVIEW, sent);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(code(answer)).isEqualTo("InvalidRequestContent");
    }

    @Test
    void aBodyOfMoreThanFourMegabytesIsRefusedAndInTheJournal() {
        ArmAnswer answer = client.call("PUT", one.id() + PREVIEW, " ".repeat(ArmChecks.MAX_BODY_BYTES + 1));

        assertThat(answer.status()).isEqualTo(413);
        assertThat(code(answer)).isEqualTo("RequestContentTooLarge");
        assertThat(arm.journal().entries()).hasSize(1);
    }

    /** {@code az aks create} sends empty versions and a disk of no size: Azure chooses. */
    @Test
    void whatIsSentEmptyIsChosen() {
        String sent = """
                {"location": "West Europe", "identity": {"type": "SystemAssigned"},
                 "properties": {"kubernetesVersion": "", "dnsPrefix": "d",
                  "networkProfile": {"kubeProxyConfig": {"enabled": true, "mode": "IPVS"}},
                  "agentPoolProfiles": [{"name": "nodepool1", "mode": "System", "count": 3, "vmSize": "Standard_DS2_v2",
                   "osDiskSizeGB": 0, "orchestratorVersion": "", "upgradeSettings": {}}]}}""";

        ArmAnswer created =
                client.call("PUT", group + "/providers/Microsoft.ContainerService/managedClusters/az" + PREVIEW, sent);

        assertThat(created.status()).isEqualTo(201);
        JsonNode cluster = body(created);
        assertThat(cluster.path("location").asText()).isEqualTo("westeurope");
        assertThat(cluster.at("/properties/kubernetesVersion").asText()).matches("1\\.\\d+");
        assertThat(cluster.at("/properties/currentKubernetesVersion").asText()).matches("1\\.\\d+\\.\\d+");
        JsonNode pool = cluster.at("/properties/agentPoolProfiles/0");
        assertThat(pool.path("orchestratorVersion").asText()).matches("1\\.\\d+");
        assertThat(pool.path("osDiskSizeGB").asInt()).isEqualTo(128);
        assertThat(pool.path("provisioningState").asText()).isEqualTo("Creating");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/location | \"atlantis\" | 400 | LocationNotAvailableForResourceType",
                "/location | \"brazilsouth\" | 409 | InvalidResourceLocation",
                "/properties/kubernetesVersion | \"latest\" | 400 | K8sVersionNotSupported",
                "/properties/dnsPrefix | \"other\" | 400 | PropertyChangeNotAllowed",
            })
    void whatAPutMayNotSayIsRefused(String pointer, String value, int status, String code) throws Exception {
        ObjectNode sent = (ObjectNode) body(client.get(one.id() + PREVIEW));
        int slash = pointer.lastIndexOf('/');
        ((ObjectNode) sent.at(pointer.substring(0, slash)))
                .set(pointer.substring(slash + 1), Json.MAPPER.readTree(value));

        ArmAnswer refused = client.call("PUT", one.id() + PREVIEW, sent.toString());

        assertThat(refused.status()).isEqualTo(status);
        assertThat(code(refused)).isEqualTo(code);
    }

    @Test
    void poolsComeAndGoByCallsOfTheirOwn() {
        ObjectNode sent = (ObjectNode) body(client.get(one.id() + PREVIEW));
        ArrayNode pools = (ArrayNode) sent.at("/properties/agentPoolProfiles");
        ((ObjectNode) pools.addObject()).put("name", "more").put("count", 1).put("vmSize", "Standard_D4ds_v5");

        ArmAnswer refused = client.call("PUT", one.id() + PREVIEW, sent.toString());
        assertThat(code(refused)).isEqualTo("BadRequest");
        assertThat(message(refused)).startsWith("A new agent pool was introduced.");

        ArmAnswer made = client.call(
                "PUT",
                one.id() + "/agentPools/more" + PREVIEW,
                "{\"properties\":{\"count\":1,\"vmSize\":\"Standard_D4ds_v5\"}}");
        assertThat(made.status()).isEqualTo(201);
        assertThat(body(made).at("/properties/provisioningState").asText()).isEqualTo("Creating");
        assertThat(message(client.call("POST", one.id() + "/stop" + PREVIEW, "")))
                .contains("Another agentpool operation (more - Creating) is in progress");
        clock.advance(OPERATION);
        assertThat(body(client.get(one.id() + "/agentPools/MORE" + PREVIEW))
                        .at("/properties/provisioningState")
                        .asText())
                .isEqualTo("Succeeded");
    }

    @Test
    void aLocationMayBeSpelledForPeople() {
        ObjectNode sent = (ObjectNode) body(client.get(one.id() + PREVIEW));
        sent.put("location", Regions.displayNamesByName().getOrDefault(one.location(), ""));

        assertThat(client.call("PUT", one.id() + PREVIEW, sent.toString()).status())
                .isEqualTo(200);
        assertThat(body(client.get(one.id() + PREVIEW)).path("location").asText())
                .isEqualTo(one.location());
    }

    @Test
    void aPutNamesAllPools() {
        ObjectNode sent = (ObjectNode) body(client.get(one.id() + PREVIEW));
        sent.withObject("/properties").remove("agentPoolProfiles");

        ArmAnswer refused = client.call("PUT", one.id() + PREVIEW, sent.toString());
        assertThat(refused.status()).isEqualTo(400);
        assertThat(message(refused)).contains("Required parameter agentPoolProfiles is missing");
    }

    @Test
    void conditionsHoldForETagsInBothDirections() {
        ObjectNode sent = (ObjectNode) body(client.get(one.id() + PREVIEW));
        String eTag = sent.path("eTag").asText();

        assertThat(client.call("PUT", one.id() + PREVIEW, sent.toString(), Map.of("If-None-Match", eTag))
                        .status())
                .isEqualTo(412);
        assertThat(client.call("DELETE", one.id() + PREVIEW, "", Map.of("If-Match", "old"))
                        .status())
                .isEqualTo(412);
        assertThat(client.call("PUT", one.id() + PREVIEW, sent.toString(), Map.of("If-None-Match", "old"))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aStoppedClusterIsNotStoppedAgain() {
        client.call("POST", one.id() + "/stop" + PREVIEW, "");
        clock.advance(OPERATION);

        ArmAnswer again = client.call("POST", one.id() + "/stop" + PREVIEW, "");
        assertThat(again.status()).isEqualTo(409);
        assertThat(message(again)).contains("Power State(Stopped), stopping cannot be performed");
        assertThat(again.headers()).containsEntry("x-ms-failure-cause", "service");
    }

    @Test
    void theProviderCanRefuseInTheBareForm() {
        arm = model(ArmOptions.DEFAULTS.withErrorForm(ArmOptions.ErrorForm.BARE));
        client = new ModelClient(arm);

        JsonNode ofProvider = body(client.call("POST", one.id() + "/abort" + PREVIEW, ""));
        assertThat(ofProvider.path("code").asText()).isEqualTo("OperationNotAllowed");
        assertThat(ofProvider.has("subcode")).isTrue();
        assertThat(code(client.get(one.id() + "x" + PREVIEW)))
                .as("Azure Resource Manager wraps its own")
                .isEqualTo("ResourceNotFound");
    }

    @Test
    void aGroupsDeletionPreemptsWhatRunsInIt() {
        String stopping = header(client.call("POST", one.id() + "/stop" + PREVIEW, ""), "Azure-AsyncOperation");

        client.call("DELETE", group + "?api-version=2021-04-01", "");

        assertThat(body(client.get(stopping)).path("status").asText()).isEqualTo("Canceled");
        assertThat(body(client.get(stopping)).at("/error/code").asText()).isEqualTo("AKSOperationPreempted");
    }

    @Test
    void aPatchWithoutTagsLeavesThem() {
        client.call("PATCH", one.id() + PREVIEW, "{}");

        assertThat(body(client.get(one.id() + PREVIEW)).path("tags"))
                .isEqualTo(one.document().path("tags"));
    }

    @Test
    void anAutomaticClusterIsMadeWithCilium() {
        ArmAnswer made =
                client.call("PUT", group + "/providers/Microsoft.ContainerService/managedClusters/auto" + PREVIEW, """
                {"location": "westeurope", "sku": {"name": "Automatic", "tier": "Standard"},
                 "identity": {"type": "SystemAssigned"},
                 "properties": {"dnsPrefix": "d",
                  "agentPoolProfiles": [{"name": "system", "mode": "System", "count": 3, "vmSize": "Standard_DS2_v2"}]}}""");

        assertThat(made.status()).isEqualTo(201);
        assertThat(body(made).at("/properties/networkProfile/networkDataplane").asText())
                .isEqualTo("cilium");
        assertThat(body(made).path("kind").asText()).isEqualTo("Automatic");
    }

    @Test
    void aGroupThatIsBeingDeletedTakesNothingNew() {
        assertThat(client.call("DELETE", group + "?api-version=2021-04-01", "").status())
                .isEqualTo(202);

        assertThat(code(client.call(
                        "PUT",
                        group + "/providers/Microsoft.ContainerService/managedClusters/late" + PREVIEW,
                        "{\"location\":\"westeurope\"}")))
                .isEqualTo("ResourceGroupBeingDeleted");
        clock.advance(OPERATION);
        assertThat(code(client.get(one.id() + PREVIEW))).isEqualTo("ResourceGroupNotFound");
    }

    // ---- sign-in by others

    @Test
    void otherClientsFindTheSignIn() {
        String tenant = fleet.subscriptions().getFirst().tenantId();
        JsonNode endpoints = body(client.call("GET", "/metadata/endpoints", "", Map.of("Authorization", "")));
        assertThat(endpoints.at("/authentication/loginEndpoint").asText()).isEqualTo("https://localhost");

        JsonNode openId = body(client.call(
                "GET", "/" + tenant + "/v2.0/.well-known/openid-configuration", "", Map.of("Authorization", "")));
        ArmAnswer issued = client.call(
                "POST",
                openId.path("token_endpoint").asText(),
                "grant_type=client_credentials&client_id=me&client_assertion=a&scope=s",
                Map.of("Authorization", ""));
        assertThat(body(issued).path("token_type").asText()).isEqualTo("Bearer");
        assertThat(client.call(
                                "POST",
                                "/" + tenant + "/oauth2/v2.0/token",
                                "grant_type=%zz",
                                Map.of("Authorization", ""))
                        .status())
                .isEqualTo(400);
        JsonNode old = body(client.call(
                "POST",
                "/" + tenant + "/oauth2/token",
                "grant_type=client_credentials&client_id=me&client_secret=s&resource=https%3A%2F%2Fmanagement.azure.com",
                Map.of("Authorization", "")));
        assertThat(old.path("resource").asText()).isEqualTo("https://management.azure.com");
    }

    // ---- faults and the journal

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"fault\":{\"kind\":\"Refuse\",\"code\":\"Throttled\"}}",
                "{\"fault\":{\"kind\":\"Refuse\",\"status\":200,\"code\":\"Fine\"}}",
                "{\"fault\":{\"kind\":\"Refuse\",\"status\":500}}",
                "{\"fault\":{\"kind\":\"Refuse\",\"status\":500,\"code\":\"X\",\"retryafter\":\"PT1S\"}}",
                "{\"fault\":{\"kind\":\"FailOperation\"}}",
                "{\"fault\":{\"kind\":\"NoAnswer\"},\"every\":\"x\"}",
                "{\"fault\":{\"kind\":\"NoAnswer\"},\"tines\":3}",
                "{\"kind\":\"NoAnswer\"}",
                "[1]",
                "null",
            })
    void aFaultThatMakesNoSenseIsRefused(String rule) {
        AdminCalls.Reply answer = new AdminCalls(arm)
                .answer("POST", URI.create("/_simulator/faults"), rule.getBytes(StandardCharsets.UTF_8));

        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(400);
        assertThat(arm.faults()).isEmpty();
    }

    @Test
    void anOperationOfAnyCallCanFail() {
        new AdminCalls(arm)
                .answer(
                        "POST",
                        URI.create("/_simulator/faults"),
                        "{\"fault\":{\"kind\":\"FailOperation\",\"call\":\"DELETE_CLUSTER\",\"code\":\"InUse\",\"message\":\"m\"}}"
                                .getBytes(StandardCharsets.UTF_8));
        ArmAnswer deleting = client.call("DELETE", one.id() + PREVIEW, "");
        clock.advance(OPERATION);

        JsonNode status = body(client.get(header(deleting, "Azure-AsyncOperation")));
        assertThat(status.path("status").asText()).isEqualTo("Failed");
        assertThat(status.at("/error/code").asText()).isEqualTo("InUse");
        assertThat(body(client.get(one.id() + PREVIEW))
                        .at("/properties/provisioningState")
                        .asText())
                .isEqualTo("Failed");
    }

    @Test
    void somethingInBetweenCanAnswerInsteadOfAzure() {
        arm.inject(FaultRule.once(new Fault.ProxyPage(null, null, 502)));
        ArmAnswer page = client.get(one.id() + PREVIEW);

        assertThat(page.status()).isEqualTo(502);
        assertThat(page.headers()).containsEntry("Content-Type", "text/html");
        assertThat(new String(page.body(), StandardCharsets.UTF_8)).startsWith("<html>");
    }

    @Test
    void theJournalHasHeadersAndQueryButNoToken() {
        client.call("GET", one.id() + PREVIEW + "&x=y", "", Map.of("If-Match", "e"));

        JournalEntry entry = arm.journal().entries().getFirst();
        assertThat(entry.query()).containsOnly(Map.entry("api-version", "2025-09-02-preview"), Map.entry("x", "y"));
        assertThat(entry.headers()).containsEntry("if-match", "e").doesNotContainKey("authorization");
    }

    @Test
    void readsPushNoWriteOutOfTheJournal() {
        client.call(
                "PUT", one.id() + PREVIEW, body(client.get(one.id() + PREVIEW)).toString());
        for (int i = 0; i < Journal.MAX_ENTRIES + 5; i++) {
            client.get("/nowhere");
        }

        assertThat(arm.journal().acceptedWrites()).hasSize(1);
        assertThat(arm.journal().dropped()).isEqualTo(6);
        assertThat(arm.journal().entries())
                .extracting(JournalEntry::number)
                .isSorted()
                .contains(2L);
    }

    @Test
    void onlyPutsOfClustersCountAsAcceptedWrites() {
        client.call("PATCH", one.id() + PREVIEW, "{\"tags\":{}}");
        clock.advance(OPERATION);
        client.call("POST", one.id() + "/stop" + PREVIEW, "");

        assertThat(arm.journal().entries()).hasSize(2);
        assertThat(arm.journal().acceptedWrites()).isEmpty();
    }

    private ArmModel model(ArmOptions options) {
        ArmModel model = new ArmModel(fleet, options.withOperations(OPERATION, 0), clock);
        model.setEndpoint("https://localhost");
        return model;
    }
}
