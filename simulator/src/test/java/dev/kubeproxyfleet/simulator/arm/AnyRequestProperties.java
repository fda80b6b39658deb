package dev.kubeproxyfleet.simulator.arm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.simulator.world.Fleet;
import dev.kubeproxyfleet.simulator.world.FleetSpec;
import dev.kubeproxyfleet.simulator.world.ManualClock;
import dev.kubeproxyfleet.simulator.world.SimulatedCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Whatever a client sends, it gets an answer of ARM's form, and there is an entry in the journal. */
class AnyRequestProperties {

    private static final List<String> VALUES =
            List.of("null", "true", "0", "-1", "99999999999", "1.5", "\"\"", "\"x\"", "[]", "{}", "[null]", "[{}]");

    /** With every member that the simulator looks at. */
    private static final List<String> NEW_CLUSTERS = List.of("""
            {"location": "westeurope", "tags": {"a": "b"}, "sku": {"name": "Base", "tier": "Free"},
             "identity": {"type": "UserAssigned", "userAssignedIdentities": {"/i": {"clientId": "c"}}},
             "properties": {"kubernetesVersion": "1.33", "dnsPrefix": "d", "nodeResourceGroup": "n",
              "servicePrincipalProfile": {"clientId": "msi"},
              "identityProfile": {"kubeletidentity": {"resourceId": "/i", "clientId": "c", "objectId": "o"}},
              "oidcIssuerProfile": {"enabled": true}, "nodeProvisioningProfile": {"mode": "Auto"},
              "bootstrapProfile": {"artifactSource": "Direct"},
              "windowsProfile": {"adminUsername": "u", "adminPassword": "p"},
              "addonProfiles": {"a": {"enabled": true, "identity": {"clientId": "c"}}},
              "podIdentityProfile": {"userAssignedIdentities": [{"name": "n", "provisioningState": "Assigned"}]},
              "agentPoolProfiles": [
               {"name": "system", "mode": "System", "count": 3, "vmSize": "", "osType": "Linux", "osDiskSizeGB": 0,
                "enableAutoScaling": true, "minCount": 1, "maxCount": 5, "powerState": {"code": "Running"}},
               {"name": "win1", "mode": "User", "count": 1, "osType": "Windows", "osSKU": "Windows2022"},
               {"name": "spot", "mode": "User", "count": 0, "scaleSetPriority": "Spot", "nodeLabels": {"a": "b"},
                "nodeTaints": ["a=b:NoSchedule"]},
               {"name": "vms", "mode": "User", "type": "VirtualMachines", "count": null,
                "virtualMachinesProfile": {"scale": {"manual": [{"size": "Standard_D2s_v5", "count": 2}],
                 "autoscale": {"size": "Standard_D4s_v5", "minCount": 1, "maxCount": 3}}}}],
              "networkProfile": {"networkPlugin": "azure", "networkPluginMode": "overlay", "networkPolicy": "none",
               "loadBalancerSku": "standard", "outboundType": "loadBalancer", "podCidr": "10.1.0.0/16",
               "ipFamilies": ["IPv4", "IPv6"], "podCidrs": ["10.1.0.0/16"], "serviceCidrs": ["10.0.0.0/16"],
               "loadBalancerProfile": {"managedOutboundIPs": {"count": 1}, "effectiveOutboundIPs": [{"id": "/ip"}]},
               "natGatewayProfile": {"managedOutboundIPProfile": {"count": 1}},
               "kubeProxyConfig": {"enabled": true, "mode": "IPVS",
                "ipvsConfig": {"scheduler": "RoundRobin", "tcpTimeoutSeconds": 9}}}}}""", """
            {"location": "westeurope", "identity": {"type": "SystemAssigned"},
             "properties": {"kubernetesVersion": "1.33", "dnsPrefix": "d",
              "agentPoolProfiles": [{"name": "system", "mode": "System", "count": 3}],
              "networkProfile": {"networkPlugin": "azure", "networkDataplane": "cilium", "outboundType": "managedNATGateway",
               "kubeProxyConfig": {"enabled": false, "mode": "IPVS",
                "ipvsConfig": {"scheduler": "RoundRobin", "tcpTimeoutSeconds": 9, "udpTimeoutSeconds": 9}}}}}""");

    private static final List<String> METHODS = List.of("GET", "HEAD", "PUT", "PATCH", "POST", "DELETE", "OPTIONS");
    private static final List<String> ENDS = List.of(
            "",
            "/",
            "/agentPools",
            "/agentPools/system",
            "/agentPools/Bad%20Name",
            "/maintenanceConfigurations/default",
            "/maintenanceConfigurations/aksManagedAutoUpgradeSchedule",
            "/start",
            "/stop",
            "/abort",
            "/listClusterUserCredential",
            "/nothing",
            "/%25zz/%2F",
            "/providers/Microsoft.Authorization/locks/l",
            "/upgradeProfiles/default",
            "/rotateClusterCertificates",
            "/agentPools/system/upgradeNodeImageVersion");
    private static final List<String> QUERIES = List.of(
            "?api-version=2025-09-02-preview",
            "?api-version=2025-09-02-preview&x=%25zz",
            "?api-version=2025-09-02-preview&%24filter=a%20eq",
            "?api-version=",
            "?&=&a",
            "");

