package dev.kubeproxyfleet.simulator.arm;

import static dev.kubeproxyfleet.simulator.arm.ModelClient.body;
import static dev.kubeproxyfleet.simulator.arm.ModelClient.code;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.simulator.world.Fleet;
import dev.kubeproxyfleet.simulator.world.FleetSpec;
import dev.kubeproxyfleet.simulator.world.ManualClock;
import dev.kubeproxyfleet.simulator.world.SimulatedCluster;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the Azure CLI and others ask for beside clusters. */
class CallsOfOtherClientsTest {

    private static final String PREVIEW = "?api-version=2025-09-02-preview";
    private static final String RESOURCES = "?api-version=2021-04-01";
    private static final Duration OPERATION = Duration.ofSeconds(120);

    private final ManualClock clock = new ManualClock();
    private final Fleet fleet = Fleet.of(new FleetSpec(24, 3, 2, 7, 1));
    private final SimulatedCluster one = fleet.clusters().getFirst();
    private final String subscription = "/subscriptions/" + one.subscription();
    private final String group = subscription + "/resourceGroups/" + one.resourceGroup();
    private final ArmModel arm = new ArmModel(fleet, ArmOptions.DEFAULTS.withOperations(OPERATION, 0), clock);
    private final ModelClient client = new ModelClient(arm);

    // ---- $filter

    @Test
    void resourcesAreFilteredByTypeTagAndGroup() {
        List<String> prod = fleet.clusters().stream()
                .filter(cluster -> cluster.subscription().equals(one.subscription()))
                .filter(cluster -> cluster.document().at("/tags/env").asText().equals("prod"))
                .map(SimulatedCluster::name)
                .toList();

        assertThat(names(
                        "/resources",
                        "resourceType eq 'Microsoft.ContainerService/managedClusters' and tagName eq"
                                + " 'env' and tagValue eq 'prod'"))
                .containsExactlyInAnyOrderElementsOf(prod);
        assertThat(names("/resources", "resourceType eq 'Microsoft.Compute/virtualMachines'"))
                .isEmpty();
        assertThat(names("/resources", "substringof('" + one.name().substring(2) + "', name)"))
                .containsExactly(one.name());
        assertThat(names("/resourceGroups/" + one.resourceGroup() + "/resources", "location ne 'brazilsouth'"))
                .contains(one.name());
        assertThat(names("/resources", "tagName eq 'env' and tagValue eq 'gold'"))
                .as("name and value are of one tag")
                .isEmpty();
    }

