package dev.kubeproxyfleet.fleet.azure;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.config.ArmKubeProxy;
import dev.kubeproxyfleet.schemas.config.IpvsConfig;
import dev.kubeproxyfleet.schemas.config.IpvsScheduler;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

class ClusterDocumentProperties {

    private static final Set<String> MAY_GO = Set.of(
            "/id",
            "/name",
            "/type",
            "/systemData",
            "/eTag",
            "/identity/principalId",
            "/identity/tenantId",
            "/properties/provisioningState",
            "/properties/powerState",
            "/properties/fqdn",
            "/properties/azurePortalFQDN",
            "/properties/privateFQDN",
            "/properties/currentKubernetesVersion",
            "/properties/maxAgentPools",
            "/properties/agentPoolProfiles/*/provisioningState",
            "/properties/agentPoolProfiles/*/currentOrchestratorVersion",
            "/properties/agentPoolProfiles/*/nodeImageVersion");
    private static final String CHANGED = "/properties/networkProfile/kubeProxyConfig";
    private static final List<String> NAMES = List.of(
            "id",
            "name",
            "type",
            "systemData",
            "eTag",
            "tags",
            "sku",
            "fqdn",
            "powerState",
            "provisioningState",
            "principalId",
            "tenantId",
            "nodeImageVersion",
            "count",
            "kubeProxyConfig",
            "mode",
            "futureMember",
            "ü");

    @Property
    void nothingElseChangesAndNothingElseIsLost(
            @ForAll("clusters") ObjectNode cluster, @ForAll("configurations") KubeProxyConfig desired) {
        ObjectNode before = cluster.deepCopy();

        ObjectNode sent = ClusterDocument.of(cluster).orElseThrow().with(desired);

        assertThat(cluster).isEqualTo(before);
        assertThat(sent.at(CHANGED)).isEqualTo(ArmKubeProxy.write(desired));
        compare("", "", before, sent);
        compare("", "", sent, before);
    }

    @Example
    void unknownMembersOfTheConfigurationStay() {
        ObjectNode cluster = (ObjectNode) FakeArm.json("""
                {"properties": {"networkProfile": {"kubeProxyConfig": {"mode": "IPTABLES", "new": 1,
                  "ipvsConfig": {"new": 2, "tcpTimeoutSeconds": 5}}}}}""");

        ObjectNode sent = ClusterDocument.of(cluster)
                .orElseThrow()
                .with(new KubeProxyConfig(
                        null, KubeProxyMode.IPVS, new IpvsConfig(IpvsScheduler.RoundRobin, null, null, null)));

        assertThat(sent.at(CHANGED)).isEqualTo(FakeArm.json("""
                {"mode": "IPVS", "ipvsConfig": {"scheduler": "RoundRobin", "new": 2}, "new": 1}"""));
    }

    @Example
    void whatIsNoClusterIsNotRead() {
        assertThat(ClusterDocument.of(FakeArm.json("[]"))).isEmpty();
        assertThat(ClusterDocument.of(FakeArm.json("{\"properties\": 1}"))).isEmpty();
    }

    private static void compare(String path, String generic, JsonNode one, JsonNode other) {
        if (path.equals(CHANGED) || MAY_GO.contains(generic)) {
            return;
        }
        if (one.isObject()) {
            assertThat(other.isObject() || onTheWay(path)).as(path).isTrue();
            Set<String> names = new TreeSet<>();
            one.fieldNames().forEachRemaining(names::add);
            for (String name : names) {
                compare(path + "/" + name, generic + "/" + name, one.get(name), other.path(name));
            }
        } else if (one.isArray()) {
            assertThat(other.size()).as(path).isEqualTo(one.size());
            for (int i = 0; i < one.size(); i++) {
                compare(path + "/" + i, generic + "/*", one.get(i), other.path(i));
            }
        } else if (!onTheWay(path)) {
            assertThat(other).as(path).isEqualTo(one);
        }
    }

    /** A parent of the configuration is made where it was missing or no object. */
    private static boolean onTheWay(String path) {
        return path.equals("/properties/networkProfile");
    }

    @Provide
    Arbitrary<ObjectNode> clusters() {
        return Combinators.combine(
                        objects(2),
                        objects(2),
                        objects(1),
                        objects(1),
                        objects(1).list().ofMaxSize(3))
                .as((cluster, properties, network, identity, pools) -> {
                    ObjectNode made = cluster.deepCopy();
                    ObjectNode inside = properties.deepCopy();
                    network.remove("kubeProxyConfig");
                    inside.set("networkProfile", network);
                    ArrayNode profiles = inside.putArray("agentPoolProfiles");
                    pools.forEach(profiles::add);
                    made.set("identity", identity);
                    made.set("properties", inside);
                    return made;
                });
    }

    @Provide
    Arbitrary<KubeProxyConfig> configurations() {
        Arbitrary<@Nullable Integer> timeout =
                Arbitraries.integers().between(1, 100_000).injectNull(0.3);
        Arbitrary<IpvsConfig> ipvs = Combinators.combine(
                        Arbitraries.of(IpvsScheduler.class).injectNull(0.3), timeout, timeout, timeout)
                .as(IpvsConfig::new);
        return Combinators.combine(
                        Arbitraries.of(true, false).injectNull(0.3),
                        Arbitraries.of(KubeProxyMode.class).injectNull(0.3),
                        ipvs.injectNull(0.3))
                .as(KubeProxyConfig::new);
    }

    private static Arbitrary<ObjectNode> objects(int depth) {
        return Arbitraries.maps(Arbitraries.of(NAMES), values(depth))
                .ofMaxSize(8)
                .map(members -> {
                    ObjectNode object = JsonNodeFactory.instance.objectNode();
                    members.forEach(object::set);
                    return object;
                });
    }

    private static Arbitrary<JsonNode> values(int depth) {
        Arbitrary<JsonNode> leaves = Arbitraries.of(
                FakeArm.json("null"),
                FakeArm.json("true"),
                FakeArm.json("12345678901234567890"),
                FakeArm.json("1.50"),
                FakeArm.json("\"text\""),
                FakeArm.json("[]"),
                FakeArm.json("{}"));
        return depth == 0
                ? leaves
                : Arbitraries.oneOf(leaves, objects(depth - 1).map(JsonNode.class::cast));
    }
}
