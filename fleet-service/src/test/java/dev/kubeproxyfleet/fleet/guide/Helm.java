package dev.kubeproxyfleet.fleet.guide;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.testing.StrictObjects;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The real Helm renders, and kubectl applies what it has rendered: Helm keeps its own record in a form that the simulated API does not
 * take. Objects of the Prometheus operator, and hooks, are rendered only.
 */
final class Helm {

    private static final String OPERATOR = "monitoring.coreos.com/";
    private static final String HOOK = "helm.sh/hook";

    private final Path root;
    private final Kubectl kubectl;
    private String installed = "";

    Helm(Path root, Kubectl kubectl) {
        this.root = root;
        this.kubectl = kubectl;
    }

    /** @param folder that the command is run in */
    String upgrade(List<String> words, Path folder) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("helm", "template"));
        for (String word : words) {
            if (word.startsWith("deploy/")) {
                command.add(root.resolve(word).toString());
            } else if (word.endsWith(".yaml")) {
                command.add(folder.resolve(word).toString());
            } else if (!word.equals("upgrade") && !word.equals("--install")) {
                command.add(word);
            }
        }
        installed = StrictObjects.documents(Commands.run(command, "")).stream()
                .filter(object -> !object.get("apiVersion").asText().startsWith(OPERATOR))
                .filter(object -> object.at("/metadata/annotations").path(HOOK).isMissingNode())
                .map(JsonNode::toString)
                .collect(Collectors.joining("\n---\n"));
        return kubectl.apply(installed);
    }

    String uninstall() throws IOException, InterruptedException {
        return kubectl.delete(installed);
    }
}
