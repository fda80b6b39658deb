package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Asks something of a running rollout. */
abstract sealed class SteerCommand implements Callable<Integer> {

    private final Kpfleet kpfleet;
    private final String verb;

    @Parameters(paramLabel = "<rollout|config>", description = "A rollout's id, or a config's name for its latest.")
    private String id = "";

    @Option(names = "--reason", paramLabel = "<text>", description = "Why; it is kept in the audit.")
    private @Nullable String reason;

    private SteerCommand(Kpfleet kpfleet, String verb) {
        this.kpfleet = kpfleet;
        this.verb = verb;
    }

    @Override
    public Integer call() throws JsonProcessingException {
        ObjectNode body = Json.MAPPER.createObjectNode();
        if (reason != null) {
            body.put("reason", reason);
        }
        try (FleetClient client = kpfleet.client()) {
            Answer answer = client.post("/rollouts/" + FleetClient.encode(id) + "/" + verb, body);
            if (!(answer instanceof Answer.Ok ok)) {
                return Answers.complain(answer, kpfleet.world);
            }
            AuditRecord audit = Json.MAPPER.treeToValue(ok.body(), AuditRecord.class);
            kpfleet.world.print(Views.answered(audit, kpfleet.world.screen().look()));
            String rollout = audit.rollout() == null ? audit.config() : audit.rollout();
            kpfleet.world.print(Views.next("watch it", "get rollout " + rollout + " -w", kpfleet.world.program()));
            return ExitCode.OK;
        }
    }

    @Command(
            name = "pause",
            mixinStandardHelpOptions = true,
            description = "Starts no further cluster; what is under way ends.")
    static final class Pause extends SteerCommand {
        Pause(Kpfleet kpfleet) {
            super(kpfleet, "pause");
        }
    }

    @Command(name = "resume", mixinStandardHelpOptions = true, description = "Goes on with a paused rollout.")
    static final class Resume extends SteerCommand {
        Resume(Kpfleet kpfleet) {
            super(kpfleet, "resume");
        }
    }

    @Command(
            name = "abort",
            mixinStandardHelpOptions = true,
            description = "Ends a rollout for good; what is under way ends, nothing is undone.")
    static final class Abort extends SteerCommand {
        Abort(Kpfleet kpfleet) {
            super(kpfleet, "abort");
        }
    }

    @Command(
            name = "approve",
            mixinStandardHelpOptions = true,
            description = "Lets a rollout pass the stage that waits for approval.")
    static final class Approve extends SteerCommand {
        Approve(Kpfleet kpfleet) {
            super(kpfleet, "approve");
        }
    }
}
