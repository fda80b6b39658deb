package dev.kubeproxyfleet.fleet.azure;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.kubeproxyfleet.schemas.config.ArmKubeProxy;
import dev.kubeproxyfleet.schemas.config.IpvsConfig;
import dev.kubeproxyfleet.schemas.config.IpvsScheduler;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.schemas.json.Json;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.jspecify.annotations.Nullable;

/** What is sent back of a cluster, over generated clusters with members that nobody knows yet. */
class ClusterDocumentProperties {

    private static final List<String> KUBE_PROXY = List.of("enabled", "mode", "ipvsConfig");
    private static final List<String> IPVS =
            List.of("scheduler", "tcpTimeoutSeconds", "tcpFinTimeoutSeconds", "udpTimeoutSeconds");

    /** Read-only ones appear at every depth, where most of them are like any other. */
    private static final List<String> NAMES = List.of(
            "id",
            "name",
            "systemData",
            "eTag",
            "tags",
            "sku",
            "fqdn",
            "powerState",
            "provisioningState",
            "principalId",
            "tenantId",
            "resourceUID",
            "issuerURL",
            "effectiveOutboundIPs",
            "oidcIssuerProfile",
            "loadBalancerProfile",
            "addonProfiles",
            "userAssignedIdentities",
            "nodeImageVersion",
            "count",
            "networkProfile",
            "kubeProxyConfig",
            "agentPoolProfiles",
            "properties",
            "identity",
            "mode",
            "futureMember");

    @Property
    void readOnlyMembersGoAndNothingElseIsLostOrChanged(
            @ForAll("clusters") ObjectNode cluster, @ForAll("configurations") KubeProxyConfig desired) {
        ObjectNode before = cluster.deepCopy();

        ObjectNode sent = ClusterDocument.of(cluster).orElseThrow().with(desired);

        assertThat(cluster).isEqualTo(before);
        assertThat(sent).isEqualTo(expected(before, desired));
    }

    @Property
    void whatGoesThroughTheWireIsTheSame(@ForAll("clusters") ObjectNode cluster) throws JsonProcessingException {
        String text = cluster.toString();

        assertThat(Json.EXACT.readTree(text)).isEqualTo(cluster);
        assertThat(Json.EXACT.readTree(text).toString()).isEqualTo(text);
    }

    @Example
    void whatIsNoClusterIsNotRead() {
        assertThat(ClusterDocument.of(FakeArm.json("[]"))).isEmpty();
        assertThat(ClusterDocument.of(FakeArm.json("{\"properties\": 1}"))).isEmpty();
    }

    private static ObjectNode expected(ObjectNode cluster, KubeProxyConfig desired) {
        ObjectNode expected = cluster.deepCopy();
        ReadOnlyMembers.read().forEach(path -> remove(expected, path));
        JsonNode old = expected.at("/properties/networkProfile/kubeProxyConfig");
        ObjectNode kubeProxy = ArmKubeProxy.write(desired);
        addOthers(old, KUBE_PROXY, kubeProxy);
        if (kubeProxy.get("ipvsConfig") instanceof ObjectNode ipvs) {
            addOthers(old.path("ipvsConfig"), IPVS, ipvs);
        }
        ((ObjectNode) expected.at("/properties/networkProfile")).set("kubeProxyConfig", kubeProxy);
        return expected;
    }

    /** Takes away one member by its path, whatever the objects on the way are. */
    private static void remove(JsonNode from, String path) {
        int slash = path.indexOf('/');
        if (slash < 0) {
            if (from instanceof ObjectNode object) {
                object.remove(path);
            }
            return;
        }
        String step = path.substring(0, slash);
        String rest = path.substring(slash + 1);
        if (step.equals("*")) {
            from.forEach(each -> remove(each, rest));
        } else {
            remove(from.path(step), rest);
        }
    }

    /** Members that this version does not know stay where they were. */
    private static void addOthers(JsonNode from, List<String> known, ObjectNode to) {
        from.properties().forEach(member -> {
            if (!known.contains(member.getKey())) {
                to.set(member.getKey(), member.getValue());
            }
        });
    }

