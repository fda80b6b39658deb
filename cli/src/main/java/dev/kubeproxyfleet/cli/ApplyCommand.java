package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kpfleet apply}: publishes configurations. Nothing is sent unless all of them are valid. */
@Command(
        name = "apply",
        mixinStandardHelpOptions = true,
        description = {
            "Publishes a configuration, to be rolled out over the clusters it selects.",
            "It comes from FleetConfig files, or from a file made for 'az aks update --kube-proxy-config' and a selection.",
            "FleetStrategy files are stored, for configurations to refer to."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  kpfleet apply -f fleet-config.yaml",
            "  kpfleet apply -f fleet-config.yaml --dry-run",
            "  kpfleet apply -f fleet-config.yaml --wait --timeout 2h",
            "  kpfleet apply --name prod-ipvs --kube-proxy-config kube-proxy.json --select env=prod,tier=gold",
            "  kpfleet apply --name all-ipvs --kube-proxy-config kube-proxy.json --select-name '*'"
        })
final class ApplyCommand implements Callable<Integer> {

    private final Kpfleet kpfleet;

    @Mixin
    private final DocumentOptions what = new DocumentOptions();

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
    private Output output = Output.table;

    ApplyCommand(Kpfleet kpfleet) {
        this.kpfleet = kpfleet;
    }

    @Override
    public Integer call() throws JsonProcessingException, InterruptedException {
        Surroundings world = kpfleet.world;
        if (timeout != null && !wait) {
            throw new UsageException("--timeout says how long to --wait; give both.");
        }
        if (dryRun) {
            if (wait) {
                throw new UsageException("--dry-run starts nothing that could be waited for; leave --wait out.");
            }
            return PlanCommand.plan(kpfleet, what, output);
        }
        if (output != Output.table) {
            throw new UsageException("-o says how to print what --dry-run foresees; give both.");
        }
        List<ConfigFiles.Document> documents = what.read(world.in());
        if (DocumentOptions.complain(documents, world)) {
            world.complain("nothing was sent.");
            return ExitCode.USAGE;
        }
        try (FleetClient client = kpfleet.client()) {
            List<String> rollouts = new ArrayList<>();
            int code = ExitCode.OK;
            for (ConfigFiles.Document document : documents) {
                int sent = document instanceof ConfigFiles.Good good ? send(good, client, rollouts) : ExitCode.USAGE;
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
    private int send(ConfigFiles.Good document, FleetClient client, List<String> rollouts)
            throws JsonProcessingException {
        Surroundings world = kpfleet.world;
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
                world.print(Line.command("watch it", "get rollout " + rollout + " -w", world.program()));
            }
        }
        return ExitCode.OK;
    }
}
