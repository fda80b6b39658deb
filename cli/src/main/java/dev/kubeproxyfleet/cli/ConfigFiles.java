package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.config.AzKubeProxyFile;
import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.FleetConfigReader;
import dev.kubeproxyfleet.schemas.config.FleetStrategy;
import dev.kubeproxyfleet.schemas.config.KubeProxyRead;
import dev.kubeproxyfleet.schemas.config.Problem;
import dev.kubeproxyfleet.schemas.config.Read;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.view.ClusterSelection;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what the user wants to publish, and judges it before anything is sent. */
final class ConfigFiles {

    /** The name that stands for standard input. */
    static final String STANDARD_INPUT = "-";

    private ConfigFiles() {}

    /** A document that may be sent, or what is wrong with it. */
    sealed interface Document {

        /** Where it came from, as the user wrote it. */
        String source();
    }

    /** A document that may be sent. */
    sealed interface Good extends Document {

        /** As the user wrote it: what they left out stays for the service to fill in. */
        byte[] bytes();

        String contentType();

        /** Where the service takes it, below {@code /api/v1}. */
        String path();
    }

    /** @param notes what the user should know about how the file was read, each without a full stop */
    record Config(String source, FleetConfig config, byte[] bytes, String contentType, List<String> notes)
            implements Good {

        @Override
        public String path() {
            return "/configs/" + FleetClient.encode(config.name());
        }
    }

    record Strategy(String source, FleetStrategy strategy, byte[] bytes, String contentType) implements Good {

        @Override
        public String path() {
            return "/strategies/" + FleetClient.encode(strategy.name());
        }
    }

    /** @param flaws at least one */
    record Bad(String source, List<Flaw> flaws) implements Document {}

    /** A file of another kind than the option was for that names it: a kube-proxy file instead of a FleetConfig, or the reverse. */
    record Other(String source, KubeProxyRead read) implements Document {}

    /** A FleetConfig or a FleetStrategy, in YAML or JSON; a kube-proxy file or a cluster that someone gave instead is recognised. */
    static Document read(String source, InputStream standardInput) {
        return switch (load(source, standardInput)) {
            case Unloaded(String problem) -> new Bad(source, List.of(Flaw.of(problem)));
            case Loaded(byte[] bytes) -> of(source, bytes);
        };
    }

    /** The same of a content that was read elsewhere. */
    static Document of(String source, byte[] bytes) {
        KubeProxyRead read = AzKubeProxyFile.read(bytes);
        return switch (read.kind()) {
            case KUBE_PROXY, WRAPPER, NETWORK_PROFILE, CLUSTER, CLUSTERS -> new Other(source, read);
            case FLEET_DOCUMENT, OTHER -> judge(source, bytes, bytes, List.of());
        };
    }

    /** A FleetConfig around a file made for {@code az aks … --kube-proxy-config}. */
    static Document aroundKubeProxy(String name, String source, InputStream standardInput, ClusterSelection selection) {
        return switch (load(source, standardInput)) {
            case Unloaded(String problem) -> new Bad(source, List.of(Flaw.of(problem)));
            case Loaded(byte[] bytes) ->
                switch (AzKubeProxyFile.read(bytes)) {
                    case KubeProxyRead.Invalid invalid
                    when invalid.kind() == KubeProxyRead.Kind.FLEET_DOCUMENT -> new Other(source, invalid);
                    case KubeProxyRead.Invalid invalid -> new Bad(source, Flaw.of(invalid.problems(), bytes));
                    case KubeProxyRead.Valid valid -> {
                        ObjectNode spec = Json.MAPPER.createObjectNode();
                        spec.set("kubeProxy", valid.canonical());
                        spec.set("selector", selector(selection));
                        yield of(source, name, spec, valid.notes());
                    }
                };
        };
    }

    /** A FleetConfig that gives agents, with a strategy that is stored, or the default where none is named. */
    static Document aroundAgents(
            String source, String name, ObjectNode agents, ClusterSelection selection, @Nullable String strategyRef) {
        ObjectNode spec = Json.MAPPER.createObjectNode();
        spec.set("agents", agents);
        spec.set("selector", selector(selection));
        if (strategyRef != null) {
            spec.put("strategyRef", strategyRef);
        }
        return of(source, name, spec, List.of());
    }

