package dev.kubeproxyfleet.schemas.config;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.config.KubeProxyRead.Kind;
import dev.kubeproxyfleet.schemas.reason.DocumentReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Reads a file made for {@code az aks … --kube-proxy-config} as az reads it, and what people paste instead of one: a whole
 * cluster, its {@code networkProfile}, or the object in a {@code kubeProxyConfig} wrapper.
 *
 * <p>Real mistakes are refused all the same, by the rules of {@code spec.kubeProxy} of a FleetConfig. Never throws, whatever the
 * bytes. A pasted cluster may hold secrets: nothing outside its {@code kubeProxyConfig} is ever repeated. Thread-safe.
 */
public final class AzKubeProxyFile {

    private static final String KUBE_PROXY_CONFIG = "kubeProxyConfig";
    private static final String NETWORK_PROFILE = "networkProfile";

    /** Where the configuration may lie inside of what is pasted. */
    private static final List<List<String>> PLACES = List.of(
            List.of(KUBE_PROXY_CONFIG),
            List.of(NETWORK_PROFILE, KUBE_PROXY_CONFIG),
            List.of("properties", NETWORK_PROFILE, KUBE_PROXY_CONFIG));

    /** Members of a cluster's {@code networkProfile} that no other object of AKS has. */
    private static final Set<String> OF_NETWORK_PROFILES = Set.of(
            "networkplugin",
            "networkdataplane",
            "networkpolicy",
            "servicecidr",
            "dnsserviceip",
            "outboundtype",
            "podcidr");

    private static final String EXAMPLE = "{\"enabled\": true, \"mode\": \"IPVS\"}";

    private static final String HOW_TO_GET_IT =
            "az (with its extension aks-preview) writes it by: az aks show -g <group> -n <cluster> --query networkProfile.kubeProxyConfig > kube-proxy.json";

    private AzKubeProxyFile() {}

    /** Reads one file: JSON or YAML, in UTF-8 or UTF-16, with or without a byte order mark. */
    public static KubeProxyRead read(byte[] file) {
        return switch (DocumentParser.parseInAnyEncoding(file)) {
            case DocumentParser.Unreadable(Problem problem) -> invalid(Kind.OTHER, problem);
            case DocumentParser.Tree(JsonNode root) -> read(root, kind(root));
        };
    }

    private static KubeProxyRead read(JsonNode root, Kind kind) {
        return switch (kind) {
            case KUBE_PROXY, OTHER -> configuration(root, kind, List.of());
            case WRAPPER, NETWORK_PROFILE, CLUSTER -> wrapped(root, kind);
            case CLUSTERS ->
                invalid(
                        kind,
                        DocumentReason.WrongType,
                        "The document is a list of AKS clusters; expected is the kubeProxyConfig of one, such as "
                                + EXAMPLE + "; " + HOW_TO_GET_IT + ".");
            case FLEET_DOCUMENT ->
                invalid(
                        kind,
                        DocumentReason.WrongType,
                        "The document is a FleetConfig or FleetStrategy, no kube-proxy file.");
        };
    }

    private static KubeProxyRead wrapped(JsonNode root, Kind kind) {
        List<List<String>> places =
                PLACES.stream().filter(place -> !absent(at(root, place))).toList();
        if (places.isEmpty()) {
            return invalid(
                    kind,
                    DocumentReason.MissingField,
                    "The document is " + kind.words()
                            + " and holds no kubeProxyConfig, which is how Azure shows a kube-proxy that nobody has"
                            + " configured; expected is that inner object, such as " + EXAMPLE + "; " + HOW_TO_GET_IT
                            + ".");
        }
        List<String> names =
                places.stream().map(place -> String.join(".", place)).toList();
        if (places.size() > 1) {
            return invalid(
                    kind,
                    DocumentReason.DuplicateKey,
                    "The document holds more than one configuration: " + String.join(" and ", names)
                            + "; leave one of them.");
        }
        String place = names.getFirst();
        JsonNode inner = at(root, places.getFirst());
        if (!inner.isObject()) {
            return invalid(
                    kind, DocumentReason.WrongType, place + " is no object; expected is one such as " + EXAMPLE + ".");
        }
        return configuration(inner, kind, List.of("used " + place + " of " + kind.words()));
    }

