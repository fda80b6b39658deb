package dev.kubeproxyfleet.schemas.config;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.reason.DocumentReason;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads what people write: a {@link FleetConfig} or a {@link FleetStrategy}, in JSON or YAML.
 *
 * <p>The one door in, for Kafka, REST, the CLI: what is valid here is valid everywhere. Never throws, whatever the bytes.
 * Thread-safe. A file made for {@code az aks --kube-proxy-config} has a more lenient door of its own, {@link AzKubeProxyFile}.
 */
public final class FleetConfigReader {

    /** Largest document, as it is sent and in its canonical form: a rollout holds it up to three times. */
    public static final int MAX_BYTES = 256 * 1024;

    /** Objects and lists inside each other; a FleetConfig needs 7. */
    public static final int MAX_DEPTH = 32;

    /** Problems that one answer names; the rest shows once these are mended. */
    public static final int MAX_PROBLEMS = 20;

    static final JsonPointer KUBE_PROXY = JsonPointer.compile("/spec/kubeProxy");

    private FleetConfigReader() {}

    /** Reads one document; JSON is tried first, a UTF-8 byte order mark tolerated. */
    public static Read read(byte[] jsonOrYaml) {
        return read(DocumentParser.parse(jsonOrYaml), null, Strategy.DEFAULT);
    }

    /**
     * Reads one document that is known by a name, such as that of its record's key.
     *
     * @param expectedName what {@code metadata.name} must be; it is filled in where the document has none
     */
    public static Read read(byte[] jsonOrYaml, String expectedName) {
        return read(jsonOrYaml, expectedName, Strategy.DEFAULT);
    }

    /**
     * Reads one document with defaults of one's own.
     *
     * @param expectedName null if the document's name is as good as any
     * @param defaults what the document's strategy leaves out
     */
    public static Read read(byte[] jsonOrYaml, @Nullable String expectedName, Strategy defaults) {
        return read(DocumentParser.parse(jsonOrYaml), expectedName, defaults);
    }

    /** Binds a kube-proxy configuration in the API's spelling, which is valid by its schema, and holds it to the rules between fields. */
    static KubeProxyRead kubeProxy(JsonNode spelled, KubeProxyRead.Kind kind, List<String> notes) {
        return switch (bind(spelled, KubeProxyConfig.class)) {
            case Unbound(Problem problem) -> new KubeProxyRead.Invalid(kind, List.of(problem));
            case Bound(KubeProxyConfig config) -> {
                List<Problem> broken = Rules.problems(config, JsonPointer.empty());
                yield broken.isEmpty()
                        ? new KubeProxyRead.Valid(kind, config, Json.MAPPER.valueToTree(config), notes)
                        : new KubeProxyRead.Invalid(kind, broken);
            }
        };
    }

    private static Read read(DocumentParser.Parsed parsed, @Nullable String expectedName, Strategy defaults) {
        return switch (parsed) {
            case DocumentParser.Unreadable(Problem problem) -> new Read.Invalid(List.of(problem));
            case DocumentParser.Tree(JsonNode root) -> read(root, expectedName, defaults);
        };
    }

