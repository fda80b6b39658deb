package dev.kubeproxyfleet.simulator.arm;

import static dev.kubeproxyfleet.simulator.arm.ModelClient.body;
import static dev.kubeproxyfleet.simulator.arm.ModelClient.code;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.simulator.world.Fleet;
import dev.kubeproxyfleet.simulator.world.FleetSpec;
import dev.kubeproxyfleet.simulator.world.ManualClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What AKS makes of a cluster that somebody creates, and of one that is written again. */
class CreatedClustersTest {

    private static final String PREVIEW = "?api-version=2025-09-02-preview";
    private static final Duration OPERATION = Duration.ofSeconds(120);
    private static final String SYSTEM_POOL = "{\"name\": \"system\", \"mode\": \"System\", \"count\": 1}";

    private final ManualClock clock = new ManualClock();
    private final Fleet fleet = Fleet.of(new FleetSpec(1, 3, 1, 7, 1));
    private final ArmModel arm = new ArmModel(fleet, ArmOptions.DEFAULTS.withOperations(OPERATION, 0), clock);
    private final ModelClient client = new ModelClient(arm);
    private final String id = fleet.clusters().getFirst().armId() + "-made";

    // ---- what is filled in

    @Test
    void aManagedIdentityStandsInForTheServicePrincipal() {
        JsonNode cluster = created("\"identity\": {\"type\": \"SystemAssigned\"}", "", SYSTEM_POOL);

        assertThat(cluster.at("/properties/servicePrincipalProfile")).isEqualTo(json("{\"clientId\": \"msi\"}"));
        JsonNode kubelet = cluster.at("/properties/identityProfile/kubeletidentity");
        assertThat(kubelet.path("resourceId").asText())
                .endsWith("/providers/Microsoft.ManagedIdentity/userAssignedIdentities/"
                        + cluster.path("name").asText() + "-agentpool");
        assertThat(kubelet.path("clientId").asText()).isNotEmpty();
        assertThat(kubelet.path("objectId").asText())
                .isNotEqualTo(kubelet.path("clientId").asText());
    }

    @Test
    void aServicePrincipalIsKeptWithoutItsSecret() {
        JsonNode cluster = created(
                "\"kind\": \"Base\"",
                "\"servicePrincipalProfile\": {\"clientId\": \"my-app\", \"secret\": \"hidden\"},",
                SYSTEM_POOL);

        assertThat(cluster.at("/properties/servicePrincipalProfile")).isEqualTo(json("{\"clientId\": \"my-app\"}"));
        assertThat(cluster.at("/properties/identityProfile").isMissingNode()).isTrue();
        assertThat(arm.save().toString()).doesNotContain("hidden");
    }

    @Test
    void theNetworkHasWhatAksFillsIn() {
        JsonNode network = created("\"networkPlugin\": \"azure\", \"networkPluginMode\": \"overlay\"");

        assertThat(network.path("podCidr").asText()).isEqualTo("10.244.0.0/16");
        assertThat(network.path("podCidrs")).isEqualTo(json("[\"10.244.0.0/16\"]"));
        assertThat(network.path("serviceCidrs")).isEqualTo(json("[\"10.0.0.0/16\"]"));
        assertThat(network.path("dnsServiceIP").asText()).isEqualTo("10.0.0.10");
        assertThat(network.path("ipFamilies")).isEqualTo(json("[\"IPv4\"]"));
        assertThat(network.path("outboundType").asText()).isEqualTo("loadBalancer");
        assertThat(network.at("/loadBalancerProfile/managedOutboundIPs/count").asInt())
                .isEqualTo(1);
        assertThat(network.at("/loadBalancerProfile/effectiveOutboundIPs/0/id").asText())
                .contains("/providers/Microsoft.Network/publicIPAddresses/");
    }

