package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kpfleet explain}: why a cluster or a rollout is where it is. */
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        description = "Says in one sentence what a cluster or a rollout waits for, and what would help.")
final class ExplainCommand implements Callable<Integer> {

    private final Kpfleet kpfleet;

    @Parameters(
            paramLabel = "<cluster|rollout>",
            description =
                    "A cluster's name or ARM resource id; else a rollout's id, or a config's name for its latest.")
    private String subject = "";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "table|json|yaml",
            defaultValue = "table",
            description = "How to print (default: ${DEFAULT-VALUE}).")
    private Output output = Output.table;

    ExplainCommand(Kpfleet kpfleet) {
        this.kpfleet = kpfleet;
    }

    @Override
    public Integer call() throws JsonProcessingException {
        Surroundings world = kpfleet.world;
        try (FleetClient client = kpfleet.client()) {
            Answer answer = explain(client);
            if (!(answer instanceof Answer.Ok ok)) {
                return Answers.complain(answer, world);
            }
            output.print(
                    ok.body(),
                    () -> Views.explanation(
                            ok.body(), world.program(), world.clock().instant()),
                    world);
            return ExitCode.OK;
        }
    }

    /** A cluster's name has no dot and a rollout's id has; a bare word is a cluster where there is one of that name. */
    private Answer explain(FleetClient client) {
        String rolloutPath = "/rollouts/" + FleetClient.encode(subject) + "/explain";
        if (!subject.startsWith("/") && subject.contains(".")) {
            return client.get(rolloutPath);
        }
        Answer cluster = client.get("/explain?cluster=" + FleetClient.encode(subject));
        if (subject.startsWith("/") || !missing(cluster)) {
            return cluster;
        }
        Answer rollout = client.get(rolloutPath);
        return missing(rollout) ? cluster : rollout;
    }

    private static boolean missing(Answer answer) {
        return answer instanceof Answer.Refused refused && refused.status() == Answer.Refused.NOT_FOUND;
    }
}
