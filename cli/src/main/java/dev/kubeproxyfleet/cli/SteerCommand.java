package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.Command.Action;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.view.RolloutDetail;
import dev.kubeproxyfleet.schemas.view.SteeringRequest;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Asks something of a rollout: one command for each {@link Verb}. */
@Command(mixinStandardHelpOptions = true)
final class SteerCommand implements Callable<Integer> {

    /** What can be asked, by the name that command and REST path share. */
    enum Verb {
        pause("Starts no further cluster; what is under way ends.", About.ROLLOUT),
        resume("Goes on with a paused rollout.", About.ROLLOUT),
        approve("Lets a rollout pass the stage that waits for approval.", About.ROLLOUT),
        reject("Says no where a stage waits for approval; ends the rollout, nothing is undone.", About.ROLLOUT),
        promote("Ends the bake of a stage early, so that the next one may start.", About.ROLLOUT),
        retry("Tries failed and skipped clusters again, all of them or one.", About.ANY_CLUSTER),
        skip("Leaves one cluster out of a rollout.", About.ONE_CLUSTER),
        abort("Ends a rollout for good; what is under way ends, nothing is undone.", About.ROLLOUT),
        rollback("Gives the clusters that a rollout changed back what they had, newest first.", About.ROLLOUT),
        rerun("Rolls the unchanged configuration out once more.", About.ROLLOUT),
        override("Lets one gate of the stage under way stop nothing, whatever it says.", About.GATE);

        private final String description;
        private final About about;

        Verb(String description, About about) {
            this.description = description;
            this.about = about;
        }

        Action action() {
            return Arrays.stream(Action.values())
                    .filter(action -> action.name().equalsIgnoreCase(name()))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private enum About {
        ROLLOUT,
        ANY_CLUSTER,
        ONE_CLUSTER,
        GATE
    }

    private final Kpfleet kpfleet;
    private final Verb verb;
    private @Nullable OptionSpec cluster;
    private @Nullable OptionSpec gate;

    @Mixin
    private final RolloutArgument rollout = new RolloutArgument();

    @Mixin
    private final Because because = new Because();

    private SteerCommand(Kpfleet kpfleet, Verb verb) {
        this.kpfleet = kpfleet;
        this.verb = verb;
    }

    /** The commands, named after their verbs. */
    static List<CommandLine> all(Kpfleet kpfleet) {
        return Arrays.stream(Verb.values())
                .map(verb -> new SteerCommand(kpfleet, verb).commandLine())
                .toList();
    }

    private CommandLine commandLine() {
        CommandSpec spec = CommandSpec.forAnnotatedObject(this).name(verb.name());
        spec.usageMessage().description(verb.description);
        if (verb.about == About.GATE) {
            gate = OptionSpec.builder("--gate")
                    .paramLabel("<gate>")
                    .type(String.class)
                    .required(true)
                    .description("proof, a signal such as refusals, or the name of an external gate.")
                    .build();
            spec.addOption(gate);
        }
        if (verb.about == About.ANY_CLUSTER || verb.about == About.ONE_CLUSTER) {
            cluster = OptionSpec.builder("--cluster")
                    .paramLabel("<cluster>")
                    .type(String.class)
                    .required(verb.about == About.ONE_CLUSTER)
                    .description("A cluster's name, or its ARM resource id"
                            + (verb.about == About.ANY_CLUSTER ? "; left out: all of them." : "."))
                    .build();
            spec.addOption(cluster);
        }
        return new CommandLine(spec);
    }

    @Override
    public Integer call() throws JsonProcessingException {
        @Nullable String one = cluster == null ? null : cluster.getValue();
        @Nullable String overruled = gate == null ? null : gate.getValue();
        if (overruled != null && (because.reason() == null || because.reason().isBlank())) {
            throw new UsageException("a gate is overruled with a reason only; give --reason, it is kept in the audit.");
        }
        try (FleetClient client = kpfleet.client()) {
            Answer answer =
                    client.post(rollout.path() + "/" + verb, new SteeringRequest(because.reason(), one, overruled));
            if (!(answer instanceof Answer.Ok ok)) {
                int code = Answers.complain(answer, kpfleet.world);
                if (answer instanceof Answer.Refused refused && refused.status() == Answer.Refused.CONFLICT) {
                    tellWhatIsPossible(client);
                }
                return code;
            }
            AuditRecord audit = ok.as(AuditRecord.class);
            kpfleet.world.print(AuditTable.answer(audit, kpfleet.world.screen().look()));
            String steered = audit.rollout() == null ? audit.config() : audit.rollout();
            kpfleet.world.print(Line.command("watch it", "get rollout " + steered + " -w", kpfleet.world.again()));
            return ExitCode.OK;
        }
    }

    /** Where this is not possible now, another thing may be. */
    private void tellWhatIsPossible(FleetClient client) throws JsonProcessingException {
        if (!(client.get(rollout.path()) instanceof Answer.Ok detail)) {
            return;
        }
        RolloutStatus now = detail.as(RolloutDetail.class).rollout();
        String possible = Arrays.stream(Verb.values())
                .filter(each -> now.allows(each.action()))
                .map(Verb::name)
                .collect(Collectors.joining(", "));
        if (!possible.isEmpty()) {
            kpfleet.world.complainFurther("possible for " + now.id() + " now: " + possible);
        }
    }
}