    /**
     * One member of a cluster's document is something else: never a crash of the simulator, and what was accepted can be read in
     * every way that there is. The seed is one that once left a cluster that nobody could read any more.
     */
    @Property(tries = 300, seed = "4051641123544377391")
    void aDocumentWithAnOddMemberIsTakenOrRefused(@ForAll Random random) {
        ManualClock clock = new ManualClock();
        Fleet fleet = Fleet.of(new FleetSpec(20, 3, 1, 7, 1));
        ArmModel arm = new ArmModel(fleet, ArmOptions.DEFAULTS, clock);
        SimulatedCluster cluster = fleet.clusters().get(random.nextInt(20));
        ObjectNode document = cluster.document().deepCopy();
        document.withObject("/properties/networkProfile/kubeProxyConfig")
                .put("mode", "IPVS")
                .withObject("/ipvsConfig")
                .put("tcpTimeoutSeconds", 9);
        mutate(document, random);

        ModelClient client = new ModelClient(arm);
        ArmAnswer answer = client.call("PUT", cluster.id() + "?api-version=2025-09-02-preview", document.toString());
        clock.advance(Duration.ofHours(1));

        assertThat(answer.status()).isIn(200, 400, 404, 409, 412);
        assertOfArmsForm(answer);
        assertReadable(arm, cluster.subscription(), cluster.id());
    }

    /** The same for a cluster that is made of what was sent, and for what kube-proxy must not run. */
    @Property(tries = 300, seed = "-2718281828459045235")
    void anOddNewClusterIsMadeOrRefused(@ForAll Random random) {
        ManualClock clock = new ManualClock();
        Fleet fleet = Fleet.of(new FleetSpec(1, 3, 1, 7, 1));
        ArmModel arm = new ArmModel(fleet, ArmOptions.DEFAULTS, clock);
        ObjectNode document = (ObjectNode) json(NEW_CLUSTERS.get(random.nextInt(NEW_CLUSTERS.size())));
        mutate(document, random);
        String id = fleet.clusters().getFirst().armId() + "-new";

        ArmAnswer answer =
                new ModelClient(arm).call("PUT", id + "?api-version=2025-09-02-preview", document.toString());
        clock.advance(Duration.ofHours(1));

        assertThat(answer.status()).isIn(201, 400, 409);
        assertOfArmsForm(answer);
        if (answer.status() == 201) {
            assertReadable(arm, fleet.subscriptions().getFirst().id(), id);
        }
    }

    private static void assertReadable(ArmModel arm, String subscription, String id) {
        ModelClient client = new ModelClient(arm);
        for (String end : List.of("", "/agentPools", "/upgradeProfiles/default", "/maintenanceConfigurations")) {
            for (String version : List.of("2025-09-02-preview", "2025-09-01")) {
                ArmAnswer answer = client.get(id + end + "?api-version=" + version);
                assertThat(answer.status()).as(end).isEqualTo(200);
            }
        }
        assertThat(client.get("/subscriptions/" + subscription
                                + "/providers/Microsoft.ContainerService/managedClusters?api-version=2025-09-01")
                        .status())
                .isEqualTo(200);
        assertThat(client.get("/subscriptions/" + subscription + "/resources?api-version=2021-04-01")
                        .status())
                .isEqualTo(200);
        assertThat(arm.applied(id)).isPresent();
        assertThat(arm.linuxNodes(id)).isPresent();
        arm.restore(arm.save());
        assertThat(arm.applied(id)).isPresent();
    }

    @Property(tries = 500)
    void everyAddressAnswers(@ForAll Random random) {
        Fleet fleet = Fleet.of(new FleetSpec(20, 3, 1, 7, 1));
        ArmModel arm = new ArmModel(fleet, ArmOptions.DEFAULTS, new ManualClock());
        String body = pick(random, VALUES) + pick(random, List.of("", "}", " \n"));
        String path = fleet.clusters().get(random.nextInt(20)).id() + pick(random, ENDS) + pick(random, QUERIES);

        ArmAnswer answer = new ModelClient(arm).call(pick(random, METHODS), path, body);

        assertThat(answer.status()).isBetween(200, 499);
        assertOfArmsForm(answer);
        assertThat(arm.journal().entries()).hasSize(1);
    }

    private static void assertOfArmsForm(ArmAnswer answer) {
        assertThat(answer.headers()).containsKeys("x-ms-request-id", "x-ms-correlation-request-id");
        if (answer.status() >= 400 && answer.body().length > 0) {
            JsonNode error = ModelClient.body(answer).path("error");
            assertThat(error.path("code").asText()).isNotEmpty();
            assertThat(error.path("message").asText()).isNotEmpty();
            assertThat(answer.headers()).containsKey("x-ms-failure-cause");
        }
    }

    private static void mutate(ObjectNode document, Random random) {
        List<ObjectNode> objects = new ArrayList<>();
        collect(document, objects);
        ObjectNode victim = pick(random, objects);
        List<String> members = new ArrayList<>();
        victim.fieldNames().forEachRemaining(members::add);
        if (members.isEmpty()) {
            return;
        }
        victim.set(pick(random, members), json(pick(random, VALUES)));
    }

    private static void collect(JsonNode node, List<ObjectNode> objects) {
        if (node instanceof ObjectNode object) {
            objects.add(object);
        }
        if (node instanceof ObjectNode || node instanceof ArrayNode) {
            node.forEach(child -> collect(child, objects));
        }
    }

    private static <T> T pick(Random random, List<T> options) {
        return options.get(random.nextInt(options.size()));
    }

    private static JsonNode json(String text) {
        try {
            return Json.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }
}
