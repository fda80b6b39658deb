package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.RolloutPlan;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kpfleet diff}: what was planned, and what became of it. */
@Command(
        name = "diff",
        mixinStandardHelpOptions = true,
        description = "Shows the stored plan of a rollout beside what became of it.")
final class DiffCommand implements Callable<Integer> {

    private final Kpfleet kpfleet;

    @Parameters(paramLabel = "<rollout|config>", description = "A rollout's id, or a config's name for its latest.")
    private String id = "";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "table|json|yaml",
            defaultValue = "table",
            description =
                    "How to print (default: ${DEFAULT-VALUE}); json and yaml hold the service's own answers as plan, rollout and clusters.")
    private Output output = Output.table;

    DiffCommand(Kpfleet kpfleet) {
        this.kpfleet = kpfleet;
    }

    @Override
    public Integer call() throws JsonProcessingException {
        Surroundings world = kpfleet.world;
        try (FleetClient client = kpfleet.client()) {
            Answer now = client.get("/rollouts/" + FleetClient.encode(id));
            if (!(now instanceof Answer.Ok detail)) {
                return Answers.complain(now, world);
            }
            RolloutModel model = RolloutModel.read(detail.body());
            Answer planned =
                    client.get("/rollouts/" + FleetClient.encode(model.rollout().id()) + "/plan");
            if (!(planned instanceof Answer.Ok plan)) {
                return Answers.complain(planned, world);
            }
            ObjectNode both = Json.MAPPER.createObjectNode();
            both.set("plan", plan.body());
            both.setAll((ObjectNode) detail.body());
            output.print(
                    both,
                    () -> PlanView.outcome(
                            Json.MAPPER.treeToValue(plan.body(), RolloutPlan.class),
                            model,
                            world.screen().look(),
                            world.clock().instant()),
                    world);
            return ExitCode.OK;
        }
    }
}
