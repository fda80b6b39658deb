package dev.kubeproxyfleet.fleet.guide;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The real kubectl, with the cluster that runs the service. */
final class Kubectl {

    private static final String NAMESPACE = "kubeproxy-fleet";

    private final Path kubeconfig;

    Kubectl(Path kubeconfig) {
        this.kubeconfig = kubeconfig;
    }

    JsonNode get(String kind, String name) throws IOException, InterruptedException {
        return Json.MAPPER.readTree(run("", "-n", NAMESPACE, "get", kind, name, "-o", "json"));
    }

    String apply(String objects) throws IOException, InterruptedException {
        return run(objects, "apply", "-f", "-");
    }

    String delete(String objects) throws IOException, InterruptedException {
        return run(objects, "delete", "--ignore-not-found", "-f", "-");
    }

    private String run(String input, String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("kubectl", "--kubeconfig", kubeconfig.toString()));
        command.addAll(List.of(words));
        return Commands.run(command, input);
    }
}
