package dev.kubeproxyfleet.simulator.arm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.simulator.world.Fleet;
import dev.kubeproxyfleet.simulator.world.FleetSpec;
import dev.kubeproxyfleet.simulator.world.ManualClock;
import dev.kubeproxyfleet.simulator.world.SimulatedCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where Azure is strict, so is the model of it. */
class ArmModelTest {

    private static final String PREVIEW = "2025-09-02-preview";
    private static final String IPVS = "{\"enabled\":true,\"mode\":\"IPVS\"}";
    private static final Duration OPERATION = Duration.ofSeconds(120);

    private final ManualClock clock = new ManualClock();
    private final Fleet fleet = Fleet.of(new FleetSpec(24, 3, 2, 7, 1));
    private final SimulatedCluster one = fleet.clusters().getFirst();
    private final String subscription = one.subscription();
    private ArmModel arm = model(ArmOptions.DEFAULTS);

    // ---- budgets

    @ParameterizedTest
    @CsvSource({
        "GET, cluster, 60, 1, Throttled",
        "PUT, cluster, 20, 60, Throttled",
        "GET, maintenance, 60, 1, Throttled",
        "GET, provider, 250, 1, SubscriptionRequestsThrottled",
        "POST, register, 200, 1, SubscriptionRequestsThrottled"
    })
    void aBudgetIsGrantedToItsLastTokenAndThenRefused(
            String method, String what, int capacity, int retryAfter, String code) {
        for (int i = 0; i < capacity; i++) {
            assertThat(call(method, path(what), "{}").status()).isNotEqualTo(429);
        }

        ArmAnswer refused = call(method, path(what), "{}");

        assertThat(refused.status()).isEqualTo(429);
        assertThat(code(refused)).isEqualTo(code);
        assertThat(refused.headers()).containsEntry("Retry-After", Integer.toString(retryAfter));
    }

    @ParameterizedTest
    @CsvSource({"list, 500, 1", "operation, 200, 2"})
    void aLargeBudgetIsSpentBesideArmsOwn(String what, int capacity, int perSecond) {
        int granted = 0;
        int seconds = 0;
        while (true) {
            for (int i = 0; i < 25; i++) {
                if (call("GET", path(what), "").status() == 429) {
                    assertThat(granted).isBetween(capacity, capacity + perSecond * (seconds + 1));
                    return;
                }
                granted++;
            }
            // As much as ARM's own budget for reads refills.
            clock.advance(Duration.ofSeconds(1));
            seconds++;
        }
    }

    @Test
    void aRequestBeforeRetryAfterBeginsTheWaitAnew() {
        String path = path("cluster");
        for (int i = 0; i < 60; i++) {
            call("GET", path, "");
        }
        assertThat(call("GET", path, "").status()).isEqualTo(429);
        clock.advance(Duration.ofMillis(900));
        assertThat(call("GET", path, "").status()).isEqualTo(429);
        clock.advance(Duration.ofMillis(200));
        assertThat(call("GET", path, "").status())
                .as("one second after the last try")
                .isEqualTo(429);
        clock.advance(Duration.ofSeconds(1));
        assertThat(call("GET", path, "").status()).isEqualTo(200);
    }

    @Test
    void whatIsLeftOfArmsOwnBudgetsIsInEveryAnswer() {
        assertThat(call("GET", path("cluster"), "").headers())
                .containsEntry("x-ms-ratelimit-remaining-subscription-reads", "249");
        assertThat(call("PUT", path("cluster"), "{}").headers())
                .containsEntry("x-ms-ratelimit-remaining-subscription-writes", "199");
        clock.advance(Duration.ofSeconds(1));
        assertThat(call("GET", path("cluster"), "").headers())
                .containsEntry("x-ms-ratelimit-remaining-subscription-reads", "249");
    }