    /** {@code root} is ours to change: the parser has made it. */
    private static Read read(JsonNode root, @Nullable String expectedName, Strategy defaults) {
        List<Problem> problems = new ArrayList<>();
        if (expectedName != null) {
            nameOrCompare(root, expectedName, problems);
        }
        if (root.path("spec") instanceof ObjectNode spec && spec.has("kubeProxy")) {
            spec.set("kubeProxy", KubeProxySpelling.canonical(spec.get("kubeProxy"), KUBE_PROXY, problems));
        }
        boolean isStrategy = FleetStrategy.KIND.equals(root.path("kind").textValue());
        if (!isStrategy && root.path("spec") instanceof ObjectNode spec) {
            GivenRules.choice(spec).ifPresent(problems::add);
        }
        GateSpelling.canonical(root.at(isStrategy ? "/spec/gate" : "/spec/strategy/gate"));
        problems.addAll((isStrategy ? FleetConfigSchema.STRATEGY : FleetConfigSchema.DOCUMENT).problems(root));
        if (problems.isEmpty()) {
            problems.addAll(isStrategy ? List.of() : GivenRules.agents(root.path("spec")));
            problems.addAll(TimeRules.problems(root.path("spec"), isStrategy));
            problems.addAll(GateRules.problems(root, isStrategy));
        }
        if (!problems.isEmpty()) {
            return new Read.Invalid(first(problems));
        }
        if (isStrategy) {
            return strategy((ObjectNode) root, defaults);
        }
        Defaults.fill((ObjectNode) root, defaults);
        return switch (bind(root, FleetConfig.class)) {
            case Unbound(Problem problem) -> new Read.Invalid(List.of(problem));
            case Bound(FleetConfig config) -> {
                List<Problem> broken = Rules.problems(config);
                JsonNode canonical = canonical(config);
                addIfTooLarge(canonical, broken);
                yield broken.isEmpty() ? new Read.Valid(config, canonical) : new Read.Invalid(first(broken));
            }
        };
    }

    /** With every default filled in and every character escaped that must be, a document may be much larger than it was sent. */
    private static void addIfTooLarge(JsonNode canonical, List<Problem> problems) {
        int size = canonical.toString().getBytes(StandardCharsets.UTF_8).length;
        if (size > MAX_BYTES) {
            problems.add(new Problem(
                    DocumentReason.TooLarge,
                    "",
                    "The document has " + size + " bytes with every default filled in; at most " + MAX_BYTES
                            + " are allowed."));
        }
    }

    private static JsonNode canonical(FleetConfig config) {
        ObjectNode document = Json.MAPPER.valueToTree(config);
        if (config.spec().strategyRef() != null) {
            // A document names one of the two; the record has the default until the reference is resolved.
            ((ObjectNode) document.get("spec")).remove("strategy");
        }
        return document;
    }

    private static Read strategy(ObjectNode root, Strategy defaults) {
        Defaults.fillStrategy((ObjectNode) root.get("spec"), defaults);
        return switch (bind(root, FleetStrategy.class)) {
            case Unbound(Problem problem) -> new Read.Invalid(List.of(problem));
            case Bound(FleetStrategy strategy) -> {
                List<Problem> broken = Rules.problems(strategy);
                JsonNode canonical = Json.MAPPER.valueToTree(strategy);
                addIfTooLarge(canonical, broken);
                yield broken.isEmpty() ? new Read.ValidStrategy(strategy, canonical) : new Read.Invalid(first(broken));
            }
        };
    }

    private static void nameOrCompare(JsonNode root, String expectedName, List<Problem> problems) {
        if (root instanceof ObjectNode document && !document.has("metadata")) {
            document.putObject("metadata");
        }
        if (!(root.path("metadata") instanceof ObjectNode metadata)) {
            return;
        }
        JsonNode name = metadata.path("name");
        if (name.isMissingNode()) {
            metadata.put("name", expectedName);
        } else if (name.isTextual() && !name.textValue().equals(expectedName)) {
            problems.add(Problems.problem(
                    DocumentReason.NameMismatch,
                    JsonPointer.compile("/metadata/name"),
                    "is " + Problems.found(name) + "; allowed is \"" + Problems.shortened(expectedName)
                            + "\", the name it was sent under, or no name."));
        }
    }

    static List<Problem> first(List<Problem> problems) {
        return problems.subList(0, Math.min(problems.size(), MAX_PROBLEMS));
    }

    private sealed interface Binding<T> {}

    private record Bound<T>(T value) implements Binding<T> {}

    private record Unbound<T>(Problem problem) implements Binding<T> {}

    /** The schema is stricter than the records; should it ever not be, the document is refused and not its reader ended. */
    private static <T> Binding<T> bind(JsonNode tree, Class<T> type) {
        try {
            return new Bound<>(Json.MAPPER.treeToValue(tree, type));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            return new Unbound<>(new Problem(
                    DocumentReason.InvalidValue,
                    "",
                    "The document does not fit the contract: " + Problems.shortened(String.valueOf(e.getMessage()))
                            + "."));
        }
    }
}
