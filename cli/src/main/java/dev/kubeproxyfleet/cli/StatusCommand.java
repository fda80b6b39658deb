package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kpfleet status}: one line and an exit code, for scripts. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "Says in one line and by exit code how a rollout stands.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:Succeeded", "1:Failed, Aborted, Superseded or RolledBack", "5:not ended yet"})
final class StatusCommand implements Callable<Integer> {

    private final Kpfleet kpfleet;

    @Parameters(paramLabel = "<rollout|config>", description = "A rollout's id, or a config's name for its latest.")
    private String id = "";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "table|json|yaml",
            defaultValue = "table",
            description =
                    "How to print (default: ${DEFAULT-VALUE}); json and yaml hold the rollout as the service answered it, without its clusters.")
    private Output output = Output.table;

    StatusCommand(Kpfleet kpfleet) {
        this.kpfleet = kpfleet;
    }

    @Override
    public Integer call() throws JsonProcessingException {
        try (FleetClient client = kpfleet.client()) {
            Answer answer = client.get("/rollouts/" + FleetClient.encode(id));
            if (!(answer instanceof Answer.Ok ok)) {
                return Answers.complain(answer, kpfleet.world);
            }
            RolloutStatus rollout = RolloutModel.read(ok.body()).rollout();
            output.print(ok.body().path("rollout"), () -> List.of(Views.status(rollout)), kpfleet.world);
            return RolloutModel.exitCode(rollout.state());
        }
    }
}
