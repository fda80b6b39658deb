package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.view.ConfigView;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kpfleet agent uninstall}: publishes the config once more, without the agents. */
@Command(
        name = "uninstall",
        mixinStandardHelpOptions = true,
        description = {
            "Lets the fleet service remove the agents that a config has given its clusters, as a rollout.",
            "The config stays in force, and keeps its clusters without them; 'delete' it afterwards."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  kpfleet agent uninstall --name agents --dry-run", "  kpfleet agent uninstall --name agents --wait"
        })
final class AgentUninstallCommand implements Callable<Integer> {

    private final Kpfleet kpfleet;

    @Option(
            names = "--name",
            required = true,
            paramLabel = "<config>",
            description = "The config that the agents were installed with.")
    private String name = "";

    @Mixin
    private final Publication how = new Publication();

    AgentUninstallCommand(Kpfleet kpfleet) {
        this.kpfleet = kpfleet;
    }

    @Override
    public Integer call() throws JsonProcessingException, InterruptedException {
        Surroundings world = kpfleet.world;
        Optional<ConfigView> config;
        try (FleetClient client = kpfleet.client()) {
            Answer answer = client.get("/configs");
            if (!(answer instanceof Answer.Ok ok)) {
                return Answers.complain(answer, world);
            }
            config = ok.listOf(ConfigView.class).stream()
                    .filter(found -> found.name().equals(name))
                    .findFirst();
        }
        if (config.isEmpty() || config.get().spec().agents() == null) {
            world.complain("no config %s gives agents; '%s get configs' lists what is in force."
                    .formatted(name, world.again()));
            return ExitCode.REFUSED;
        }
        ObjectNode none = Json.MAPPER.createObjectNode().put("enabled", false);
        ConfigFiles.Document document =
                ConfigFiles.withAgents("agent uninstall", name, config.get().spec(), none);
        return how.publish(kpfleet, () -> List.of(document));
    }
}
