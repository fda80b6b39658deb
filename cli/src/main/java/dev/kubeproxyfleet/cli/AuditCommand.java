package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kpfleet audit}: who did what. */
@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        description = "Lists who did what, when and why, newest first.")
final class AuditCommand implements Callable<Integer> {

    private final Kpfleet kpfleet;

    @Option(names = "--config", paramLabel = "<config>", description = "Only what concerns this configuration.")
    private @Nullable String config;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "table|json|yaml",
            defaultValue = "table",
            description = "How to print (default: ${DEFAULT-VALUE}).")
    private Output output = Output.table;

    AuditCommand(Kpfleet kpfleet) {
        this.kpfleet = kpfleet;
    }

    @Override
    public Integer call() throws JsonProcessingException {
        try (FleetClient client = kpfleet.client()) {
            Answer answer = client.get(config == null ? "/audit" : "/audit?config=" + FleetClient.encode(config));
            if (!(answer instanceof Answer.Ok ok)) {
                return Answers.complain(answer, kpfleet.world);
            }
            output.print(ok.body(), () -> Views.audit(ok.body()), kpfleet.world);
            return ExitCode.OK;
        }
    }
}
