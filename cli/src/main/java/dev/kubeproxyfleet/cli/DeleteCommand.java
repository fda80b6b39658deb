package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kpfleet delete}: takes a configuration back. */
@Command(
        name = "delete",
        mixinStandardHelpOptions = true,
        description = "Deletes a configuration, or a stored strategy. Clusters keep what they run.")
final class DeleteCommand implements Callable<Integer> {

    private final Kpfleet kpfleet;

    @Parameters(paramLabel = "<name>", description = "The configuration's name.")
    private String name = "";

    @Option(names = "--strategy", description = "The name is that of a stored strategy.")
    private boolean strategy;

    @Mixin
    private final Because because = new Because();

    DeleteCommand(Kpfleet kpfleet) {
        this.kpfleet = kpfleet;
    }

    @Override
    public Integer call() throws JsonProcessingException {
        try (FleetClient client = kpfleet.client()) {
            Answer answer = client.delete(
                    (strategy ? "/strategies/" : "/configs/") + FleetClient.encode(name) + because.query());
            if (!(answer instanceof Answer.Ok ok)) {
                return Answers.complain(answer, kpfleet.world);
            }
            kpfleet.world.print(AuditTable.answer(
                    ok.as(AuditRecord.class), kpfleet.world.screen().look()));
            return ExitCode.OK;
        }
    }
}