    @Provide
    Arbitrary<ObjectNode> clusters() {
        Arbitrary<ObjectNode> kubeProxies = Combinators.combine(configurations(), objects(1), objects(1))
                .as((set, others, ipvsOthers) -> {
                    ObjectNode made = ArmKubeProxy.write(set);
                    addOthers(others, KUBE_PROXY, made);
                    if (made.get("ipvsConfig") instanceof ObjectNode ipvs) {
                        addOthers(ipvsOthers, IPVS, ipvs);
                    }
                    return made;
                });
        return Combinators.combine(
                        objects(3),
                        objects(3),
                        objects(2),
                        objects(2),
                        objects(2).list().ofMaxSize(3),
                        kubeProxies.injectNull(0.3),
                        Arbitraries.subsetOf(ReadOnlyMembers.read())
                                .ofMaxSize(6)
                                .withoutEdgeCases(),
                        values(1).withoutEdgeCases())
                .as((cluster, properties, network, identity, pools, kubeProxy, readOnly, value) -> {
                    network.remove("kubeProxyConfig");
                    if (kubeProxy != null) {
                        network.set("kubeProxyConfig", kubeProxy);
                    }
                    properties.set("networkProfile", network);
                    ArrayNode profiles = properties.putArray("agentPoolProfiles");
                    pools.forEach(profiles::add);
                    cluster.set("identity", identity);
                    cluster.set("properties", properties);
                    readOnly.forEach(path -> put(cluster, List.of(path.split("/")), value));
                    return cluster;
                });
    }

    /** Puts {@code value} where {@code path} says, with an unknown member beside each step of the way. */
    private static void put(ObjectNode at, List<String> path, JsonNode value) {
        String step = path.getFirst();
        if (path.size() == 1) {
            at.set(step, value.deepCopy());
            return;
        }
        ObjectNode next;
        List<String> rest = path.subList(1, path.size());
        if (rest.getFirst().equals("*")) {
            rest = rest.subList(1, rest.size());
            next = JsonNodeFactory.instance.objectNode();
            if (at.get(step) instanceof ArrayNode array) {
                array.add(next);
            } else if (at.get(step) instanceof ObjectNode values) {
                values.set("one", next);
            } else {
                at.putArray(step).add(next);
            }
        } else {
            next = at.get(step) instanceof ObjectNode there ? there : at.putObject(step);
        }
        next.put("beside", step);
        put(next, rest, value);
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
        Arbitrary<String> names = Arbitraries.frequencyOf(Tuple.of(9, Arbitraries.of(NAMES)), Tuple.of(1, texts()));
        return Arbitraries.maps(names, values(depth)).ofMaxSize(6).map(members -> {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            members.forEach(object::set);
            return object;
        });
    }

    private static Arbitrary<JsonNode> values(int depth) {
        Arbitrary<JsonNode> leaves = Arbitraries.oneOf(
                Arbitraries.of(
                                "null",
                                "true",
                                "0",
                                "-0.0",
                                "12345678901234567890123",
                                "1.50",
                                "0.1234567890123456789012345",
                                "1E+400",
                                "[]",
                                "{}")
                        .map(FakeArm::json),
                Arbitraries.bigDecimals().map(number -> FakeArm.json(number.toString())),
                texts().map(TextNode::valueOf));
        return depth == 0
                ? leaves
                : Arbitraries.oneOf(
                        leaves,
                        objects(depth - 1).map(JsonNode.class::cast),
                        values(depth - 1)
                                .list()
                                .ofMaxSize(3)
                                .map(items ->
                                        JsonNodeFactory.instance.arrayNode().addAll(items)));
    }

    /** Any code points but halves of surrogate pairs, which are no text. */
    private static Arbitrary<String> texts() {
        return Arbitraries.of("ü", "\uD83D\uDE00", "\u0000", "\u2028", "a\"b\\c/d", "", "e\u0301")
                .list()
                .ofMaxSize(3)
                .map(parts -> String.join("", parts));
    }
}
