package dev.kubeproxyfleet.simulator.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.simulator.arm.ArmOptions;
import dev.kubeproxyfleet.simulator.arm.ArmSimulator;
import dev.kubeproxyfleet.simulator.node.SimulatedNode;
import dev.kubeproxyfleet.simulator.node.SimulatedNodes;
import dev.kubeproxyfleet.simulator.world.Fleet;
import dev.kubeproxyfleet.simulator.world.FleetSpec;
import dev.kubeproxyfleet.simulator.world.ManualClock;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What clients of the simulated Azure do to clusters, and admin calls to nodes, as the simulated nodes show it. */
class NodesFollowAzureTest {

    private static final Duration LONGER_THAN_ANY_OPERATION = Duration.ofHours(1);
    private static final String VERSION = "?api-version=2025-09-02-preview";

    private final ManualClock clock = new ManualClock();
    private final Fleet fleet = Fleet.of(new FleetSpec(2, 5, 1, 3, 1));
    private final String one = fleet.clusters().getFirst().id();
    private final String name = fleet.clusters().getFirst().name();
    private ArmSimulator azure;
    private SimulatedNodes world;
    private HttpClient client;

    @BeforeEach
    void start() throws Exception {
        azure = ArmSimulator.start(fleet, ArmOptions.DEFAULTS, clock);
        world = new SimulatedNodes(azure, azure.nodeFaults(), fleet.spec(), clock);
        client = HttpClient.newBuilder().sslContext(azure.clientContext()).build();
    }

    @AfterEach
    void stop() {
        client.close();
        azure.close();
    }

    @Test
    void aClusterThatIsCreatedGetsNodesThatReportOnceItIsThereAndLosesThemWithItself() throws Exception {
        String another = one.replace(name, "another");
        JsonNode created = call("PUT", another + VERSION, """
                {"location": "westeurope", "identity": {"type": "SystemAssigned"}, "properties": {"dnsPrefix": "another",
                 "agentPoolProfiles": [{"name": "system", "count": 3, "vmSize": "Standard_D4ds_v5", "mode": "System"}],
                 "networkProfile": {"kubeProxyConfig": {"enabled": true, "mode": "IPVS",
                  "ipvsConfig": {"scheduler": "LeastConnection"}}}}}""");
        assertThat(created.at("/properties/provisioningState").asText()).isEqualTo("Creating");
        assertThat(nodes(another)).isEmpty();

        clock.advance(LONGER_THAN_ANY_OPERATION);
        assertThat(nodes(another)).hasSize(3).allMatch(SimulatedNode::reports);
        assertThat(nodes(another).getFirst().get("/proxyMode")).hasValue("ipvs");

        call("DELETE", another + VERSION, "");
        clock.advance(LONGER_THAN_ANY_OPERATION);
        assertThat(nodes(another)).isEmpty();
        assertThat(nodes(one)).as("those of others stay").hasSize(5);
    }

    @Test
    void aPoolThatIsScaledHasAsManyNodesAsItSays() throws Exception {
        List<SimulatedNode> before = nodes(one);
        call("PUT", one + "/agentPools/apps" + VERSION, """
                {"properties": {"count": 4, "vmSize": "Standard_D4ds_v5", "mode": "User"}}""");
        clock.advance(LONGER_THAN_ANY_OPERATION);

        assertThat(nodes(one)).hasSize(7).containsAll(before);
    }

    @Test
    void nothingReportsFromAStoppedCluster() throws Exception {
        call("POST", one + "/stop" + VERSION, "");
        clock.advance(LONGER_THAN_ANY_OPERATION);
        assertThat(nodes(one)).isEmpty();

        call("POST", one + "/start" + VERSION, "");
        clock.advance(LONGER_THAN_ANY_OPERATION);
        assertThat(nodes(one)).hasSize(5).allMatch(SimulatedNode::reports);
    }

    @Test
    void windowsNodesAndStoppedPoolsReportNothing() {
        azure.edit(one, cluster -> {
            pool(cluster, 0).put("osType", "Windows");
            pool(cluster, 1).putObject("powerState").put("code", "Stopped");
        });

        assertThat(nodes(one)).isEmpty();
    }

    @Test
    void aPoolOfVirtualMachinesHasTheNodesOfAllItsSizes() {
        azure.edit(one, cluster -> {
            ObjectNode pool = pool(cluster, 1);
            pool.putNull("count").put("type", "VirtualMachines");
            pool.putArray("virtualMachineNodesStatus")
                    .addObject()
                    .put("size", "a")
                    .put("count", 1);
            pool.withArray("virtualMachineNodesStatus")
                    .addObject()
                    .put("size", "b")
                    .put("count", 3);
        });

        assertThat(nodes(one)).hasSize(3 + 4);
    }

    @Test
    void autoprovisionedNodesAreThereAndNoPoolCountsThem() throws Exception {
        azure.edit(
                one,
                cluster -> cluster.withObject("/properties/nodeProvisioningProfile")
                        .put("mode", "Auto"));
        call("POST", "/_simulator/autoprovisioned", "{\"cluster\": \"" + name + "\", \"nodes\": 4}");

        assertThat(nodes(one)).hasSize(5 + 4);
        assertThat(call("GET", "/_simulator/nodes", "").path(one)).hasSize(5 + 4);
    }

