package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How documents are published, and the options that say so: at once or only foreseen, followed or not. */
final class Publication {

    @Option(names = "--dry-run", description = "Say what would happen, and change nothing; as 'kpfleet plan'.")
    private boolean dryRun;

    @Mixin
    private final Because because = new Because();

    @Option(names = "--wait", description = "Follow the rollout until it ends; the exit code then says how.")
    private boolean wait;

    @Option(
            names = "--timeout",
            paramLabel = "<time>",
            converter = TimeSpan.class,
            description = "With --wait: stop following after this long, such as 90s, 30m, 2h; the rollout goes on.")
    private @Nullable Duration timeout;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "table|json|yaml",
            defaultValue = "table",
            description = "With --dry-run: how to print the plan (default: ${DEFAULT-VALUE}).")
    private Output.Form output = Output.Form.table;

    /**
     * Publishes documents, or says what that would do. Nothing is sent unless all of them are valid.
     *
     * @param documents read once the options are known to go together
     */
    int publish(Kpfleet kpfleet, Supplier<List<ConfigFiles.Document>> documents)
            throws JsonProcessingException, InterruptedException {
        if (timeout != null && !wait) {
            throw new UsageException("--timeout says how long to --wait; give both.");
        }
        if (dryRun) {
            if (wait) {
                throw new UsageException("--dry-run starts nothing that could be waited for; leave --wait out.");
            }
            return PlanCommand.plan(kpfleet, documents.get(), output);
        }
        if (output != Output.Form.table) {
            throw new UsageException("-o says how to print what --dry-run foresees; give both.");
        }
        return send(kpfleet, documents.get());
    }

    private int send(Kpfleet kpfleet, List<ConfigFiles.Document> documents)
            throws JsonProcessingException, InterruptedException {
        Surroundings world = kpfleet.world;
        if (DocumentOptions.complain(documents, world)) {
            world.complain("nothing was sent.");
            return ExitCode.USAGE;
        }
        try (FleetClient client = kpfleet.client()) {
            List<String> rollouts = new ArrayList<>();
            int code = ExitCode.OK;
            for (ConfigFiles.Document document : documents) {
                int sent = document instanceof ConfigFiles.Good good
                        ? send(good, client, world, rollouts)
                        : ExitCode.USAGE;
                code = code == ExitCode.OK ? sent : code;
            }
            for (String rollout : rollouts) {
                int outcome = new RolloutWatch(client, world, timeout).follow(rollout, true);
                code = code == ExitCode.OK ? outcome : code;
            }
            return code;
        }
    }

    /** @param rollouts where the rollout goes that is to be followed */
    private int send(ConfigFiles.Good document, FleetClient client, Surroundings world, List<String> rollouts)
            throws JsonProcessingException {
        Answer answer = client.put(document.path() + because.query(), document.bytes(), document.contentType());
        if (!(answer instanceof Answer.Ok ok)) {
            return Answers.complain(answer, world);
        }
        AuditRecord audit = ok.as(AuditRecord.class);
        world.print(AuditTable.answer(audit, world.screen().look()));
        if (document instanceof ConfigFiles.Config) {
            String rollout = audit.rollout() == null ? audit.config() : audit.rollout();
            if (wait) {
                rollouts.add(rollout);
            } else {
                world.print(Line.command("watch it", "get rollout " + rollout + " -w", world.again()));
            }
        }
        return ExitCode.OK;
    }
}