    @Test
    void aDualStackNetworkHasRangesOfBothFamilies() {
        JsonNode network = created(
                "\"networkPlugin\": \"azure\", \"networkPluginMode\": \"overlay\", \"ipFamilies\": [\"IPv4\", \"IPv6\"]");

        assertThat(network.path("podCidrs")).hasSize(2);
        assertThat(network.path("serviceCidrs")).hasSize(2);
        assertThat(network.at("/loadBalancerProfile/managedOutboundIPs/countIPv6")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void aClusterThatRoutesItselfHasNoAddressesOfAks() {
        assertThat(created("\"outboundType\": \"userDefinedRouting\"").has("loadBalancerProfile"))
                .isFalse();
        assertThat(created("\"outboundType\": \"managedNATGateway\"").at("/natGatewayProfile/effectiveOutboundIPs"))
                .hasSize(1);
    }

    @Test
    void anIssuerHasAnAddressFromWhenItIsTurnedOn() {
        ObjectNode cluster = created("\"identity\": {\"type\": \"SystemAssigned\"}", "", SYSTEM_POOL);
        assertThat(cluster.at("/properties/oidcIssuerProfile")).isEqualTo(json("{\"enabled\": false}"));

        cluster.withObject("/properties/oidcIssuerProfile").put("enabled", true);
        assertThat(put(cluster.toString()).status()).isEqualTo(200);
        String address = read().at("/properties/oidcIssuerProfile/issuerURL").asText();
        assertThat(address).startsWith("https://westeurope.oic.prod-aks.azure.com/");
        put(read().toString());
        assertThat(read().at("/properties/oidcIssuerProfile/issuerURL").asText())
                .isEqualTo(address);
    }

    @Test
    void aClusterOfTheSameNameIsAnotherOne() {
        JsonNode first = created("\"identity\": {\"type\": \"SystemAssigned\"}", "", SYSTEM_POOL);
        client.call("DELETE", id + PREVIEW, "");
        clock.advance(OPERATION);
        assertThat(client.get(id + PREVIEW).status()).isEqualTo(404);

        assertThat(put(first.toString()).status()).isEqualTo(201);
        JsonNode second = read();
        for (String identity : new String[] {
            "/properties/resourceUID", "/systemData/createdAt", "/eTag", "/identity/principalId", "/properties/fqdn"
        }) {
            assertThat(second.at(identity).asText())
                    .as(identity)
                    .isNotEmpty()
                    .isNotEqualTo(first.at(identity).asText());
        }
    }

    /** A restart begins its sequence of ids anew, and must not give the same ones out again. */
    @Test
    void aClusterOfTheSameNameIsAnotherOneAfterARestartToo() {
        JsonNode first = created("\"identity\": {\"type\": \"SystemAssigned\"}", "", SYSTEM_POOL);
        String eTag = first.path("eTag").asText();

        ArmModel again = new ArmModel(fleet, ArmOptions.DEFAULTS.withOperations(OPERATION, 0), clock);
        again.restore(arm.save());
        ModelClient after = new ModelClient(again);
        assertThat(body(after.get(id + PREVIEW)).path("eTag").asText())
                .as("nobody wrote it")
                .isEqualTo(eTag);
        after.call("DELETE", id + PREVIEW, "");
        clock.advance(OPERATION);
        after.call("PUT", id + PREVIEW, first.toString());

        assertThat(body(after.get(id + PREVIEW)).at("/properties/resourceUID").asText())
                .isNotEmpty()
                .isNotEqualTo(first.at("/properties/resourceUID").asText());
    }

    // ---- pools

    @ParameterizedTest
    @ValueSource(strings = {"\"vmSize\": \"\",", "\"vmSize\": null,", ""})
    void aSizeThatIsNotSentIsChosen(String size) {
        JsonNode cluster = created(
                "\"identity\": {\"type\": \"SystemAssigned\"}",
                "",
                "{" + size + "\"name\": \"system\", \"mode\": \"System\", \"count\": 1}");

        assertThat(cluster.at("/properties/agentPoolProfiles/0/vmSize").asText())
                .startsWith("Standard_");
    }

    @Test
    void aPoolOfVirtualMachinesHasSizesInsteadOfACount() {
        ObjectNode cluster = created("\"identity\": {\"type\": \"SystemAssigned\"}", "", SYSTEM_POOL + """
                , {"name": "vms", "mode": "User", "type": "VirtualMachines", "virtualMachinesProfile": {"scale": {"manual": [
                  {"size": "Standard_D2s_v5", "count": 2}, {"size": "Standard_D4s_v5", "count": 3}]}}}""");

        JsonNode pool = cluster.at("/properties/agentPoolProfiles/1");
        assertThat(pool.get("count")).isEqualTo(json("null"));
        assertThat(pool.path("virtualMachineNodesStatus")).isEqualTo(json("""
                [{"size": "Standard_D2s_v5", "count": 2}, {"size": "Standard_D4s_v5", "count": 3}]"""));
        assertThat(arm.linuxNodes(id).orElseThrow().byPool()).containsEntry("vms", 5);

        put(cluster.toString());
        assertThat(read().at("/properties/agentPoolProfiles")).isEqualTo(cluster.at("/properties/agentPoolProfiles"));
        ((ObjectNode) pool.at("/virtualMachinesProfile/scale/manual/0")).put("count", 7);
        put(cluster.toString());
        assertThat(arm.linuxNodes(id).orElseThrow().byPool()).containsEntry("vms", 10);
    }

    @Test
    void aWindowsPoolIsTakenAndItsPasswordForgotten() {
        JsonNode cluster = created(
                "\"identity\": {\"type\": \"SystemAssigned\"}",
                "\"windowsProfile\": {\"adminUsername\": \"me\", \"adminPassword\": \"Hidden1!\"},",
                SYSTEM_POOL + ", {\"name\": \"win1\", \"mode\": \"User\", \"osType\": \"Windows\", \"count\": 2}");

        assertThat(cluster.at("/properties/agentPoolProfiles/1/osSKU").asText()).isEqualTo("Windows2022");
        assertThat(cluster.at("/properties/windowsProfile"))
                .isEqualTo(json("{\"adminUsername\": \"me\", \"enableCSIProxy\": true}"));
        assertThat(arm.save().toString()).doesNotContain("Hidden1!");
        assertThat(arm.linuxNodes(id).orElseThrow().total()).isEqualTo(1);
    }

    @Test
    void autoprovisionedNodesAreInNoPool() {
        created(
                "\"identity\": {\"type\": \"SystemAssigned\"}",
                "\"nodeProvisioningProfile\": {\"mode\": \"Auto\"},",
                SYSTEM_POOL);
        arm.setAutoprovisioned(id, 4);

        LinuxNodes nodes = arm.linuxNodes(id).orElseThrow();
        assertThat(nodes.byPool()).hasSize(1);
        assertThat(nodes.total()).isEqualTo(5);
        arm.restore(arm.save());
        assertThat(arm.linuxNodes(id)).contains(nodes);
    }

    @Test
    void aPoolIsStoppedAndStartedByWritingItsPower() {
        ObjectNode cluster = created(
                "\"identity\": {\"type\": \"SystemAssigned\"}",
                "",
                SYSTEM_POOL + ", {\"name\": \"apps\", \"mode\": \"User\", \"count\": 2}");

        putPool("apps", "{\"powerState\": {\"code\": \"Stopped\"}, \"count\": 2}");
        assertThat(read().at("/properties/agentPoolProfiles/1/powerState/code").asText())
                .isEqualTo("Stopped");
        assertThat(arm.linuxNodes(id).orElseThrow().byPool()).containsEntry("apps", 0);
        cluster.at("/properties/agentPoolProfiles").forEach(pool -> ((ObjectNode) pool).remove("powerState"));
        put(cluster.toString());
        assertThat(arm.linuxNodes(id).orElseThrow().byPool())
                .as("a PUT that says nothing of it starts no pool")
                .containsEntry("apps", 0);
        putPool("apps", "{\"powerState\": {\"code\": \"Running\"}, \"count\": 2}");
        assertThat(arm.linuxNodes(id).orElseThrow().byPool()).containsEntry("apps", 2);
        assertThat(code(client.call(
                        "PUT",
                        id + "/agentPools/system" + PREVIEW,
                        "{\"properties\": {\"powerState\": {\"code\": \"Stopped\"}, \"count\": 1}}")))
                .isEqualTo("OperationNotAllowed");
    }

    @Test
    void aSpotPoolThatScalesToZeroIsTaken() {
        JsonNode pool = created("\"identity\": {\"type\": \"SystemAssigned\"}", "", SYSTEM_POOL + """
                , {"name": "spot", "mode": "User", "scaleSetPriority": "Spot", "count": 0, "enableAutoScaling": true,
                   "minCount": 0, "maxCount": 5}""")
                .at("/properties/agentPoolProfiles/1");

        assertThat(pool.path("count").asInt(-1)).isZero();
        assertThat(pool.path("scaleSetEvictionPolicy").asText()).isEqualTo("Delete");
        assertThat(pool.path("spotMaxPrice").asInt()).isEqualTo(-1);
        assertThat(pool.path("nodeTaints")).isEqualTo(json("""
                ["kubernetes.azure.com/scalesetpriority=spot:NoSchedule"]"""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"name\": \"windows1\", \"osType\": \"Windows\"} | agentPoolProfile.name",
                "{\"name\": \"win\", \"osType\": \"Windows\", \"mode\": \"System\"} | agentPoolProfile.mode",
                "{\"name\": \"s\", \"mode\": \"System\", \"scaleSetPriority\": \"Spot\"} | agentPoolProfile.scaleSetPriority",
                "{\"name\": \"a\", \"minCount\": 3, \"maxCount\": 2} | agentPoolProfile.minCount",
                "{\"name\": \"a\", \"powerState\": {\"code\": \"Asleep\"}} | agentPoolProfile.powerState.code",
                "{\"name\": \"a\", \"virtualMachinesProfile\": {\"scale\": {\"manual\": [1]}}} |"
                        + " agentPoolProfile.virtualMachinesProfile.scale.manual",
            })
    void aPoolThatAksDoesNotKnowIsRefused(String pool, String target) {
        ArmAnswer refused = put(cluster("\"identity\": {\"type\": \"SystemAssigned\"}", "", SYSTEM_POOL + ", " + pool));

        assertThat(refused.status()).isEqualTo(400);
        assertThat(body(refused).at("/error/target").asText()).isEqualTo(target);
    }

    // ---- what only Azure sets

    @Test
    void whatOnlyAzureSetsStaysAsItWasWhateverIsSentBack() {
        ObjectNode before = created(
                "\"identity\": {\"type\": \"SystemAssigned\"}",
                "\"oidcIssuerProfile\": {\"enabled\": true}, \"addonProfiles\": {\"a\": {\"enabled\": true}},",
                SYSTEM_POOL);
        ObjectNode sent = before.deepCopy();
        sent.putObject("systemData").put("createdAt", "2000-01-01T00:00:00Z");
        sent.withObject("/identity").put("principalId", "other");
        sent.withObject("/properties/oidcIssuerProfile").put("issuerURL", "https://other");
        sent.withObject("/properties/networkProfile/loadBalancerProfile").putArray("effectiveOutboundIPs");
        ((ObjectNode) sent.at("/properties/agentPoolProfiles/0")).put("nodeImageVersion", "other");

        assertThat(put(sent.toString()).status()).isEqualTo(200);
        assertThat(withoutETag(read())).isEqualTo(withoutETag(before));
        assertThat(arm.journal().acceptedWrites().getLast().changed()).isEmpty();
    }

    @Test
    void whatOnlyAzureSetsNeedNotBeSentBack() {
        ObjectNode before = created(
                "\"identity\": {\"type\": \"SystemAssigned\"}",
                "\"oidcIssuerProfile\": {\"enabled\": true},",
                SYSTEM_POOL);

        assertThat(put(Documents.writable(before).toString()).status()).isEqualTo(200);
        assertThat(withoutETag(read())).isEqualTo(withoutETag(before));
        assertThat(arm.journal().acceptedWrites().getLast().lost()).isEmpty();
    }

    @Test
    void anotherIdentityThanItsOwnIsRefused() {
        ObjectNode sent = created("\"identity\": {\"type\": \"SystemAssigned\"}", "", SYSTEM_POOL);
        sent.withObject("/properties").put("resourceUID", "other");

        assertThat(code(put(sent.toString()))).isEqualTo("PropertyChangeNotAllowed");
    }

    /** A kube-proxy that does not run still needs settings that exist: they could not be read back otherwise. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"enabled\": false, \"mode\": \"x\"}",
                "{\"enabled\": false, \"mode\": \"\"}",
                "{\"enabled\": false, \"mode\": \"IPVS\", \"ipvsConfig\": {\"scheduler\": \"x\"}}",
                "{\"enabled\": false, \"mode\": \"IPVS\", \"ipvsConfig\": {\"tcpTimeoutSeconds\": 0}}",
            })
    void aDisabledKubeProxyHasValuesThatExistToo(String kubeProxy) {
        for (String network : new String[] {
            "\"networkPlugin\": \"azure\", \"networkDataplane\": \"cilium\"", "\"networkPlugin\": \"none\""
        }) {
            ArmAnswer refused = put(cluster(
                    "\"identity\": {\"type\": \"SystemAssigned\"}",
                    "\"networkProfile\": {" + network + ", \"kubeProxyConfig\": " + kubeProxy + "},",
                    SYSTEM_POOL));

            assertThat(refused.status()).as(network).isEqualTo(400);
            assertThat(code(refused)).isEqualTo("KubeProxyConfigValueUnsupported");
        }
    }

    // ---- helpers

    private static String cluster(String members, String properties, String pools) {
        return "{\"location\": \"westeurope\", " + members + ", \"properties\": {\"dnsPrefix\": \"d\", " + properties
                + " \"agentPoolProfiles\": [" + pools + "]}}";
    }

    /** A new cluster, when it is there. */
    private ObjectNode created(String members, String properties, String pools) {
        ArmAnswer answer = put(cluster(members, properties, pools));
        assertThat(answer.status())
                .as(new String(answer.body(), java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo(201);
        return read();
    }

    /** The network of a new cluster; the one before is deleted. */
    private JsonNode created(String network) {
        client.call("DELETE", id + PREVIEW, "");
        clock.advance(OPERATION);
        return created(
                        "\"identity\": {\"type\": \"SystemAssigned\"}",
                        "\"networkProfile\": {" + network + "},",
                        SYSTEM_POOL)
                .at("/properties/networkProfile");
    }

    private ArmAnswer put(String document) {
        ArmAnswer answer = client.call("PUT", id + PREVIEW, document);
        clock.advance(OPERATION);
        return answer;
    }

    private void putPool(String pool, String properties) {
        ArmAnswer answer =
                client.call("PUT", id + "/agentPools/" + pool + PREVIEW, "{\"properties\": " + properties + "}");
        assertThat(answer.status()).isEqualTo(200);
        clock.advance(OPERATION);
    }

    private ObjectNode read() {
        ArmAnswer answer = client.get(id + PREVIEW);
        assertThat(answer.status()).isEqualTo(200);
        return (ObjectNode) body(answer);
    }

    private static ObjectNode withoutETag(ObjectNode document) {
        ObjectNode copy = document.deepCopy();
        copy.remove("eTag");
        return copy;
    }

    private static JsonNode json(String text) {
        try {
            return Json.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }
}
