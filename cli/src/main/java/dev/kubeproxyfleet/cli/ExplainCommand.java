package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.kubeproxyfleet.schemas.view.ClusterExplanation;
import dev.kubeproxyfleet.schemas.view.RolloutExplanation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code kpfleet explain}: why a cluster or a rollout is where it is. */
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        description = "Says in one sentence what a cluster or a rollout waits for, and what would help.")
final class ExplainCommand extends Reading {

    @Parameters(
            paramLabel = "<cluster|rollout>",
            description =
                    "A cluster's name or ARM resource id; else a rollout's id, or a config's name for its latest.")
    private String subject = "";

    ExplainCommand(Kpfleet kpfleet) {
        super(kpfleet);
    }

    @Override
    public Integer call() throws JsonProcessingException {
        try (FleetClient client = kpfleet.client()) {
            if (!subject.startsWith("/") && subject.contains(".")) {
                return print(rollout(client));
            }
            Answer cluster = client.get("/explain?cluster=" + FleetClient.encode(subject));
            if (!subject.startsWith("/") && missing(cluster)) {
                Answer rollout = rollout(client);
                if (!missing(rollout)) {
                    return print(rollout);
                }
            }
            return print(
                    cluster,
                    ClusterExplanation.class,
                    told -> ExplanationSheet.of(
                            told, world.again(), world.clock().instant()));
        }
    }

    /** Where there is no cluster of this name, or it has a dot, which a rollout's id has and a cluster's name has not. */
    private Answer rollout(FleetClient client) {
        return client.get(RolloutArgument.path(subject) + "/explain");
    }

    private int print(Answer rollout) throws JsonProcessingException {
        return print(
                rollout,
                RolloutExplanation.class,
                told -> ExplanationSheet.of(told, world.again(), world.clock().instant()));
    }

    private static boolean missing(Answer answer) {
        return answer instanceof Answer.Refused refused && refused.status() == Answer.Refused.NOT_FOUND;
    }
}
