package dev.kubeproxyfleet.schemas.config;

import dev.kubeproxyfleet.schemas.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Documents for tests. */
final class Documents {

    /** The sample of Microsoft's page on kube-proxy in AKS, byte for byte. */
    static final byte[] MICROSOFT_SAMPLE = resource("microsoft-sample-kube-proxy.json");

    /** A FleetConfig with every field, in YAML. */
    static final byte[] EVERY_FIELD = resource("prod-ipvs.yaml");

    /** A FleetStrategy, in YAML. */
    static final byte[] STRATEGY = resource("careful-strategy.yaml");

    private Documents() {}

    /** A file of the folder {@code az}, as people have them. */
    static byte[] az(String name) {
        return resource("az/" + name);
    }

    /** The smallest FleetConfig, with these JSON members of {@code spec} besides or instead. */
    static byte[] withSpec(String kubeProxy, String selector, String... members) {
        String more = members.length == 0 ? "" : ", " + String.join(", ", members);
        return bytes("""
                {"apiVersion": "kubeproxyfleet.dev/v1", "kind": "FleetConfig", "metadata": {"name": "a"},
                 "spec": {"kubeProxy": %s, "selector": %s%s}}""".formatted(kubeProxy, selector, more));
    }

    /** A FleetStrategy with this JSON as its {@code spec}. */
    static byte[] strategy(String spec) {
        return bytes("""
                {"apiVersion": "kubeproxyfleet.dev/v1", "kind": "FleetStrategy", "metadata": {"name": "careful"},
                 "spec": %s}""".formatted(spec));
    }

    static byte[] withKubeProxy(String kubeProxy) {
        return withSpec(kubeProxy, "{\"names\": [\"*\"]}");
    }

    static byte[] withMember(String member) {
        return withSpec("{}", "{\"names\": [\"*\"]}", member);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static FleetConfig valid(Read read) {
        return switch (read) {
            case Read.Valid(FleetConfig config, var _) -> config;
            case Read.ValidStrategy(FleetStrategy strategy, var _) ->
                throw new AssertionError("read as a strategy: " + strategy);
            case Read.Invalid(List<Problem> problems) -> throw new AssertionError("refused: " + problems);
        };
    }

    static FleetStrategy validStrategy(Read read) {
        return switch (read) {
            case Read.Valid(FleetConfig config, var _) -> throw new AssertionError("read as a config: " + config);
            case Read.ValidStrategy(FleetStrategy strategy, var _) -> strategy;
            case Read.Invalid(List<Problem> problems) -> throw new AssertionError("refused: " + problems);
        };
    }

    /** Message by {@code Code path}. */
    static Map<String, String> problems(Read read) {
        return switch (read) {
            case Read.Valid(FleetConfig config, var _) -> throw new AssertionError("accepted: " + config);
            case Read.ValidStrategy(FleetStrategy strategy, var _) -> throw new AssertionError("accepted: " + strategy);
            case Read.Invalid(List<Problem> problems) -> byCodeAndPath(problems);
        };
    }

    static Map<String, String> problems(KubeProxyRead read) {
        return switch (read) {
            case KubeProxyRead.Valid valid -> throw new AssertionError("accepted: " + valid.config());
            case KubeProxyRead.Invalid invalid -> byCodeAndPath(invalid.problems());
        };
    }

    static byte[] json(Object value) {
        try {
            return Json.MAPPER.writeValueAsBytes(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, String> byCodeAndPath(List<Problem> problems) {
        Map<String, String> messages = new LinkedHashMap<>();
        problems.forEach(problem -> messages.put(problem.code() + " " + problem.path(), problem.message()));
        return messages;
    }

    private static byte[] resource(String name) {
        try (InputStream in = Documents.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new AssertionError("no test resource " + name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
