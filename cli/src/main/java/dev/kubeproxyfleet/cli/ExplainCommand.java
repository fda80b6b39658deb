package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kpfleet explain}: why a cluster is where it is. */
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        description = "Says in one sentence what a cluster waits for, and what would help.")
final class ExplainCommand implements Callable<Integer> {

    private final Kpfleet kpfleet;

    @Parameters(paramLabel = "<cluster>", description = "A cluster's name, or its ARM resource id.")
    private String cluster = "";

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
            Answer answer = client.get("/explain?cluster=" + FleetClient.encode(cluster));
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
}
