package dev.kubeproxyfleet.simulator.arm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.simulator.world.Fleet;
import dev.kubeproxyfleet.simulator.world.FleetSpec;
import dev.kubeproxyfleet.simulator.world.ManualClock;
import dev.kubeproxyfleet.simulator.world.SimulatedCluster;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArmSimulatorTest {

    private static final String PREVIEW = "2025-09-02-preview";
    private static final String STABLE = "2025-09-01";
    private static final Duration OPERATION = Duration.ofSeconds(120);
    private static final String LEAST_CONNECTION = """
            {"enabled": true, "mode": "IPVS", "ipvsConfig": {"scheduler": "LeastConnection", "tcpTimeoutSeconds": 900,
             "tcpFinTimeoutSeconds": 120, "udpTimeoutSeconds": 300}}""";

    private final ManualClock clock = new ManualClock();
    private final Fleet fleet = Fleet.of(new FleetSpec(24, 3, 2, 7, 1));
    private ArmSimulator arm;
    private HttpClient client;

    @BeforeEach
    void start() throws IOException {
        arm = ArmSimulator.start(fleet, ArmOptions.DEFAULTS.withPageSize(5).withOperations(OPERATION, 0), clock);
        client = HttpClient.newBuilder().sslContext(arm.clientContext()).build();
    }

    @AfterEach
    void stop() {
        client.close();
        arm.close();
    }

    // ---- who may call, and with which version

    @Test
    void aCallWithoutATokenIsChallenged() throws Exception {
        HttpResponse<String> response = client.send(
                HttpRequest.newBuilder(uri("/subscriptions?api-version=2022-12-01"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.headers().firstValue("WWW-Authenticate"))
                .get()
                .asString()
                .startsWith("Bearer authorization_uri=");
        assertThat(code(response)).isEqualTo("AuthenticationFailed");
    }

    @Test
    void aTokenFromTheTokenEndpointIsGoodUntilItExpires() throws Exception {
        String tenant = fleet.subscriptions().getFirst().tenantId();
        HttpResponse<String> issued = client.send(
                HttpRequest.newBuilder(uri("/" + tenant + "/oauth2/v2.0/token"))
                        .POST(
                                HttpRequest.BodyPublishers.ofString(
                                        "grant_type=client_credentials&client_id=me&client_secret=s&scope=https%3A%2F%2Fmanagement.azure.com%2F.default"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        String token = json(issued).path("access_token").asText();

        assertThat(get("/subscriptions?api-version=2022-12-01", token).statusCode())
                .isEqualTo(200);
        assertThat(get("/subscriptions?api-version=2022-12-01", "made up").statusCode())
                .isEqualTo(401);
        clock.advance(Duration.ofHours(2));
        assertThat(code(get("/subscriptions?api-version=2022-12-01", token))).isEqualTo("ExpiredAuthenticationToken");
    }

    @Test
    void theApiVersionMustBeThereAndKnown() throws Exception {
        String clusters = "/subscriptions/" + subscription() + "/providers/Microsoft.ContainerService/managedClusters";

        assertThat(code(get(clusters))).isEqualTo("MissingApiVersionParameter");
        HttpResponse<String> unknown = get(plain().id() + "?api-version=2022-08-02-preview");
        assertThat(unknown.statusCode()).isEqualTo(400);
        assertThat(code(unknown)).isEqualTo("NoRegisteredProviderFound");
        assertThat(unknown.body()).contains(PREVIEW);
    }

    @Test
    void theSystemsOwnTrustStoreDoesNotTrustTheSimulator() {
        try (HttpClient stranger = HttpClient.newHttpClient()) {
            assertThatThrownBy(() -> stranger.send(
                            HttpRequest.newBuilder(uri("/subscriptions")).build(),
                            HttpResponse.BodyHandlers.ofString()))
                    .isInstanceOf(javax.net.ssl.SSLHandshakeException.class);
        }
    }

    @Test
    void nothingIsAnsweredWithoutTls() {
        URI plain = URI.create(arm.endpoint().toString().replace("https:", "http:") + "/subscriptions");

        assertThatThrownBy(
                        () -> client.send(HttpRequest.newBuilder(plain).build(), HttpResponse.BodyHandlers.ofString()))
                .isInstanceOf(IOException.class);
        assertThat(arm.journal().entries()).isEmpty();
    }

    @Test
    void aBodyThatIsTooLargeIsRefusedWhenAllOfItHasCome() throws Exception {
        HttpResponse<String> refused =
                call("PUT", plain().id() + "?api-version=" + PREVIEW, " ".repeat(2 * ArmChecks.MAX_BODY_BYTES), null);

        assertThat(refused.statusCode()).isEqualTo(413);
        assertThat(code(refused)).isEqualTo("RequestContentTooLarge");
    }

    @Test
    void aPageOfSomethingInBetweenIsHtml() throws Exception {
        arm.inject(new Fault.ProxyPage(ApiCall.GET_CLUSTER, null, 503));

        HttpResponse<String> page = get(plain().id() + "?api-version=" + PREVIEW);
        assertThat(page.statusCode()).isEqualTo(503);
        assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html");
    }

    @Test
    void theAuthorityIsWrittenAsPem(@TempDir Path folder) throws Exception {
        arm.writeCaPem(folder.resolve("tls/ca.pem"));

        try (var in = Files.newInputStream(folder.resolve("tls/ca.pem"))) {
            assertThat(java.security.cert.CertificateFactory.getInstance("X.509")
                            .generateCertificates(in))
                    .hasSize(1);
        }
    }

    // ---- subscriptions, provider, feature

    @Test
    void subscriptionsAreListed() throws Exception {
        JsonNode list = json(get("/subscriptions?api-version=2022-12-01"));
        assertThat(list.path("value").findValuesAsText("subscriptionId"))
                .containsExactlyElementsOf(
                        fleet.subscriptions().stream().map(s -> s.id()).toList());

        HttpResponse<String> one = get("/subscriptions/" + subscription() + "?api-version=2022-12-01");
        assertThat(json(one).path("state").asText()).isEqualTo("Enabled");
        assertThat(one.headers().firstValue("x-ms-ratelimit-remaining-subscription-reads"))
                .hasValue("249");
        assertThat(code(get("/subscriptions/00000000-0000-0000-0000-000000000000?api-version=2022-12-01")))
                .isEqualTo("SubscriptionNotFound");
    }

    @Test
    void theProviderNamesItsApiVersions() throws Exception {
        JsonNode provider = json(get(
                "/subscriptions/" + subscription() + "/providers/Microsoft.ContainerService?api-version=2021-04-01"));

        JsonNode type = provider.path("resourceTypes").get(0);
        assertThat(type.path("resourceType").asText()).isEqualTo("managedClusters");
        assertThat(type.path("apiVersions")).extracting(JsonNode::asText).contains(PREVIEW, STABLE);
    }

    @Test
    void registeringTheFeatureTakesItsTime() throws Exception {
        arm.setFeature(subscription(), false);
        String feature = "/subscriptions/" + subscription()
                + "/providers/Microsoft.Features/providers/Microsoft.ContainerService/features/KubeProxyConfigurationPreview";
        String version = "?api-version=2021-07-01";

        assertThat(json(get(feature + version)).at("/properties/state").asText())
                .isEqualTo("NotRegistered");
        HttpResponse<String> refused = putKubeProxy(plain(), LEAST_CONNECTION);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(code(refused)).isEqualTo("KubeProxyConfigFeatureNotRegistered");

        assertThat(json(call("POST", feature + "/register" + version, "", null))
                        .at("/properties/state")
                        .asText())
                .isEqualTo("Registering");
        clock.advance(Duration.ofMinutes(5));
        assertThat(json(get(feature + version)).at("/properties/state").asText())
                .isEqualTo("Registered");
        assertThat(code(putKubeProxy(plain(), LEAST_CONNECTION))).isEqualTo("KubeProxyConfigFeatureNotRegistered");

        String provider = "/subscriptions/" + subscription() + "/providers/Microsoft.ContainerService";
        assertThat(json(call("POST", provider + "/register?api-version=2021-04-01", "", null))
                        .path("registrationState")
                        .asText())
                .isEqualTo("Registering");
        clock.advance(Duration.ofMinutes(1));
        assertThat(json(get(provider + "?api-version=2021-04-01"))
                        .path("registrationState")
                        .asText())
                .isEqualTo("Registered");
        assertThat(putKubeProxy(plain(), LEAST_CONNECTION).statusCode()).isEqualTo(200);
    }

    // ---- LIST and GET

    @Test
    void listingPagesThroughEveryClusterOnce() throws Exception {
        Set<String> names = new TreeSet<>();
        int pages = 0;
        String next = "/subscriptions/" + subscription()
                + "/providers/microsoft.containerservice/MANAGEDCLUSTERS?api-version=" + PREVIEW;
        while (!next.isEmpty()) {
            JsonNode page = json(get(next));
            for (JsonNode cluster : page.path("value")) {
                assertThat(names.add(cluster.path("name").asText())).isTrue();
                assertThat(cluster.at("/properties/provisioningState").asText()).isEqualTo("Succeeded");
                assertThat(cluster.path("eTag").asText()).isNotEmpty();
            }
            pages++;
            next = page.path("nextLink").asText("").replace(arm.endpoint().toString(), "");
        }

        assertThat(pages).isEqualTo(3);
        assertThat(names).hasSize(12);
        assertThat(code(get("/subscriptions/" + subscription()
                        + "/providers/Microsoft.ContainerService/managedClusters?api-version=" + PREVIEW
                        + "&$skipToken=guess")))
                .isEqualTo("InvalidSkipToken");
    }

    @Test
    void aResourceGroupListsOnlyItsOwn() throws Exception {
        SimulatedCluster one = plain();
        JsonNode page = json(get("/subscriptions/" + one.subscription() + "/resourceGroups/" + one.resourceGroup()
                + "/providers/Microsoft.ContainerService/managedClusters?api-version=" + PREVIEW));

        assertThat(page.path("value"))
                .isNotEmpty()
                .allSatisfy(cluster -> assertThat(cluster.path("id").asText())
                        .contains("/resourcegroups/" + one.resourceGroup() + "/"));
        assertThat(code(get("/subscriptions/" + one.subscription() + "/resourceGroups/nowhere"
                        + "/providers/Microsoft.ContainerService/managedClusters?api-version=" + PREVIEW)))
                .isEqualTo("ResourceGroupNotFound");
    }

    @Test
    void pathsAreComparedWithoutCase() throws Exception {
        SimulatedCluster one = plain();

        assertThat(json(get(one.id() + "?api-version=" + PREVIEW)).path("name").asText())
                .isEqualTo(one.name());
        assertThat(json(get(one.armId().toUpperCase(Locale.ROOT) + "?API-VERSION=" + PREVIEW))
                        .path("id")
                        .asText())
                .isEqualTo(one.armId());
    }

    @Test
    void whatIsNotThereIsNotFound() throws Exception {
        assertThat(code(get(plain().id() + "x?api-version=" + PREVIEW))).isEqualTo("ResourceNotFound");
        assertThat(get("/somewhere/else?api-version=" + PREVIEW).statusCode()).isEqualTo(404);
        assertThat(call("POST", plain().id() + "?api-version=" + PREVIEW, "", null)
                        .statusCode())
                .isEqualTo(405);
        arm.remove(plain().id());
        assertThat(get(plain().id() + "?api-version=" + PREVIEW).statusCode()).isEqualTo(404);
    }

    @Test
    void maintenanceWindowsOfAProdClusterAreListed() throws Exception {
        SimulatedCluster prod = find(cluster -> cluster.name().startsWith("prod-"));

        JsonNode list = json(get(prod.id() + "/maintenanceConfigurations?api-version=" + PREVIEW));
        assertThat(list.at("/value/0/name").asText()).isEqualTo("aksManagedAutoUpgradeSchedule");
        assertThat(list.at("/value/0/properties/maintenanceWindow/schedule/weekly/dayOfWeek")
                        .asText())
                .isEqualTo("Sunday");
    }

    // ---- PUT

    @Test
    void aPutRunsAsAnOperationAndTakesEffectWhenItEnds() throws Exception {
        SimulatedCluster one = plain();
        ObjectNode before = read(one, PREVIEW);

        HttpResponse<String> accepted = putKubeProxy(one, LEAST_CONNECTION);
        assertThat(accepted.statusCode()).isEqualTo(200);
        assertThat(json(accepted).at("/properties/provisioningState").asText()).isEqualTo("Updating");
        String operation = accepted.headers().firstValue("Azure-AsyncOperation").orElseThrow();
        assertThat(json(get(operation)).path("status").asText()).isEqualTo("InProgress");
        assertThat(applied(one)).isEqualTo(KubeProxyConfig.UNSET);

        clock.advance(OPERATION);
        ObjectNode after = read(one, PREVIEW);
        assertThat(after.at("/properties/provisioningState").asText()).isEqualTo("Succeeded");
        assertThat(after.at("/properties/networkProfile/kubeProxyConfig")).isEqualTo(tree(LEAST_CONNECTION));
        assertThat(after.path("eTag"))
                .isNotEqualTo(before.path("eTag"))
                .isNotEqualTo(json(accepted).path("eTag"));
        assertThat(json(get(operation)).path("status").asText()).isEqualTo("Succeeded");
        assertThat(applied(one).mode()).isEqualTo(KubeProxyMode.IPVS);
        assertThat(arm.applied(one.id()).orElseThrow().since()).isEqualTo(clock.instant());

        ((ObjectNode) after.at("/properties/networkProfile")).remove("kubeProxyConfig");
        after.remove("eTag");
        before.remove("eTag");
        assertThat(after).isEqualTo(before);
        assertThat(arm.journal().writesBeyondKubeProxy()).isEmpty();
    }

    @Test
    void theOperationsDocumentIsNamedByAByteSwappedGuid() throws Exception {
        String operation = putKubeProxy(plain(), LEAST_CONNECTION)
                .headers()
                .firstValue("Azure-AsyncOperation")
                .orElseThrow();
        String inUrl = operation.replaceAll(".*/operations/([^?]+)\\?.*", "$1");
        String inDocument = json(get(operation)).path("name").asText();

        assertThat(inDocument).isNotEqualTo(inUrl).endsWith(inUrl.substring(18));
        assertThat(inDocument.substring(0, 8))
                .isEqualTo(
                        inUrl.substring(6, 8) + inUrl.substring(4, 6) + inUrl.substring(2, 4) + inUrl.substring(0, 2));
    }

    @Test
    void aStaleETagIsRefused() throws Exception {
        ObjectNode body = read(plain(), PREVIEW);

        HttpResponse<String> stale = put(plain(), PREVIEW, body, "\"not-this\"");
        assertThat(stale.statusCode()).isEqualTo(412);
        assertThat(code(stale)).isEqualTo("PreconditionFailed");
        assertThat(put(plain(), PREVIEW, body, body.path("eTag").asText()).statusCode())
                .isEqualTo(200);
    }

    @Test
    void aClusterTakesOneOperationAtATime() throws Exception {
        putKubeProxy(plain(), LEAST_CONNECTION);
        HttpResponse<String> second = putKubeProxy(plain(), LEAST_CONNECTION);

        assertThat(second.statusCode()).isEqualTo(409);
        assertThat(code(second)).isEqualTo("OperationNotAllowed");
        assertThat(arm.journal().overlappingWrites()).hasSize(1);
        assertThat(arm.journal().acceptedWrites()).hasSize(1);
    }

    @Test
    void aStoppedClusterCannotBeUpdated() throws Exception {
        SimulatedCluster stopped = find(cluster ->
                cluster.document().at("/properties/powerState/code").asText().equals("Stopped"));

        HttpResponse<String> refused = putKubeProxy(stopped, LEAST_CONNECTION);
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("stopped");
        assertThat(arm.applied(stopped.id()).orElseThrow().running()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'mode':'ipvs'} | KubeProxyConfigValueUnsupported",
                "{'mode':'IPVS','ipvsConfig':{'scheduler':'LeastConnections'}} | KubeProxyConfigValueUnsupported",
                "{'mode':'IPVS','ipvsConfig':{'tcpTimeoutSeconds':0}} | KubeProxyConfigValueUnsupported",
                "{'mode':'IPVS','ipvsConfig':{'tcpTimeoutSeconds':'9'}} | UnmarshalError",
                "{'mode':'IPVS','ipvsConfig':{'TCPTimeoutSeconds':9}} | UnmarshalError",
                "{'modes':'IPVS'} | UnmarshalError",
                "{'enabled':false} | KubeProxyConfigDisabledBYOCNIOnly",
                "{'mode':'IPTABLES','ipvsConfig':{'scheduler':'RoundRobin'}} | KubeProxyConfigFieldUnsupported",
            })
    void badConfigurationsAreRefusedWithAzuresCodes(String kubeProxy, String expected) throws Exception {
        HttpResponse<String> refused = putKubeProxy(plain(), kubeProxy.replace('\'', '"'));

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(code(refused)).isEqualTo(expected);
        assertThat(json(refused).at("/error/target").asText()).startsWith("networkProfile.kubeProxyConfig");
        assertThat(read(plain(), PREVIEW).at("/properties/provisioningState").asText())
                .isEqualTo("Succeeded");
    }

    @Test
    void nftablesNeedsANewKubernetesAndANewApiVersion() throws Exception {
        SimulatedCluster old = find(cluster -> kubernetes(cluster).startsWith("1.31") && isPlain(cluster));
        SimulatedCluster current = find(cluster -> kubernetes(cluster).startsWith("1.34") && isPlain(cluster));
        String nftables = "{\"mode\":\"NFTABLES\"}";

        assertThat(code(putKubeProxy(old, nftables))).isEqualTo("KubeProxyConfigValueUnsupported");
        assertThat(code(put(current, "2025-08-02-preview", with(current, "2025-08-02-preview", nftables), null)))
                .isEqualTo("KubeProxyConfigValueUnsupported");
        assertThat(code(putKubeProxy(current, "{\"mode\":\"NFTABLES\",\"ipvsConfig\":{\"scheduler\":\"RoundRobin\"}}")))
                .isEqualTo("KubeProxyConfigFieldUnsupported");
        assertThat(putKubeProxy(current, nftables).statusCode()).isEqualTo(200);
    }

    @Test
    void ciliumAndAzureNetworkPolicyDoNotGoWithIpvs() throws Exception {
        SimulatedCluster cilium =
                find(cluster -> network(cluster, "networkDataplane").equals("cilium"));
        SimulatedCluster policy =
                find(cluster -> network(cluster, "networkPolicy").equals("azure"));

        assertThat(code(putKubeProxy(cilium, LEAST_CONNECTION)))
                .isEqualTo("CiliumDataplaneRequiresKubeProxyConfigDisabled");
        assertThat(code(putKubeProxy(policy, LEAST_CONNECTION))).isEqualTo("KubeProxyConfigValueUnsupported");
    }

    @Test
    void aDisabledKubeProxyReadsBackEmptyAndAnUnsetOneNotAtAll() throws Exception {
        SimulatedCluster one = plain();
        arm.edit(
                one.id(),
                document -> ((ObjectNode) document.at("/properties/networkProfile")).put("networkPlugin", "none"));

        assertThat(putKubeProxy(one, "{\"enabled\":false}").statusCode()).isEqualTo(200);
        clock.advance(OPERATION);
        assertThat(read(one, PREVIEW).at("/properties/networkProfile/kubeProxyConfig"))
                .isEqualTo(tree("{}"));
        assertThat(applied(one)).isEqualTo(KubeProxyConfig.DISABLED);

        putKubeProxy(one, "{\"enabled\":true}");
        clock.advance(OPERATION);
        assertThat(read(one, PREVIEW).at("/properties/networkProfile/kubeProxyConfig"))
                .isEqualTo(tree("{\"enabled\":true}"));
        putKubeProxy(one, "{}");
        clock.advance(OPERATION);
        assertThat(read(one, PREVIEW).at("/properties/networkProfile").has("kubeProxyConfig"))
                .isFalse();
    }

    @Test
    void aStableApiVersionNeitherShowsNorChangesTheProperty() throws Exception {
        SimulatedCluster one = plain();
        assertThat(put(one, STABLE, with(one, STABLE, LEAST_CONNECTION), null).statusCode())
                .isEqualTo(200);
        clock.advance(OPERATION);
        assertThat(read(one, PREVIEW).at("/properties/networkProfile").has("kubeProxyConfig"))
                .isFalse();

        putKubeProxy(one, LEAST_CONNECTION);
        clock.advance(OPERATION);
        ObjectNode stable = read(one, STABLE);
        assertThat(stable.at("/properties/networkProfile").has("kubeProxyConfig"))
                .isFalse();
        put(one, STABLE, stable, null);
        clock.advance(OPERATION);
        assertThat(applied(one).mode()).isEqualTo(KubeProxyMode.IPVS);
    }

    @Test
    void readOnlyMembersAreIgnoredAndUnknownOnesKept() throws Exception {
        SimulatedCluster one = plain();
        ObjectNode body = with(one, PREVIEW, LEAST_CONNECTION);
        body.withObject("/properties").put("currentKubernetesVersion", "1.2.3").put("provisioningState", "Failed");
        body.withObject("/properties").putObject("neverHeardOf").put("answer", 42);
        put(one, PREVIEW, body, null);
        clock.advance(OPERATION);

        ObjectNode after = read(one, PREVIEW);
        assertThat(after.at("/properties/currentKubernetesVersion"))
                .isEqualTo(one.document().at("/properties/currentKubernetesVersion"));
        assertThat(after.at("/properties/provisioningState").asText()).isEqualTo("Succeeded");
        assertThat(after.at("/properties/neverHeardOf/answer").asInt()).isEqualTo(42);
        assertThat(arm.journal().acceptedWrites().getFirst().changed()).containsExactly("/properties/neverHeardOf");
    }

    @Test
    void whatAPutLeavesOutIsGoneAndTheJournalNamesIt() throws Exception {
        SimulatedCluster one = plain();
        ObjectNode body = with(one, PREVIEW, LEAST_CONNECTION);
        body.withObject("/properties").remove("metricsProfile");
        body.withObject("/tags").remove("tier");
        put(one, PREVIEW, body, null);

        assertThat(read(one, PREVIEW).at("/properties/metricsProfile").isMissingNode())
                .isTrue();
        assertThat(arm.journal().writesBeyondKubeProxy()).singleElement().satisfies(entry -> {
            assertThat(entry.cluster()).isEqualTo(one.id());
            assertThat(entry.lost()).containsExactlyInAnyOrder("/properties/metricsProfile", "/tags/tier");
        });
    }

    @Test
    void whatCannotChangeIsRefused() throws Exception {
        ObjectNode moved = read(plain(), PREVIEW).put("location", "brazilsouth");
        ObjectNode renamed = read(plain(), PREVIEW);
        renamed.withObject("/properties").put("dnsPrefix", "other");
        ObjectNode misnamed = read(plain(), PREVIEW).put("name", "other");

        assertThat(code(put(plain(), PREVIEW, moved, null))).isEqualTo("InvalidResourceLocation");
        assertThat(code(put(plain(), PREVIEW, renamed, null))).isEqualTo("PropertyChangeNotAllowed");
        assertThat(code(put(plain(), PREVIEW, misnamed, null))).isEqualTo("MismatchingResourceName");
        assertThat(code(call("PUT", plain().id() + "?api-version=" + PREVIEW, "{not json", null)))
                .isEqualTo("InvalidRequestContent");
    }

    @Test
    void aNewClusterIsCreated() throws Exception {
        ObjectNode body = read(plain(), PREVIEW);
        body.remove(List.of("id", "name"));
        String id = plain().armId() + "-new";

        HttpResponse<String> created = call("PUT", id + "?api-version=" + PREVIEW, body.toString(), null);
        assertThat(created.statusCode()).isEqualTo(201);
        assertThat(json(created).at("/properties/provisioningState").asText()).isEqualTo("Creating");
        clock.advance(OPERATION);
        assertThat(json(get(id + "?api-version=" + PREVIEW))
                        .at("/properties/provisioningState")
                        .asText())
                .isEqualTo("Succeeded");
    }

    // ---- faults

    @Test
    void aRefusedCallHasStatusCodeAndRetryAfterAndChangesNothing() throws Exception {
        arm.inject(
                2,
                new Fault.Refuse(
                        ApiCall.PUT_CLUSTER,
                        plain().name(),
                        429,
                        "TooManyRequests",
                        "slow down",
                        Duration.ofMillis(1500)));

        for (int i = 0; i < 2; i++) {
            HttpResponse<String> refused = putKubeProxy(plain(), LEAST_CONNECTION);
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(code(refused)).isEqualTo("TooManyRequests");
            assertThat(refused.headers().firstValue("Retry-After")).hasValue("2");
        }
        assertThat(putKubeProxy(plain(), LEAST_CONNECTION).statusCode()).isEqualTo(200);
    }

    @Test
    void anOperationCanEndFailedWithACode() throws Exception {
        arm.inject(new Fault.FailOperation(null, "VMExtensionProvisioningError", "node 3 is stuck"));
        String operation = putKubeProxy(plain(), LEAST_CONNECTION)
                .headers()
                .firstValue("Azure-AsyncOperation")
                .orElseThrow();
        clock.advance(OPERATION);

        JsonNode status = json(get(operation));
        assertThat(status.path("status").asText()).isEqualTo("Failed");
        assertThat(status.at("/error/code").asText()).isEqualTo("VMExtensionProvisioningError");
        assertThat(read(plain(), PREVIEW).at("/properties/provisioningState").asText())
                .isEqualTo("Failed");
        assertThat(applied(plain())).isEqualTo(KubeProxyConfig.UNSET);
        assertThat(putKubeProxy(plain(), LEAST_CONNECTION).statusCode()).isEqualTo(200);
    }

    @Test
    void anOperationCanSucceedWithoutEffectOrWithoutReachingNodes() throws Exception {
        arm.inject(new Fault.SucceedWithoutEffect(plain().name()));
        putKubeProxy(plain(), LEAST_CONNECTION);
        clock.advance(OPERATION);
        assertThat(read(plain(), PREVIEW).at("/properties/networkProfile").has("kubeProxyConfig"))
                .isFalse();
        assertThat(read(plain(), PREVIEW).at("/properties/provisioningState").asText())
                .isEqualTo("Succeeded");

        arm.inject(new Fault.NeverReachNodes(plain().name()));
        putKubeProxy(plain(), LEAST_CONNECTION);
        clock.advance(OPERATION);
        assertThat(read(plain(), PREVIEW).at("/properties/networkProfile").has("kubeProxyConfig"))
                .isTrue();
        assertThat(applied(plain())).isEqualTo(KubeProxyConfig.UNSET);
    }

    // ---- restart

    @Test
    void clustersAreAsTheyWereAfterARestart(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("arm.json");
        putKubeProxy(plain(), LEAST_CONNECTION);
        arm.save(file);

        try (ArmSimulator next = ArmSimulator.start(fleet, ArmOptions.DEFAULTS, clock)) {
            next.restore(file);
            assertThat(next.applied(plain().id()).orElseThrow().kubeProxy().mode())
                    .isEqualTo(KubeProxyMode.IPVS);
        }
        Files.writeString(file, "{\"broken");
        assertThatThrownBy(() -> arm.restore(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Delete this file");
    }

    @Test
    void whatWasMadeOrDeletedIsSoAfterARestart(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("arm.json");
        SimulatedCluster gone =
                find(cluster -> isPlain(cluster) && !cluster.id().equals(plain().id()));
        String group = "/subscriptions/" + subscription() + "/resourceGroups/RG-Made";
        String window =
                plain().id() + "/maintenanceConfigurations/aksManagedAutoUpgradeSchedule?api-version=" + PREVIEW;
        call("DELETE", gone.id() + "?api-version=" + PREVIEW, "", null);
        call("DELETE", window, "", null);
        call("PUT", group + "?api-version=2021-04-01", "{\"location\":\"westeurope\",\"tags\":{\"a\":\"b\"}}", null);
        call(
                "PUT",
                plain().id() + "/providers/Microsoft.Authorization/locks/frozen?api-version=2020-05-01",
                "{\"properties\":{\"level\":\"ReadOnly\"}}",
                null);
        arm.setFeature(subscription(), false);
        arm.save(file);

        stop();
        start();
        arm.restore(file);

        assertThat(get(gone.id() + "?api-version=" + PREVIEW).statusCode()).isEqualTo(404);
        assertThat(get(window).statusCode()).isEqualTo(404);
        assertThat(json(get(group + "?api-version=2021-04-01")).at("/tags/a").asText())
                .isEqualTo("b");
        assertThat(code(putKubeProxy(plain(), LEAST_CONNECTION))).isEqualTo("ScopeLocked");
        assertThat(get("/subscriptions/" + subscription()
                                + "/providers/Microsoft.Features/providers/Microsoft.ContainerService/features/"
                                + "KubeProxyConfigurationPreview?api-version=2021-07-01")
                        .body())
                .contains("NotRegistered");
    }

    @Test
    void aTakenPortIsNamed() {
        int taken = arm.endpoint().getPort();
        assertThatThrownBy(() -> ArmSimulator.start(fleet, ArmOptions.DEFAULTS.withPort(taken), clock))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(":" + taken)
                .hasMessageContaining("name another one");
    }

    @Test
    void manyClientsAtOnceLeaveOneWriterPerCluster() throws Exception {
        List<Thread> threads = new ArrayList<>();
        String body = with(plain(), PREVIEW, LEAST_CONNECTION).toString();
        for (int i = 0; i < 16; i++) {
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    call("PUT", plain().id() + "?api-version=" + PREVIEW, body, null);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(arm.journal().of(ApiCall.PUT_CLUSTER)).hasSize(16);
        assertThat(arm.journal().acceptedWrites()).hasSize(1);
    }

    // ---- helpers

    private String subscription() {
        return fleet.subscriptions().getFirst().id();
    }

    /** A running cluster of the first subscription without any oddity. */
    private SimulatedCluster plain() {
        return find(this::isPlain);
    }

    private boolean isPlain(SimulatedCluster cluster) {
        return cluster.subscription().equals(subscription())
                && cluster.name().startsWith("prod-")
                && network(cluster, "networkPolicy").equals("none");
    }

    private SimulatedCluster find(Predicate<SimulatedCluster> wanted) {
        return fleet.clusters().stream().filter(wanted).findFirst().orElseThrow();
    }

    private static String network(SimulatedCluster cluster, String member) {
        return cluster.document().at("/properties/networkProfile/" + member).asText();
    }

    private static String kubernetes(SimulatedCluster cluster) {
        return cluster.document().at("/properties/currentKubernetesVersion").asText();
    }

    private KubeProxyConfig applied(SimulatedCluster cluster) {
        return arm.applied(cluster.id()).orElseThrow().kubeProxy();
    }

    private ObjectNode read(SimulatedCluster cluster, String version) throws Exception {
        HttpResponse<String> response = get(cluster.id() + "?api-version=" + version);
        assertThat(response.statusCode()).isEqualTo(200);
        return (ObjectNode) json(response);
    }

    private ObjectNode with(SimulatedCluster cluster, String version, String kubeProxy) throws Exception {
        ObjectNode body = read(cluster, version);
        body.withObject("/properties/networkProfile").set("kubeProxyConfig", tree(kubeProxy));
        return body;
    }

    private HttpResponse<String> putKubeProxy(SimulatedCluster cluster, String kubeProxy) throws Exception {
        return put(cluster, PREVIEW, with(cluster, PREVIEW, kubeProxy), null);
    }

    private HttpResponse<String> put(
            SimulatedCluster cluster,
            String version,
            ObjectNode body,
            @org.jspecify.annotations.Nullable String ifMatch)
            throws Exception {
        return call("PUT", cluster.id() + "?api-version=" + version, body.toString(), ifMatch);
    }

    private HttpResponse<String> get(String pathOrUrl) throws Exception {
        return get(pathOrUrl, ArmSimulator.SANDBOX_TOKEN);
    }

    private HttpResponse<String> get(String pathOrUrl, String token) throws Exception {
        return client.send(
                HttpRequest.newBuilder(uri(pathOrUrl))
                        .header("Authorization", "Bearer " + token)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> call(
            String method, String path, String body, @org.jspecify.annotations.Nullable String ifMatch)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                .header("Authorization", "Bearer " + ArmSimulator.SANDBOX_TOKEN)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (ifMatch != null) {
            request.header("If-Match", ifMatch);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private URI uri(String pathOrUrl) {
        return pathOrUrl.startsWith("https:") ? URI.create(pathOrUrl) : URI.create(arm.endpoint() + pathOrUrl);
    }

    private static JsonNode json(HttpResponse<String> response) throws Exception {
        return tree(response.body());
    }

    private static JsonNode tree(String text) throws Exception {
        return Json.MAPPER.readTree(text);
    }

    private static String code(HttpResponse<String> response) throws Exception {
        return json(response).at("/error/code").asText();
    }
}
