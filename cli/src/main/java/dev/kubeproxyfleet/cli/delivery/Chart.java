package dev.kubeproxyfleet.cli.delivery;

import dev.kubeproxyfleet.schemas.agent.AgentManifest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The Helm chart {@code deploy/helm/kubeproxy-fleet-agent}, as it is packed beside this class. */
final class Chart {

    static final String NAME = "kubeproxy-fleet-agent";

    /** Of a Helm release; the objects have names of their own. */
    static final String RELEASE = "node-agent";

    static final List<String> FILES = List.of(
            "Chart.yaml",
            "README.md",
            "templates/NOTES.txt",
            "templates/configmap.yaml",
            "templates/daemonsets.yaml",
            "templates/namespace.yaml",
            "templates/serviceaccount.yaml",
            "values.md",
            "values.schema.json",
            "values.yaml");

    private static final Pattern VERSION = Pattern.compile("(?m)^version: (\\S+)$");

    private Chart() {}

    /** @param file one of {@link #FILES} */
    static String read(String file) {
        try (InputStream in = Chart.class.getResourceAsStream("chart/" + file)) {
            if (in == null) {
                throw new IllegalStateException(file + " of the chart was not packed");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " of the chart cannot be read", e);
        }
    }

    static String version() {
        Matcher version = VERSION.matcher(read("Chart.yaml"));
        if (!version.find()) {
            throw new IllegalStateException("Chart.yaml names no version");
        }
        return version.group(1);
    }

    /**
     * @param clusterId the id, or what a way of delivery replaces by it
     * @param makesNamespace whether the chart is to make its namespace
     */
    static Map<String, Object> values(String clusterId, AgentManifest agent, boolean makesNamespace) {
        return Yaml.map(
                "clusterId", clusterId,
                "kafka", Map.of("bootstrapServers", agent.brokers()),
                "namespace", Map.of("create", makesNamespace),
                "amd64", Map.of("image", agent.image()),
                "arm64", Map.of("image", agent.jvmImage()));
    }
}
