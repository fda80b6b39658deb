package dev.kubeproxyfleet.fleet.azure;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.resourcemanager.containerservice.fluent.models.ManagedClusterInner;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The list of read-only members, held against Microsoft's own client, which is generated from the specification. */
class ReadOnlyMembersTest {

    /** Members that only the preview has. */
    private static final List<String> UNKNOWN_TO_THE_CLIENT = List.of(
            "properties/httpProxyConfig/effectiveNoProxy",
            "properties/ingressProfile/applicationLoadBalancer/identity",
            "properties/ingressProfile/webAppRouting/defaultDomain/domainName");

    /** Read-only in the api-version of the client; the preview, and the stable versions after it, let one write it. */
    private static final List<String> WRITABLE_IN_THE_PREVIEW =
            List.of("properties/agentPoolProfiles/*/nodeImageVersion");

    private final SdkMembers client = SdkMembers.of(ManagedClusterInner.class);

    @Test
    void microsoftsClientReadsThemAndDoesNotWriteThem() {
        List<String> expected = new ArrayList<>(client.readOnly());
        expected.addAll(UNKNOWN_TO_THE_CLIENT);
        expected.removeAll(WRITABLE_IN_THE_PREVIEW);

        assertThat(ReadOnlyMembers.read()).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void nothingThatMicrosoftsClientWritesIsRemoved() {
        assertThat(client.writable())
                .hasSizeGreaterThan(200)
                .contains(
                        "properties/agentPoolProfiles/*/powerState/code",
                        "properties/addonProfiles/*/config",
                        "properties/networkProfile/loadBalancerProfile/outboundIPs/publicIPs/*/id")
                .doesNotContainAnyElementsOf(ReadOnlyMembers.read());
    }

    @Test
    void theListIsSortedAndNamesEachOnce() {
        assertThat(ReadOnlyMembers.read()).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void theyGoFromEveryElementAndEveryValueAndNothingElseDoes() {
        ObjectNode cluster = (ObjectNode) FakeArm.json("""
                {"id": "/x", "location": "westeurope",
                 "identity": {"type": "UserAssigned", "principalId": "p",
                   "userAssignedIdentities": {"/one": {"clientId": "c", "principalId": "p"}, "/two": {}}},
                 "properties": {"resourceUID": "65a1", "fqdn": "f", "fqdnSubdomain": "s",
                   "status": {"provisioningError": {"code": "x"}},
                   "oidcIssuerProfile": {"enabled": true, "issuerURL": "https://issuer"},
                   "addonProfiles": {"omsagent": {"enabled": true, "config": {"identity": "kept"}, "identity": {}}},
                   "agentPoolProfiles": [
                     {"name": "a", "eTag": "1", "provisioningState": "Succeeded", "powerState": {"code": "Stopped"}},
                     {"name": "b", "nodeImageVersion": "v", "localDNSProfile": {"mode": "Required", "state": "Enabled"}}],
                   "networkProfile": {"loadBalancerProfile": {"effectiveOutboundIPs": [{"id": "/ip"}],
                     "outboundIPs": {"publicIPs": [{"id": "/ip"}]}}}}}""");

        ReadOnlyMembers.removeFrom(cluster);

        assertThat(cluster).isEqualTo(FakeArm.json("""
                {"location": "westeurope",
                 "identity": {"type": "UserAssigned", "userAssignedIdentities": {"/one": {}, "/two": {}}},
                 "properties": {"fqdnSubdomain": "s", "status": {},
                   "oidcIssuerProfile": {"enabled": true},
                   "addonProfiles": {"omsagent": {"enabled": true, "config": {"identity": "kept"}}},
                   "agentPoolProfiles": [
                     {"name": "a", "powerState": {"code": "Stopped"}},
                     {"name": "b", "nodeImageVersion": "v", "localDNSProfile": {"mode": "Required"}}],
                   "networkProfile": {"loadBalancerProfile": {"outboundIPs": {"publicIPs": [{"id": "/ip"}]}}}}}"""));
    }
}
