package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.json.Json;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kpfleet agent install}: publishes a config that gives its clusters agents, or other ones. */
@Command(
        name = "install",
        mixinStandardHelpOptions = true,
        description = {
            "Lets the fleet service install the agent in the clusters that match, through their Kubernetes APIs, as a"
                    + " rollout.",
            "Given again with other images, it upgrades them. The service needs a right of its own for it."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  kpfleet agent install --name agents --image r.example/agent:0.1.0 --jvm-image r.example/agent-jvm:0.1.0"
                    + " \\",
            "      --kafka broker:9092 --select env=prod --dry-run",
            "  kpfleet agent install --name agents --image r.example/agent:0.1.0 --jvm-image r.example/agent-jvm:0.1.0"
                    + " \\",
            "      --kafka broker:9092 --select env=prod --strategy careful --wait"
        })
final class AgentInstallCommand implements Callable<Integer> {

    private final Kpfleet kpfleet;

    @Option(
            names = "--name",
            required = true,
            paramLabel = "<config>",
            description = "What the config is called from now on.")
    private String name = "";

    @Option(
            names = "--image",
            required = true,
            paramLabel = "<image>",
            description = "The native agent, for amd64 nodes, with its registry.")
    private String image = "";

    @Option(
            names = "--jvm-image",
            required = true,
            paramLabel = "<image>",
            description = "The agent on a Java runtime, for arm64 nodes, with its registry.")
    private String jvmImage = "";

    @Option(
            names = "--kafka",
            required = true,
            paramLabel = "<host:port>",
            description = "Kafka's brokers as the nodes reach them; several with commas between them.")
    private String kafka = "";

    @Mixin
    private final SelectionOptions selection = new SelectionOptions();

    @Option(
            names = "--strategy",
            paramLabel = "<name>",
            description = "A stored strategy; 'get strategies' lists them. Without it the default strategy is used.")
    private @Nullable String strategy;

    @Mixin
    private final Publication how = new Publication();

    AgentInstallCommand(Kpfleet kpfleet) {
        this.kpfleet = kpfleet;
    }

    @Override
    public Integer call() throws JsonProcessingException, InterruptedException {
        if (selection.selection().isEmpty()) {
            throw new UsageException(SelectionOptions.WHICH);
        }
        ObjectNode agents = Json.MAPPER
                .createObjectNode()
                .put("image", image)
                .put("jvmImage", jvmImage)
                .put("kafka", kafka);
        return how.publish(
                kpfleet,
                () -> List.of(
                        ConfigFiles.aroundAgents("agent install", name, agents, selection.selection(), strategy)));
    }
}
