package dev.kubeproxyfleet.schemas.config;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.kubeproxyfleet.schemas.reason.DocumentReason;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.regex.Pattern;

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

    /** The names that azure-cli's own model has for the members. */
    private static final Map<String, String> AZ_FIELDS = withAliases(FIELDS, Map.of("ipvs_config", "ipvsConfig"));

    private static final Map<String, String> AZ_IPVS_FIELDS = withAliases(
            IPVS_FIELDS,
            Map.of(
                    "tcp_timeout_seconds",
                    "tcpTimeoutSeconds",
                    "tcp_fin_timeout_seconds",
                    "tcpFinTimeoutSeconds",
                    "udp_timeout_seconds",
                    "udpTimeoutSeconds"));

    /** Digits beyond these are in no range that is allowed. */
    private static final Pattern WHOLE_NUMBER = Pattern.compile("[+-]?\\d{1,18}");

    private final List<Problem> problems;
    private final boolean asAz;

    private KubeProxySpelling(List<Problem> problems, boolean asAz) {
        this.problems = problems;
        this.asAz = asAz;
    }

    /** The configuration at {@code path} respelled; fields that come twice are reported to {@code problems}. */
    static JsonNode canonical(JsonNode kubeProxy, JsonPointer path, List<Problem> problems) {
        return new KubeProxySpelling(problems, false).kubeProxy(kubeProxy, path);
    }

    /**
     * The configuration of a file respelled as the Azure command line reads it: members that are null count as absent, numbers
     * and booleans may be text, a boolean may be 0 or 1, and members may have the names of azure-cli's own model.
     *
     * <p>Source: {@code Deserializer} of msrest for Python ({@code deserialize_basic} and its key extractors), which every body
     * of azure-cli goes through. Where that rounds, or drops what it does not know, this does not: the schema refuses it.
     */
    static JsonNode ofAzFile(JsonNode kubeProxy, List<Problem> problems) {
        return new KubeProxySpelling(problems, true).kubeProxy(kubeProxy, JsonPointer.empty());
    }

    /** Whether {@code field} is a member of a kube-proxy configuration in some spelling of {@link #ofAzFile}. */
    static boolean isAzField(String field) {
        return AZ_FIELDS.containsKey(field);
    }

    private JsonNode kubeProxy(JsonNode written, JsonPointer path) {
        return fields(written, path, asAz ? AZ_FIELDS : FIELDS, (name, value) -> switch (name) {
            case "enabled" -> asAz ? azBoolean(value) : value;
            case "mode" -> value(value, MODES);
            case "ipvsConfig" -> {
                JsonNode ipvsConfig = ipvsConfig(value, path.appendProperty(name));
                boolean onlyNulls = asAz && ipvsConfig.isObject() && ipvsConfig.isEmpty() && !value.isEmpty();
                yield onlyNulls ? MissingNode.getInstance() : ipvsConfig;
            }
            default -> value;
        });
    }

    private JsonNode ipvsConfig(JsonNode written, JsonPointer path) {
        return fields(
                written,
                path,
                asAz ? AZ_IPVS_FIELDS : IPVS_FIELDS,
                (name, value) -> name.equals("scheduler")
                        ? value(value, SCHEDULERS)
                        : asAz && IPVS_FIELDS.containsKey(name) ? azInteger(value) : value);
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
            if (asAz && field.getValue().isNull() && known.containsKey(field.getKey())) {
                return;
            }
            String name = known.getOrDefault(field.getKey(), field.getKey());
            if (canonical.has(name)) {
                problems.add(Problems.problem(
                        DocumentReason.DuplicateKey,
                        path.appendProperty(name),
                        "is given twice, the second time as \"" + field.getKey() + "\"; leave one of them out."));
            }
            JsonNode respelled = respell.apply(name, field.getValue());
            if (!respelled.isMissingNode()) {
                canonical.set(name, respelled);
            }
        });
        return canonical;
    }

    private static JsonNode value(JsonNode written, Map<String, String> known) {
        return written.isTextual()
                ? TextNode.valueOf(known.getOrDefault(written.textValue(), written.textValue()))
                : written;
    }

    private static JsonNode azBoolean(JsonNode written) {
        return switch (written.asText().strip().toLowerCase(Locale.ROOT)) {
            case "true", "1" -> BooleanNode.TRUE;
            case "false", "0" -> BooleanNode.FALSE;
            default -> written;
        };
    }

    private static JsonNode azInteger(JsonNode written) {
        String text = written.isTextual() ? written.textValue().strip() : "";
        if (!WHOLE_NUMBER.matcher(text).matches()) {
            return written;
        }
        long number = Long.parseLong(text);
        return number == (int) number ? IntNode.valueOf((int) number) : LongNode.valueOf(number);
    }

    private static Map<String, String> withAliases(Map<String, String> names, Map<String, String> aliases) {
        Map<String, String> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        byName.putAll(names);
        byName.putAll(aliases);
        return byName;
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
