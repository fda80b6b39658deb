package dev.kubeproxyfleet.simulator.arm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.json.Json;
import org.junit.jupiter.api.Test;

class LinuxNodesTest {

    private static final int PROVISIONED = 5;

    @Test
    void poolsOfScaleSetsHaveWhatTheyCount() {
        LinuxNodes nodes = nodes("""
                {"agentPoolProfiles": [{"name": "system", "count": 3, "osType": "Linux"},
                 {"name": "spot", "count": 0, "osType": "Linux", "scaleSetPriority": "Spot"}]}""");

        assertThat(nodes.byPool()).containsExactly(entry("system", 3), entry("spot", 0));
        assertThat(nodes.total()).isEqualTo(3);
    }

    @Test
    void windowsNodesAreNotAmongThem() {
        assertThat(nodes("""
                {"agentPoolProfiles": [{"name": "system", "count": 1, "osType": "Linux"},
                 {"name": "win1", "count": 2, "osType": "Windows"}]}""").byPool()).containsExactly(entry("system", 1));
    }

    @Test
    void poolsOfVirtualMachinesHaveTheSumOfTheirSizes() {
        assertThat(nodes("""
                {"agentPoolProfiles": [{"name": "vms", "count": null, "type": "VirtualMachines",
                 "virtualMachineNodesStatus": [{"size": "Standard_D2s_v5", "count": 2},
                                               {"size": "Standard_D4s_v5", "count": 3}]}]}""").total()).isEqualTo(5);
    }

    @Test
    void autoprovisioningAddsNodesThatNoPoolCounts() {
        String pools = "\"agentPoolProfiles\": [{\"name\": \"system\", \"count\": 1}]";

        LinuxNodes provisioned = nodes("{\"nodeProvisioningProfile\": {\"mode\": \"Auto\"}, " + pools + "}");
        assertThat(provisioned.autoprovisioned()).isEqualTo(PROVISIONED);
        assertThat(provisioned.total()).isEqualTo(6);
        assertThat(nodes("{\"nodeProvisioningProfile\": {\"mode\": \"Manual\"}, " + pools + "}")
                        .total())
                .isEqualTo(1);
    }

    @Test
    void whatIsStoppedOrNotMadeYetHasNone() {
        assertThat(nodes("""
                {"agentPoolProfiles": [{"name": "a", "count": 1},
                 {"name": "b", "count": 2, "powerState": {"code": "Stopped"}},
                 {"name": "c", "count": 4, "provisioningState": "Creating"}]}""").byPool()).containsExactly(entry("a", 1), entry("b", 0), entry("c", 0));
        for (String state : new String[] {
            "\"powerState\": {\"code\": \"Stopped\"}, \"nodeProvisioningProfile\": {\"mode\": \"Auto\"}",
            "\"provisioningState\": \"Creating\""
        }) {
            assertThat(nodes("{" + state + ", \"agentPoolProfiles\": [{\"name\": \"a\", \"count\": 1}]}"))
                    .isEqualTo(LinuxNodes.NONE);
        }
    }

    private static LinuxNodes nodes(String properties) {
        try {
            JsonNode document = Json.MAPPER.readTree("{\"properties\": " + properties + "}");
            return LinuxNodes.of(document, PROVISIONED);
        } catch (JsonProcessingException e) {
            throw new AssertionError(properties, e);
        }
    }
}