    /** A configuration that sets nothing has two meanings, of which one takes kube-proxy away: it is refused. */
    private static KubeProxyRead configuration(JsonNode written, Kind kind, List<String> used) {
        List<Problem> problems = new ArrayList<>();
        JsonNode spelled = KubeProxySpelling.ofAzFile(written, problems);
        problems.addAll(FleetConfigSchema.KUBE_PROXY.problems(spelled));
        if (!problems.isEmpty()) {
            return new KubeProxyRead.Invalid(kind, FleetConfigReader.first(problems));
        }
        ObjectNode kubeProxy = (ObjectNode) spelled;
        List<String> notes = new ArrayList<>(used);
        if (kubeProxy.isEmpty()) {
            return invalid(
                    kind,
                    DocumentReason.MissingField,
                    "The configuration sets nothing, and Azure shows a disabled kube-proxy like that; write "
                            + "{\"enabled\": false} if that is meant, else for example " + EXAMPLE + ".");
        }
        if (kubeProxy.has("ipvsConfig") && kubeProxy.path("enabled").equals(BooleanNode.FALSE)) {
            kubeProxy.remove("ipvsConfig");
            notes.add("left out ipvsConfig, which has no effect where enabled is false");
        }
        return FleetConfigReader.kubeProxy(kubeProxy, kind, notes);
    }

    private static Kind kind(JsonNode root) {
        if (root.isArray()) {
            return isCluster(root.path(0)) ? Kind.CLUSTERS : Kind.OTHER;
        }
        if (!root.isObject()) {
            return Kind.OTHER;
        }
        if (isFleetDocument(root)) {
            return Kind.FLEET_DOCUMENT;
        }
        if (anyField(root, KubeProxySpelling::isAzField)) {
            return Kind.KUBE_PROXY;
        }
        if (isCluster(root)) {
            return Kind.CLUSTER;
        }
        if (isCluster(member(root, "value").path(0))) {
            return Kind.CLUSTERS;
        }
        if (anyField(root, field -> OF_NETWORK_PROFILES.contains(plain(field)))) {
            return Kind.NETWORK_PROFILE;
        }
        return member(root, KUBE_PROXY_CONFIG).isMissingNode() ? Kind.OTHER : Kind.WRAPPER;
    }

    private static boolean isFleetDocument(JsonNode root) {
        String kind = root.path("kind").asText();
        return kind.equals(FleetConfig.KIND)
                || kind.equals(FleetStrategy.KIND)
                || root.path("apiVersion").asText().equals(FleetConfig.API_VERSION);
    }

    private static boolean isCluster(JsonNode node) {
        return !member(node, NETWORK_PROFILE).isMissingNode()
                || !member(member(node, "properties"), NETWORK_PROFILE).isMissingNode()
                || node.path("type").asText().equalsIgnoreCase("Microsoft.ContainerService/managedClusters")
                || node.path("id").asText().toLowerCase(Locale.ROOT).contains("/managedclusters/");
    }

    private static boolean anyField(JsonNode object, Predicate<String> test) {
        return object.properties().stream().anyMatch(field -> test.test(field.getKey()));
    }

    private static JsonNode at(JsonNode root, List<String> place) {
        JsonNode node = root;
        for (String name : place) {
            node = member(node, name);
        }
        return node;
    }

    /** The member of that name in camel case or in snake case, without regard to case; a missing node if there is none. */
    private static JsonNode member(JsonNode object, String name) {
        return object.properties().stream()
                .filter(field -> plain(field.getKey()).equals(plain(name)))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseGet(MissingNode::getInstance);
    }

    private static String plain(String name) {
        return name.replace("_", "").toLowerCase(Locale.ROOT);
    }

    private static boolean absent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }

    private static KubeProxyRead invalid(Kind kind, DocumentReason code, String message) {
        return invalid(kind, new Problem(code, JsonPointer.empty().toString(), message));
    }

    private static KubeProxyRead invalid(Kind kind, Problem problem) {
        return new KubeProxyRead.Invalid(kind, List.of(problem));
    }
}
