package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.RolloutPlan;
import dev.kubeproxyfleet.schemas.view.RolloutDetail;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code kpfleet diff}: what was planned, and what became of it. */
@Command(
        name = "diff",
        mixinStandardHelpOptions = true,
        description =
                "Shows the stored plan of a rollout beside what became of it. With -o: the service's own answers as plan,"
                        + " rollout and clusters.")
final class DiffCommand extends Reading {

    @Mixin
    private final RolloutArgument rollout = new RolloutArgument();

    DiffCommand(Kpfleet kpfleet) {
        super(kpfleet);
    }

    @Override
    public Integer call() throws JsonProcessingException {
        try (FleetClient client = kpfleet.client()) {
            Answer now = client.get(rollout.path());
            if (!(now instanceof Answer.Ok detail)) {
                return Answers.complain(now, world);
            }
            RolloutModel model = RolloutModel.of(detail.as(RolloutDetail.class));
            Answer planned = client.get(RolloutArgument.path(model.rollout().id()) + "/plan");
            if (!(planned instanceof Answer.Ok plan)) {
                return Answers.complain(planned, world);
            }
            ObjectNode both = Json.MAPPER.createObjectNode();
            both.set("plan", plan.body());
            both.setAll((ObjectNode) detail.body());
            return print(
                    both,
                    () -> PlanView.outcome(
                            plan.as(RolloutPlan.class),
                            model,
                            world.screen().look(),
                            world.clock().instant()));
        }
    }
}
