package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.config.KubeProxyRead;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.reason.Reason;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What is wrong with files in the Static Analysis Results Interchange Format 2.1.0 (OASIS), which code hosts show beside the lines. */
final class Sarif {

    private static final String SCHEMA =
            "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

    /** Of what has no code, such as a file that is not there. */
    private static final String UNREADABLE = "UnreadableFile";

    private Sarif() {}

    /** @param version of this program */
    static ObjectNode of(List<ConfigFiles.Document> documents, String version) {
        ObjectNode log = Json.MAPPER.createObjectNode();
        log.put("$schema", SCHEMA).put("version", "2.1.0");
        ObjectNode run = log.putArray("runs").addObject();
        ObjectNode driver = run.putObject("tool")
                .putObject("driver")
                .put("name", "kpfleet lint")
                .put("version", version);
        Map<String, String> rules = new TreeMap<>();
        ArrayNode results = run.putArray("results");
        for (ConfigFiles.Document document : documents) {
            for (Flaw flaw : flaws(document)) {
                String rule = flaw.code() == null ? UNREADABLE : flaw.code().code();
                rules.put(
                        rule,
                        flaw.code() instanceof Reason reason
                                ? reason.words().meaning()
                                : "The file cannot be read, or stands for no document of its own.");
                results.add(result(rule, flaw, document.source()));
            }
        }
        ArrayNode described = driver.putArray("rules");
        rules.forEach((id, meaning) -> described
                .addObject()
                .put("id", id)
                .putObject("shortDescription")
                .put("text", meaning));
        return log;
    }

    private static List<Flaw> flaws(ConfigFiles.Document document) {
        return switch (document) {
            case ConfigFiles.Good _ -> List.of();
            case ConfigFiles.Bad bad -> bad.flaws();
            case ConfigFiles.Other other ->
                other.read() instanceof KubeProxyRead.Invalid invalid ? Flaw.of(invalid.problems(), null) : List.of();
        };
    }

    private static ObjectNode result(String rule, Flaw flaw, String source) {
        ObjectNode result = Json.MAPPER.createObjectNode().put("ruleId", rule).put("level", "error");
        result.putObject("message").put("text", flaw.message());
        ObjectNode place = result.putArray("locations").addObject().putObject("physicalLocation");
        place.putObject("artifactLocation").put("uri", uri(source));
        place.putObject("region").put("startLine", Math.max(1, flaw.line()));
        return result;
    }

    /** A relative reference where the path is relative: code hosts look for it from the repository's root on. */
    private static String uri(String source) {
        try {
            String path = LintCommand.shown(source).replace('\\', '/');
            return new URI(null, null, path.startsWith("./") ? path.substring(2) : path, null).toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("a path alone is always a reference", e);
        }
    }
}