    @Test
    void budgetsOfArmArePerPrincipal() {
        String mine = token("me");
        String theirs = token("they");
        assertThat(call("GET", path("cluster"), "", Map.of("Authorization", "Bearer " + mine))
                        .headers())
                .containsEntry("x-ms-ratelimit-remaining-subscription-reads", "249");
        assertThat(call("GET", path("cluster"), "", Map.of("Authorization", "Bearer " + theirs))
                        .headers())
                .containsEntry("x-ms-ratelimit-remaining-subscription-reads", "249");
    }

    // ---- what a PUT may say

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/tags | 7 | UnmarshalError | tags",
                "/tags/env | 7 | UnmarshalError | tags.env",
                "/properties/networkProfile | [] | UnmarshalError | networkProfile",
                "/properties/enableRBAC | \"yes\" | UnmarshalError | enableRBAC",
                "/properties/networkProfile/networkPlugin | \"flannel\" | InvalidParameter | networkProfile.networkPlugin",
                "/properties/networkProfile/networkPolicy | \"none \" | InvalidParameter | networkProfile.networkPolicy",
                "/sku/tier | \"Gold\" | InvalidParameter | sku.tier",
                "/properties/agentPoolProfiles | [] | InvalidParameter | agentPoolProfiles",
                "/properties/agentPoolProfiles/0/name | \"UPPER\" | InvalidParameter | agentPoolProfile.name",
                "/properties/agentPoolProfiles/0/count | \"3\" | UnmarshalError | agentPoolProfile.count",
                "/properties/agentPoolProfiles/0/count | 1001 | InvalidParameter | agentPoolProfile.count",
                "/properties/agentPoolProfiles/0/mode | \"Boss\" | InvalidParameter | agentPoolProfile.mode",
                "/properties/fqdn | \"elsewhere.example\" | PropertyChangeNotAllowed | fqdn",
                "/properties/resourceUID | \"0\" | PropertyChangeNotAllowed | resourceUID"
            })
    void aBodyIsRefusedWithTheFieldAtFault(String pointer, String value, String code, String target) {
        ObjectNode body = read(one);
        set(body, pointer, json(value));

        ArmAnswer answer = call("PUT", path("cluster"), body.toString());

        assertThat(answer.status()).isEqualTo(400);
        assertThat(code(answer)).isEqualTo(code);
        assertThat(body(answer).at("/error/target").asText()).isEqualTo(target);
        assertThat(body(answer).at("/error/message").asText()).isNotEmpty();
        assertThat(body(answer).at("/error/details").isArray()).isTrue();
    }

    @Test
    void aBodyThatIsNotSaidToBeJsonIsRefused() {
        ArmAnswer answer = arm.answer(
                "PUT",
                URI.create("https://localhost" + path("cluster")),
                Map.of("Authorization", "Bearer " + ArmModel.SANDBOX_TOKEN),
                read(one).toString().getBytes(StandardCharsets.UTF_8));

        assertThat(answer.status()).isEqualTo(415);
        assertThat(code(answer)).isEqualTo("UnsupportedMediaType");
    }

    @Test
    void anAutomaticClusterTakesNoKubeProxyConfiguration() {
        SimulatedCluster automatic = find("/sku/name", "Automatic");

        assertThat(code(putKubeProxy(automatic, IPVS))).isEqualTo("KubeProxyConfigFieldUnsupported");
    }

    @Test
    void aNewClusterNeedsWhatAzureNeedsAndGetsWhatAzureAdds() {
        String path = one.id() + "-new?api-version=" + PREVIEW;
        String body = """
                {"location": "westeurope", "identity": {"type": "SystemAssigned"},
                 "properties": {"dnsPrefix": "new", "kubernetesVersion": "1.33",
                   "networkProfile": {"networkPlugin": "azure", "kubeProxyConfig": %s},
                   "agentPoolProfiles": [{"name": "system", "mode": "System", "count": 3, "vmSize": "Standard_D4ds_v5"}]}}
                """.formatted(IPVS);

        assertThat(code(call("PUT", path, body.replace("\"dnsPrefix\": \"new\",", ""))))
                .isEqualTo("InvalidParameter");
        ArmAnswer created = call("PUT", path, body);
        assertThat(created.status()).isEqualTo(201);
        assertThat(body(created)
                        .at("/properties/agentPoolProfiles/0/provisioningState")
                        .asText())
                .isEqualTo("Creating");
        clock.advance(OPERATION);
        JsonNode shown = body(call("GET", path, ""));
        assertThat(shown.at("/properties/provisioningState").asText()).isEqualTo("Succeeded");
        assertThat(shown.at("/properties/currentKubernetesVersion").asText()).isEqualTo("1.33.3");
        assertThat(shown.at("/properties/fqdn").asText()).startsWith("new-");
        assertThat(shown.at("/identity/principalId").asText()).isNotEmpty();
        assertThat(shown.at("/properties/networkProfile/kubeProxyConfig")).isEqualTo(json(IPVS));
        assertThat(arm.applied(one.id() + "-new")).isPresent();
    }

    // ---- operations

    @Test
    void agentPoolsGoUpdatingWithTheirCluster() {
        putKubeProxy(one, IPVS);
        assertThat(read(one)
                        .at("/properties/agentPoolProfiles/0/provisioningState")
                        .asText())
                .isEqualTo("Updating");
        assertThat(body(call("GET", one.id() + "/agentPools/system?api-version=" + PREVIEW, ""))
                        .at("/properties/provisioningState")
                        .asText())
                .isEqualTo("Updating");
        clock.advance(OPERATION);
        assertThat(read(one)
                        .at("/properties/agentPoolProfiles/0/provisioningState")
                        .asText())
                .isEqualTo("Succeeded");
    }

    @Test
    void locationLeadsToTheClusterWhenItIsDone() {
        arm = model(ArmOptions.DEFAULTS.withOperationHeaders(ArmOptions.OperationHeaders.LOCATION));
        ArmAnswer accepted = putKubeProxy(one, IPVS);
        assertThat(accepted.status()).isEqualTo(202);
        assertThat(accepted.headers()).doesNotContainKey("Azure-AsyncOperation");
        String location = header(accepted, "Location");

        ArmAnswer running = call("GET", location, "");
        assertThat(running.status()).isEqualTo(202);
        assertThat(running.headers()).containsEntry("Location", location);
        clock.advance(OPERATION);
        ArmAnswer done = call("GET", location, "");
        assertThat(done.status()).isEqualTo(200);
        assertThat(body(done).path("name").asText()).isEqualTo(one.name());
    }

    @Test
    void aCanceledOperationLeavesTheClusterCanceledWithItsError() {
        arm.inject(FaultRule.once(new Fault.CancelOperation(null, "AKSOperationPreempted", "another came first")));
        String operation = header(putKubeProxy(one, IPVS), "Azure-AsyncOperation");
        clock.advance(OPERATION);

        assertThat(read(one).at("/properties/provisioningState").asText()).isEqualTo("Canceled");
        assertThat(body(call("GET", operation, "")).path("status").asText()).isEqualTo("Canceled");
        assertThat(body(call("GET", operation, "")).at("/error/code").asText()).isEqualTo("AKSOperationPreempted");
    }

    @Test
    void aStoppedClusterStartsAgainAndTakesWritesThen() {
        assertThat(call("POST", one.id() + "/stop?api-version=" + PREVIEW, "").status())
                .isEqualTo(202);
        assertThat(read(one).at("/properties/provisioningState").asText()).isEqualTo("Stopping");
        clock.advance(OPERATION);
        assertThat(read(one).at("/properties/powerState/code").asText()).isEqualTo("Stopped");
        assertThat(arm.applied(one.id()).orElseThrow().running()).isFalse();
        assertThat(code(putKubeProxy(one, IPVS))).isEqualTo("OperationNotAllowed");

        call("POST", one.id() + "/start?api-version=" + PREVIEW, "");
        clock.advance(OPERATION);
        assertThat(putKubeProxy(one, IPVS).status()).isEqualTo(200);
    }

    @Test
    void aDeletedClusterIsGoneWhenItsOperationEnds() {
        assertThat(call("DELETE", path("cluster"), "").status()).isEqualTo(202);
        assertThat(read(one).at("/properties/provisioningState").asText()).isEqualTo("Deleting");
        assertThat(code(putKubeProxy(one, IPVS))).isEqualTo("OperationNotAllowed");
        clock.advance(OPERATION);
        assertThat(call("GET", path("cluster"), "").status()).isEqualTo(404);
        assertThat(call("DELETE", path("cluster"), "").status()).isEqualTo(204);
    }

    @Test
    void aTagIsPatchedAndNothingElse() {
        ArmAnswer answer = call("PATCH", path("cluster"), "{\"tags\": {\"env\": \"test\"}}");
        assertThat(answer.status()).isEqualTo(200);
        clock.advance(OPERATION);
        assertThat(read(one).path("tags")).isEqualTo(json("{\"env\": \"test\"}"));
        assertThat(read(one).at("/properties/dnsPrefix"))
                .isEqualTo(one.document().at("/properties/dnsPrefix"));
    }

    // ---- who may, and when

    @Test
    void aReadOnlyLockKeepsWritesOut() {
        String lock = "/subscriptions/" + subscription + "/resourceGroups/" + one.resourceGroup()
                + "/providers/Microsoft.Authorization/locks/frozen?api-version=2020-05-01";
        assertThat(call("PUT", lock, "{\"properties\": {\"level\": \"ReadOnly\"}}")
                        .status())
                .isEqualTo(201);

        ArmAnswer refused = putKubeProxy(one, IPVS);
        assertThat(refused.status()).isEqualTo(409);
        assertThat(code(refused)).isEqualTo("ScopeLocked");
        assertThat(call("GET", path("cluster"), "").status()).isEqualTo(200);

        call("DELETE", lock, "");
        assertThat(putKubeProxy(one, IPVS).status()).isEqualTo(200);
    }

    @Test
    void aRightThatIsNotThereIsNamed() {
        arm.setRights(subscription, List.of("Microsoft.ContainerService/*/read"));

        ArmAnswer refused = putKubeProxy(one, IPVS);
        assertThat(refused.status()).isEqualTo(403);
        assertThat(code(refused)).isEqualTo("AuthorizationFailed");
        assertThat(body(refused).at("/error/message").asText())
                .contains("Microsoft.ContainerService/managedClusters/write")
                .contains(one.id());
        arm.setRights(subscription, List.of("Microsoft.Authorization/*"));
        assertThat(body(call(
                                "GET",
                                "/subscriptions/" + subscription
                                        + "/providers/Microsoft.Authorization/permissions?api-version=2022-04-01",
                                ""))
                        .at("/value/0/actions/0")
                        .asText())
                .isEqualTo("Microsoft.Authorization/*");
    }

    @Test
    void aSubscriptionThatNeverUsedTheProviderMustRegisterItFirst() {
        arm.unregisterProvider(subscription);
        assertThat(code(putKubeProxy(one, IPVS))).isEqualTo("MissingSubscriptionRegistration");

        call("POST", path("register"), "");
        assertThat(putKubeProxy(one, IPVS).status()).isEqualTo(200);
    }

    @Test
    void aSubscriptionIdMustBeAGuid() {
        assertThat(code(call("GET", "/subscriptions/mine?api-version=2022-12-01", "")))
                .isEqualTo("InvalidSubscriptionId");
    }

    @Test
    void maintenanceConfigurationsAreWrittenReadAndDeleted() {
        String path = one.id() + "/maintenanceConfigurations/aksManagedNodeOSUpgradeSchedule?api-version=" + PREVIEW;
        String body = """
                {"properties": {"maintenanceWindow": {"schedule": {"daily": {"intervalDays": 2}},
                 "durationHours": 5, "startTime": "02:30"}}}""";

        assertThat(call("PUT", path, body).status()).isEqualTo(201);
        assertThat(call("PUT", path, body).status()).isEqualTo(200);
        assertThat(body(call("GET", path, "")).path("properties"))
                .isEqualTo(json(body).path("properties"));
        assertThat(code(call("PUT", path, body.replace("\"durationHours\": 5", "\"durationHours\": 2"))))
                .isEqualTo("InvalidParameter");
        assertThat(code(call("PUT", path, body.replace("daily", "hourly")))).isEqualTo("InvalidParameter");
        assertThat(call("DELETE", path, "").status()).isEqualTo(200);
        assertThat(call("GET", path, "").status()).isEqualTo(404);
    }

    // ---- faults

    @Test
    void everyTenthCallCanFail() {
        arm.inject(FaultRule.each(10, new Fault.Refuse(null, null, 503, "ServiceUnavailable", "later", null)));
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            statuses.add(call("GET", path("cluster"), "").status());
        }
        assertThat(statuses).filteredOn(status -> status == 503).hasSize(4);
        assertThat(statuses.get(9)).isEqualTo(503);
    }

    @Test
    void aWriteWithoutAnAnswerMayHaveBeenTakenOrNot() {
        arm.inject(FaultRule.once(new Fault.NoAnswer(ApiCall.PUT_CLUSTER, null, false)));
        assertThat(putKubeProxy(one, IPVS).dropped()).isTrue();
        assertThat(read(one).at("/properties/provisioningState").asText()).isEqualTo("Succeeded");

        arm.inject(FaultRule.once(new Fault.NoAnswer(ApiCall.PUT_CLUSTER, null, true)));
        assertThat(putKubeProxy(one, IPVS).dropped()).isTrue();
        assertThat(read(one).at("/properties/provisioningState").asText()).isEqualTo("Updating");
    }

    @Test
    void aListCanLagBehind() {
        arm.inject(FaultRule.once(new Fault.HideFromLists(null)));
        putKubeProxy(one, IPVS);

        assertThat(read(one).at("/properties/provisioningState").asText()).isEqualTo("Updating");
        assertThat(body(call("GET", path("list"), "")).path("value"))
                .extracting(
                        cluster -> cluster.at("/properties/provisioningState").asText())
                .containsOnly("Succeeded");
    }

    @Test
    void latencyIsDrawnFromTheSeed() {
        ArmOptions slow = ArmOptions.DEFAULTS.withLatency(Duration.ofMillis(100), 0.5);
        arm = model(slow);
        List<Duration> first = latencies();
        arm = model(slow);

        assertThat(latencies()).isEqualTo(first);
        assertThat(first)
                .doesNotHaveDuplicates()
                .allSatisfy(latency -> assertThat(latency).isBetween(Duration.ofMillis(10), Duration.ofSeconds(1)));
    }

    @Test
    void faultsAndTheJournalAreThereOverTheAdminEndpointToo() {
        AdminCalls admin = new AdminCalls(arm);
        String rule = """
                [{"fault": {"kind": "Refuse", "call": "GET_CLUSTER", "status": 429, "code": "Throttled", "message": "slow",
                  "retryAfter": "PT5S"}, "skip": 1, "times": 2}]""";

        assertThat(admin.answer("POST", URI.create("/_simulator/faults"), bytes(rule))
                        .status())
                .isEqualTo(201);
        assertThat(call("GET", path("cluster"), "").status()).isEqualTo(200);
        assertThat(call("GET", path("cluster"), "").headers()).containsEntry("Retry-After", "5");
        assertThat(admin.answer("GET", URI.create("/_simulator/faults"), new byte[0])
                        .body()
                        .path("value"))
                .hasSize(1);
        assertThat(admin.answer("DELETE", URI.create("/_simulator/faults"), new byte[0])
                        .body()
                        .path("value"))
                .isEmpty();
        assertThat(call("GET", path("cluster"), "").status()).isEqualTo(200);
        JsonNode journal = admin.answer("GET", URI.create("/_simulator/journal?after=1"), new byte[0])
                .body()
                .path("value");
        assertThat(journal).extracting(entry -> entry.path("status").asInt()).containsExactly(429, 200);
        assertThat(admin.answer("POST", URI.create("/_simulator/faults"), bytes("{\"fault\": {\"kind\": \"Magic\"}}"))
                        .status())
                .isEqualTo(400);
    }

    // ---- helpers

    private ArmModel model(ArmOptions options) {
        ArmModel model = new ArmModel(fleet, options.withOperations(OPERATION, 0), clock);
        model.setEndpoint("https://localhost");
        return model;
    }

    private String path(String what) {
        return switch (what) {
            case "cluster" -> one.id() + "?api-version=" + PREVIEW;
            case "list" ->
                "/subscriptions/" + subscription + "/providers/Microsoft.ContainerService/managedClusters?api-version="
                        + PREVIEW;
            case "maintenance" -> one.id() + "/maintenanceConfigurations?api-version=" + PREVIEW;
            case "operation" ->
                "/subscriptions/" + subscription
                        + "/providers/Microsoft.ContainerService/locations/westeurope/operations/none?api-version=2016-03-30";
            case "provider" ->
                "/subscriptions/" + subscription + "/providers/Microsoft.ContainerService?api-version=2021-04-01";
            case "register" ->
                "/subscriptions/" + subscription
                        + "/providers/Microsoft.ContainerService/register?api-version=2021-04-01";
            default -> throw new IllegalArgumentException(what);
        };
    }

    private List<Duration> latencies() {
        List<Duration> latencies = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            latencies.add(call("GET", path("cluster"), "").after());
        }
        return latencies;
    }

    private SimulatedCluster find(String pointer, String value) {
        return fleet.clusters().stream()
                .filter(cluster -> cluster.document().at(pointer).asText().equals(value))
                .findFirst()
                .orElseThrow();
    }

    private ObjectNode read(SimulatedCluster cluster) {
        ArmAnswer answer = call("GET", cluster.id() + "?api-version=" + PREVIEW, "");
        assertThat(answer.status()).isEqualTo(200);
        return (ObjectNode) body(answer);
    }

    private ArmAnswer putKubeProxy(SimulatedCluster cluster, String kubeProxy) {
        ObjectNode body = read(cluster);
        body.withObject("/properties/networkProfile").set("kubeProxyConfig", json(kubeProxy));
        return call("PUT", cluster.id() + "?api-version=" + PREVIEW, body.toString());
    }

    private String token(String client) {
        ArmAnswer issued = arm.answer(
                "POST",
                URI.create(
                        "https://localhost/" + fleet.subscriptions().getFirst().tenantId() + "/oauth2/v2.0/token"),
                Map.of(),
                bytes("grant_type=client_credentials&client_secret=s&scope=x&client_id=" + client));
        return body(issued).path("access_token").asText();
    }

    private ArmAnswer call(String method, String pathOrUrl, String body) {
        return call(method, pathOrUrl, body, Map.of());
    }

    private ArmAnswer call(String method, String pathOrUrl, String body, Map<String, String> more) {
        Map<String, String> headers = new HashMap<>();
        headers.put("Authorization", "Bearer " + ArmModel.SANDBOX_TOKEN);
        headers.put("Content-Type", "application/json");
        headers.putAll(more);
        String url = pathOrUrl.startsWith("https:") ? pathOrUrl : "https://localhost" + pathOrUrl;
        return arm.answer(method, URI.create(url), headers, bytes(body));
    }

    private static void set(ObjectNode body, String pointer, JsonNode value) {
        int slash = pointer.lastIndexOf('/');
        ((ObjectNode) body.at(pointer.substring(0, slash))).set(pointer.substring(slash + 1), value);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static JsonNode body(ArmAnswer answer) {
        try {
            return Json.MAPPER.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode json(String text) {
        try {
            return Json.MAPPER.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String header(ArmAnswer answer, String name) {
        return answer.headers().getOrDefault(name, "");
    }

    private static String code(ArmAnswer answer) {
        return body(answer).at("/error/code").asText();
    }
}