    /** A FleetConfig in force, with other agents. */
    static Document withAgents(String source, String name, FleetConfig.Spec inForce, ObjectNode agents) {
        ObjectNode spec = Json.MAPPER.valueToTree(inForce);
        spec.set("agents", agents);
        if (inForce.strategyRef() != null) {
            spec.remove("strategy");
        }
        return of(source, name, spec, List.of());
    }

    private static Document of(String source, String name, ObjectNode spec, List<String> notes) {
        ObjectNode document = Json.MAPPER.createObjectNode();
        document.put("apiVersion", FleetConfig.API_VERSION).put("kind", FleetConfig.KIND);
        document.putObject("metadata").put("name", name);
        document.set("spec", spec);
        return judge(source, document.toString().getBytes(StandardCharsets.UTF_8), null, notes);
    }

    private static ObjectNode selector(ClusterSelection selection) {
        ObjectNode selector = Json.MAPPER.createObjectNode();
        if (!selection.tags().isEmpty()) {
            ObjectNode labels = selector.putObject("tags").putObject("matchLabels");
            selection.tags().forEach(tag -> labels.put(tag.name(), tag.value()));
        }
        if (!selection.names().isEmpty()) {
            ArrayNode names = selector.putArray("names");
            selection.names().forEach(name -> names.add(name.pattern()));
        }
        if (!selection.locations().isEmpty()) {
            selection.locations().forEach(selector.putArray("locations")::add);
        }
        return selector;
    }

    /** @param written the same as the user wrote it; null if it was made of what they gave */
    private static Document judge(String source, byte[] bytes, byte @Nullable [] written, List<String> notes) {
        return switch (FleetConfigReader.read(bytes)) {
            case Read.Invalid(List<Problem> problems) -> new Bad(source, Flaw.of(problems, written));
            case Read.Valid valid -> new Config(source, valid.config(), bytes, contentType(bytes), notes);
            case Read.ValidStrategy valid -> new Strategy(source, valid.strategy(), bytes, contentType(bytes));
        };
    }

    static List<String> sentences(List<Problem> problems) {
        return problems.stream()
                .map(problem -> problem.message() + " [" + problem.code() + "]")
                .toList();
    }

    /** The same documents, but that one of which there are several is none that may be sent: which is meant cannot be known. */
    static List<Document> eachOnce(List<Document> documents) {
        Map<String, String> sources = new HashMap<>();
        List<Document> once = new ArrayList<>();
        for (Document document : documents) {
            String first = document instanceof Good good ? sources.putIfAbsent(good.path(), good.source()) : null;
            once.add(
                    first == null
                            ? document
                            : new Bad(
                                    document.source(),
                                    List.of(Flaw.of(
                                            "has the kind and the name of what is in %s; only one document may have them."
                                                    .formatted(LintCommand.shown(first))))));
        }
        return once;
    }

    /** JSON is YAML too, but says so. */
    private static String contentType(byte[] bytes) {
        for (byte b : bytes) {
            if (!Character.isWhitespace(b)) {
                return b == '{' ? "application/json" : "application/yaml";
            }
        }
        return "application/yaml";
    }

    private sealed interface Loading {}

    private record Loaded(byte[] bytes) implements Loading {}

    private record Unloaded(String problem) implements Loading {}

    /** One byte more than allowed is enough to know that it is too much, and the reader says so. */
    private static Loading load(String source, InputStream standardInput) {
        try {
            if (source.equals(STANDARD_INPUT)) {
                return new Loaded(standardInput.readNBytes(FleetConfigReader.MAX_BYTES + 1));
            }
            Path path = Path.of(source);
            if (Files.isDirectory(path)) {
                return new Unloaded("is a folder; name the files in it, each with its own -f.");
            }
            try (InputStream in = Files.newInputStream(path)) {
                return new Loaded(in.readNBytes(FleetConfigReader.MAX_BYTES + 1));
            }
        } catch (NoSuchFileException | InvalidPathException e) {
            return new Unloaded("there is no such file.");
        } catch (IOException e) {
            return new Unloaded("cannot be read: " + e);
        }
    }
}
