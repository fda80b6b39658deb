package dev.kubeproxyfleet.schemas.config;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;

/**
 * Brings a kube-proxy configuration to the spelling of the Azure API.
 *
 * <p>Microsoft's page on kube-proxy in AKS spells one thing in several ways ({@code tcpTimeoutSeconds} and
 * {@code TCPTimeoutSeconds}, {@code LeastConnection} and {@code LeastConnections}), and so do the files made after it.
 * Field names and enum values are therefore taken without regard to case. What is not known is left as it is, for the schema
 * to refuse.
 */
final class KubeProxySpelling {

    private static final Map<String, String> FIELDS = ignoringCase("enabled", "mode", "ipvsConfig");
    private static final Map<String, String> IPVS_FIELDS =
            ignoringCase("scheduler", "tcpTimeoutSeconds", "tcpFinTimeoutSeconds", "udpTimeoutSeconds");
    private static final Map<String, String> MODES = ignoringCase(names(KubeProxyMode.values()));
    private static final Map<String, String> SCHEDULERS = schedulers();

    private final List<Problem> problems;

    private KubeProxySpelling(List<Problem> problems) {
        this.problems = problems;
    }

    /** The configuration at {@code path} respelled; fields that come twice are reported to {@code problems}. */
    static JsonNode canonical(JsonNode kubeProxy, JsonPointer path, List<Problem> problems) {
        return new KubeProxySpelling(problems).kubeProxy(kubeProxy, path);
    }

    private JsonNode kubeProxy(JsonNode written, JsonPointer path) {
        return fields(written, path, FIELDS, (name, value) -> switch (name) {
            case "mode" -> value(value, MODES);
            case "ipvsConfig" -> ipvsConfig(value, path.appendProperty(name));
            default -> value;
        });
    }

    private JsonNode ipvsConfig(JsonNode written, JsonPointer path) {
        return fields(
                written,
                path,
                IPVS_FIELDS,
                (name, value) -> name.equals("scheduler") ? value(value, SCHEDULERS) : value);
    }

    private JsonNode fields(
            JsonNode written,
            JsonPointer path,
            Map<String, String> known,
            BiFunction<String, JsonNode, JsonNode> respell) {
        if (!(written instanceof ObjectNode object)) {
            return written;
        }
        ObjectNode canonical = object.objectNode();
        object.properties().forEach(field -> {
            String name = known.getOrDefault(field.getKey(), field.getKey());
            if (canonical.has(name)) {
                problems.add(Problems.problem(
                        Problem.DUPLICATE_KEY,
                        path.appendProperty(name),
                        "is given twice, the second time as \"" + field.getKey() + "\"; leave one of them out."));
            }
            canonical.set(name, respell.apply(name, field.getValue()));
        });
        return canonical;
    }

    private static JsonNode value(JsonNode written, Map<String, String> known) {
        return written.isTextual()
                ? TextNode.valueOf(known.getOrDefault(written.textValue(), written.textValue()))
                : written;
    }

    private static Map<String, String> schedulers() {
        Map<String, String> schedulers = ignoringCase(names(IpvsScheduler.values()));
        schedulers.put("LeastConnections", IpvsScheduler.LeastConnection.name());
        return schedulers;
    }

    private static Map<String, String> ignoringCase(String... names) {
        Map<String, String> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String name : names) {
            byName.put(name, name);
        }
        return byName;
    }

    private static String[] names(Enum<?>[] values) {
        return Arrays.stream(values).map(Enum::name).toArray(String[]::new);
    }
}