    @Test
    void aFaultOfANodeLastsFromOneAdminCallToAnother() throws Exception {
        String node = nodes(one).get(2).name();
        String fault = "{\"kind\": \"SilentAgent\", \"cluster\": \"" + name + "\", \"node\": \"" + node + "\"}";
        assertThat(call("POST", "/_simulator/node-faults", fault).path("value")).hasSize(1);
        assertThat(call("POST", "/_simulator/node-faults", fault).path("value"))
                .as("it is there already")
                .hasSize(1);
        call("POST", "/_simulator/node-faults", """
                [{"kind": "OneFamilyStuck", "cluster": "%s", "family": "IPv6"}, {"kind": "CrashLoop", "cluster": "%s"}]""".formatted(name, one));

        assertThat(nodes(one).stream().filter(each -> !each.reports()))
                .singleElement()
                .matches(silent -> silent.name().equals(node));
        assertThat(call("GET", "/_simulator/node-faults", "").path("value"))
                .extracting(each -> each.path("kind").asText())
                .containsExactly("SilentAgent", "OneFamilyStuck", "CrashLoop");

        call("DELETE", "/_simulator/node-faults?kind=SilentAgent&cluster=" + name + "&node=" + node, "");
        assertThat(nodes(one)).allMatch(SimulatedNode::reports);
        assertThat(call("DELETE", "/_simulator/node-faults", "").path("value")).isEmpty();
    }

    @Test
    void aFaultMayBefallAllClustersOrThoseOfARegionOrThoseThatSwitch() throws Exception {
        String region = fleet.clusters().getFirst().location();
        JsonNode begun = call("POST", "/_simulator/node-faults", """
                [{"kind": "ConntrackDrops", "cluster": "*"}, {"kind": "RegionStorm", "region": "%s"},
                 {"kind": "AfterSwitch", "mode": "IPVS", "fault": {"kind": "RefusedServices", "cluster": "%s"}}]""".formatted(region, name));

        assertThat(begun.path("value")).hasSize(3);
        assertThat(azure.nodeFaults().of(one, region, nodes(one).getFirst().name()))
                .hasSize(3);

        assertThat(call("DELETE", "/_simulator/node-faults?region=" + region, "")
                        .path("value"))
                .hasSize(2);
        assertThat(call("DELETE", "/_simulator/node-faults?kind=AfterSwitch&cluster=" + name, "")
                        .path("value"))
                .extracting(each -> each.path("kind").asText())
                .containsExactly("ConntrackDrops");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'kind': 'NeverSyncs'} | cluster is missing",
                "{'kind': 'NeverSyncs', 'cluster': 'nowhere'} | There is no cluster 'nowhere'",
                "{'kind': 'NeverSyncs', 'cluster': '%s', 'node': 'aks-x'} | There is no node 'aks-x' in cluster",
                "{'kind': 'NeverSyncs', 'cluster': '%s', 'nodes': 'aks-x'} | Unrecognized field",
                "{'kind': 'NeverSync', 'cluster': '%s'} | NeverSync",
                "{'kind': 'OneFamilyStuck', 'cluster': '%s'} | family is missing",
                "{'kind': 'CrashLoop', 'cluster': '%s', 'period': 'PT0S'} | period must be a millisecond or more",
                "{'kind': 'RegionStorm'} | region is missing",
                "{'kind': 'RegionStorm', 'region': 'atlantis'} | There is no cluster with nodes in region 'atlantis'",
                "{'kind': 'AfterSwitch', 'mode': 'IPVS'} | fault is missing",
                "{'kind': 'AfterSwitch', 'fault': {'kind': 'StaleRules', 'cluster': '*'}} | mode is missing",
                "{'kind': 'AfterSwitch', 'mode': 'IPVS', 'fault': {'kind': 'StaleRules', 'cluster': 'nowhere'}} | There is no",
                "{'kind': 'AfterSwitch', 'mode': 'IPVS', 'fault': {'kind': 'RegionStorm', 'region': 'x'}} | not subtype of",
                "null | A fault is an object"
            })
    void aFaultThatWouldDoNothingOrSomethingElseIsRefused(String body, String reason) throws Exception {
        String sent = body.replace('\'', '"').replace("%s", name);

        JsonNode answer = call("POST", "/_simulator/node-faults", sent);

        assertThat(answer.at("/error/message").asText()).contains(reason);
        assertThat(azure.nodeFaults().all()).isEmpty();
    }

    private static ObjectNode pool(ObjectNode cluster, int index) {
        return (ObjectNode) cluster.at("/properties/agentPoolProfiles").get(index);
    }

    private List<SimulatedNode> nodes(String cluster) {
        world.follow();
        return world.of(cluster);
    }

    private JsonNode call(String method, String path, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(azure.endpoint().resolve(path))
                .header("Authorization", "Bearer " + ArmSimulator.SANDBOX_TOKEN)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        return Json.MAPPER.readTree(
                client.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }
}