    @Test
    void groupsAreFilteredByTag() {
        client.call(
                "PUT",
                subscription + "/resourceGroups/Mine" + RESOURCES,
                "{\"location\": \"westeurope\", \"tags\": {\"owner\": \"o'neill\"}}");

        assertThat(names("/resourcegroups", "tagname eq 'owner' and tagvalue eq 'o''neill'"))
                .containsExactly("Mine");
        assertThat(names("/resourcegroups", "tagName eq 'owner' and tagValue eq 'nobody'"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"nonsense", "name eq prod", "name eq 'a' or name eq 'b'", "color eq 'a'", "name eq 'a' and "})
    void aFilterThatCannotBeReadIsRefusedAndNotIgnored(String filter) {
        for (String path : List.of("/resources", "/resourcegroups", "/providers/Microsoft.Authorization/locks")) {
            String version = path.endsWith("locks") ? "?api-version=2020-05-01" : RESOURCES;
            ArmAnswer refused = client.get(subscription + path + version + "&%24filter=" + encoded(filter));

            assertThat(refused.status()).as(path).isEqualTo(400);
            assertThat(code(refused)).isEqualTo("InvalidFilterInQueryString");
        }
    }

    private List<String> names(String path, String filter) {
        ArmAnswer answer = client.get(subscription + path + RESOURCES + "&%24filter=" + encoded(filter));
        assertThat(answer.status()).isEqualTo(200);
        return body(answer)
                .path("value")
                .valueStream()
                .map(resource -> resource.path("name").asText())
                .toList();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    // ---- locks

    @Test
    void aLocksIdIsSpelledAsAzureSpellsItWhateverTheClientWrote() {
        String locks = "/providers/Microsoft.Authorization/locks/Keep?api-version=2020-05-01";
        String level = "{\"properties\": {\"level\": \"CanNotDelete\"}}";
        client.call("PUT", one.id().toLowerCase(Locale.ROOT) + locks, level);
        client.call("PUT", group.toLowerCase(Locale.ROOT).replace("resourcegroups", "RESOURCEGROUPS") + locks, level);

        assertThat(body(client.get(subscription + "/providers/Microsoft.Authorization/locks?api-version=2020-05-01"))
                        .path("value"))
                .extracting(lock -> lock.path("id").asText())
                .containsExactlyInAnyOrder(
                        group + "/providers/Microsoft.ContainerService/managedClusters/" + one.name()
                                + "/providers/Microsoft.Authorization/locks/Keep",
                        group + "/providers/Microsoft.Authorization/locks/Keep");
        assertThat(code(client.call("DELETE", one.id() + PREVIEW, ""))).isEqualTo("ScopeLocked");
        arm.restore(arm.save());
        assertThat(code(client.call("DELETE", one.id() + PREVIEW, ""))).isEqualTo("ScopeLocked");
    }

    @Test
    void locksAtAScopeAreNotThoseBelowIt() {
        client.call(
                "PUT",
                one.id() + "/providers/Microsoft.Authorization/locks/keep?api-version=2020-05-01",
                "{\"properties\": {\"level\": \"CanNotDelete\"}}");
        String list = group + "/providers/Microsoft.Authorization/locks?api-version=2020-05-01";

        assertThat(body(client.get(list)).path("value")).hasSize(1);
        assertThat(body(client.get(list + "&%24filter=atScope()")).path("value"))
                .isEmpty();
    }

    // ---- what is not there

    @ParameterizedTest
    @CsvSource({
        "GET, /agentPools/system/machines",
        "GET, /agentPools/system/upgradeProfiles/default",
        "GET, /availableAgentPoolVersions",
        "POST, /runCommand",
        "POST, /rotateServiceAccountSigningKeys",
        "GET, /privateEndpointConnections",
    })
    void whatTheDocumentNamesAsNotServedSaysSo(String method, String end) {
        ArmAnswer answer = client.call(method, one.id() + end + PREVIEW, "");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(code(answer)).isEqualTo("InvalidResourceType");
    }

    // ---- api-versions

    @Test
    void aVersionThatWasPublishedLaterCanBeAdded() {
        String later = "?api-version=2027-01-02-preview";
        assertThat(client.get(one.id() + later).status()).isEqualTo(400);

        ArmModel newer = new ArmModel(fleet, ArmOptions.DEFAULTS.withMoreApiVersions("2027-01-02-preview"), clock);
        ArmAnswer answer = new ModelClient(newer).get(one.id() + later);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(new ModelClient(newer).get(one.id() + PREVIEW).status()).isEqualTo(200);
        assertThatThrownBy(() -> ArmOptions.DEFAULTS.withMoreApiVersions("newest"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'newest' is no api-version");
    }

    // ---- versions, upgrades, certificates

    @Test
    void versionsAndUpgradesAreOfOneTable() {
        JsonNode versions = body(client.get(subscription
                        + "/providers/Microsoft.ContainerService/locations/westeurope/kubernetesVersions" + PREVIEW))
                .path("values");
        JsonNode profile = body(client.get(one.id() + "/upgradeProfiles/default" + PREVIEW));
        String current =
                one.document().at("/properties/currentKubernetesVersion").asText();

        assertThat(versions.valueStream()
                        .filter(version -> version.path("isDefault").asBoolean()))
                .hasSize(1);
        JsonNode patches = versions.valueStream()
                .filter(version -> current.startsWith(version.path("version").asText() + "."))
                .findFirst()
                .orElseThrow()
                .path("patchVersions");
        assertThat(profile.at("/properties/controlPlaneProfile/kubernetesVersion")
                        .asText())
                .isEqualTo(current);
        assertThat(profile.at("/properties/controlPlaneProfile/upgrades")
                        .valueStream()
                        .map(upgrade -> upgrade.path("kubernetesVersion").asText()))
                .containsExactlyElementsOf(patches.path(current)
                        .path("upgrades")
                        .valueStream()
                        .map(JsonNode::asText)
                        .toList());
        assertThat(profile.at("/properties/agentPoolProfiles")).isNotEmpty();
    }

    @Test
    void aPoolGetsANewerNodeImage() {
        String pool = one.id() + "/agentPools/system";
        String before = body(client.get(pool + PREVIEW))
                .at("/properties/nodeImageVersion")
                .asText();

        ArmAnswer accepted = client.call("POST", pool + "/upgradeNodeImageVersion" + PREVIEW, "");
        assertThat(accepted.status()).isEqualTo(202);
        assertThat(body(accepted).at("/properties/provisioningState").asText()).isEqualTo("UpgradingNodeImageVersion");
        clock.advance(OPERATION);
        JsonNode after = body(client.get(pool + PREVIEW));
        assertThat(after.at("/properties/provisioningState").asText()).isEqualTo("Succeeded");
        assertThat(after.at("/properties/nodeImageVersion").asText()).isNotEqualTo(before);
        assertThat(code(client.call("POST", one.id() + "/agentPools/none/upgradeNodeImageVersion" + PREVIEW, "")))
                .isEqualTo("AgentPoolNotFound");
    }

    @Test
    void certificatesAreRotatedAsAnOperation() {
        assertThat(client.call("POST", one.id() + "/rotateClusterCertificates" + PREVIEW, "")
                        .status())
                .isEqualTo(202);
        assertThat(body(client.get(one.id() + PREVIEW))
                        .at("/properties/provisioningState")
                        .asText())
                .isEqualTo("RotatingClusterCertificates");
        assertThat(code(client.call("POST", one.id() + "/rotateClusterCertificates" + PREVIEW, "")))
                .isEqualTo("OperationNotAllowed");
        clock.advance(OPERATION);
        assertThat(body(client.get(one.id() + PREVIEW))
                        .at("/properties/provisioningState")
                        .asText())
                .isEqualTo("Succeeded");
    }

    // ---- providers and features

    @Test
    void whatAProviderCanDoIsTold() {
        JsonNode own = body(client.get("/providers/Microsoft.ContainerService/operations" + PREVIEW));
        JsonNode any = body(
                client.get(
                        "/providers/Microsoft.Authorization/providerOperations/microsoft.containerservice?api-version=2022-04-01"));

        assertThat(own.path("value"))
                .extracting(action -> action.path("name").asText())
                .contains(
                        "Microsoft.ContainerService/managedClusters/write",
                        "Microsoft.ContainerService/managedClusters/agentPools/read");
        assertThat(any.path("operations"))
                .extracting(action -> action.path("name").asText())
                .isEqualTo(own.path("value")
                        .valueStream()
                        .map(action -> action.path("name").asText())
                        .toList());
        assertThat(client.get("/providers/Microsoft.Authorization/providerOperations/Microsoft.Compute"
                                + "?api-version=2022-04-01")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void aFeatureIsRegisteredByEitherAddress() {
        arm.setFeature(one.subscription(), false);
        String registrations = subscription
                + "/providers/Microsoft.Features/featureProviders/Microsoft.ContainerService/subscriptionFeatureRegistrations";
        String name = registrations + "/KubeProxyConfigurationPreview?api-version=2021-07-01";
        assertThat(body(client.get(registrations + "?api-version=2021-07-01")).path("value"))
                .isEmpty();

        assertThat(body(client.call("PUT", name, "")).at("/properties/state").asText())
                .isEqualTo("Registering");
        clock.advance(Duration.ofHours(1));
        assertThat(body(client.get(name)).at("/properties/state").asText()).isEqualTo("Registered");
        assertThat(body(client.get(subscription
                                + "/providers/Microsoft.Features/providers/Microsoft.ContainerService/features"
                                + "/KubeProxyConfigurationPreview?api-version=2021-07-01"))
                        .at("/properties/state")
                        .asText())
                .isEqualTo("Registered");
        assertThat(body(client.get(
                                subscription
                                        + "/providers/Microsoft.Features/subscriptionFeatureRegistrations?api-version=2021-07-01"))
                        .path("value"))
                .hasSize(1);
        assertThat(client.call("DELETE", name, "").status()).isEqualTo(200);
        assertThat(body(client.get(name)).at("/properties/state").asText()).isEqualTo("NotRegistered");
        assertThat(code(client.get(registrations + "/Other?api-version=2021-07-01")))
                .isEqualTo("FeatureNotFound");
    }

    // ---- faults of any operation

    @ParameterizedTest
    @CsvSource({
        "SucceedWithoutEffect, PATCH_CLUSTER",
        "NeverReachNodes, PUT_CLUSTER",
        "NeverReachNodes, PUT_POOL",
        "HideFromLists, STOP_CLUSTER",
    })
    void whatIsAcceptedCanGoWrongWhicheverCallBeganIt(String kind, String call) {
        assertThat(inject("{\"fault\":{\"kind\":\"" + kind + "\",\"call\":\"" + call + "\"}}"))
                .isEqualTo(201);
        assertThat(arm.faults()).hasSize(1);
    }

    @Test
    void aPatchCanSucceedWithoutEffectAndAStopCanBeHidden() {
        inject("{\"fault\":{\"kind\":\"SucceedWithoutEffect\",\"call\":\"PATCH_CLUSTER\"}}");
        client.call("PATCH", one.id() + PREVIEW, "{\"tags\": {\"a\": \"b\"}}");
        clock.advance(OPERATION);
        assertThat(body(client.get(one.id() + PREVIEW)).path("tags"))
                .isEqualTo(one.document().path("tags"));

        inject("{\"fault\":{\"kind\":\"HideFromLists\",\"call\":\"STOP_CLUSTER\"}}");
        client.call("POST", one.id() + "/stop" + PREVIEW, "");
        assertThat(body(client.get(one.id() + PREVIEW))
                        .at("/properties/provisioningState")
                        .asText())
                .isEqualTo("Stopping");
        assertThat(body(client.get(group + "/providers/Microsoft.ContainerService/managedClusters" + PREVIEW))
                        .path("value"))
                .extracting(
                        cluster -> cluster.at("/properties/provisioningState").asText())
                .containsOnly("Succeeded");
    }

    @Test
    void aFaultOfAnOperationThatNoCallBeginsIsRefused() {
        assertThat(inject("{\"fault\":{\"kind\":\"NeverReachNodes\",\"call\":\"GET_CLUSTER\"}}"))
                .isEqualTo(400);
        assertThat(inject("{\"fault\":{\"kind\":\"FailOperation\",\"call\":\"LIST_USER_CREDENTIALS\",\"code\":\"X\"}}"))
                .isEqualTo(400);
        assertThat(arm.faults()).isEmpty();
    }

    private int inject(String rule) {
        return new AdminCalls(arm)
                .answer("POST", URI.create("/_simulator/faults"), rule.getBytes(StandardCharsets.UTF_8))
                .status();
    }
}
