package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.view.RolloutDetail;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code kpfleet status}: one line and an exit code, for scripts. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description =
                "Says in one line and by exit code how a rollout stands. With -o: the rollout as the service answered it,"
                        + " without its clusters.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:Succeeded", "1:Failed, Aborted, Superseded or RolledBack", "5:not ended yet"})
final class StatusCommand extends Reading {

    @Mixin
    private final RolloutArgument rollout = new RolloutArgument();

    StatusCommand(Kpfleet kpfleet) {
        super(kpfleet);
    }

    @Override
    public Integer call() throws JsonProcessingException {
        try (FleetClient client = kpfleet.client()) {
            Answer answer = client.get(rollout.path());
            if (!(answer instanceof Answer.Ok ok)) {
                return Answers.complain(answer, world);
            }
            RolloutStatus status = ok.as(RolloutDetail.class).rollout();
            print(ok.body().path("rollout"), () -> List.of(RolloutTable.line(status)));
            return RolloutModel.exitCode(status.state());
        }
    }
}
