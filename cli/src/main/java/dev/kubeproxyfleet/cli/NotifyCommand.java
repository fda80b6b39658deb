package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.kubeproxyfleet.schemas.view.NotificationTarget;
import dev.kubeproxyfleet.schemas.view.ReasonRequest;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code kpfleet notify}: who is told what becomes of rollouts. */
@Command(
        name = "notify",
        mixinStandardHelpOptions = true,
        description = "Shows who is told what becomes of rollouts: webhooks, and channels of Teams and Slack.")
final class NotifyCommand extends Reading {

    NotifyCommand(Kpfleet kpfleet) {
        super(kpfleet);
    }

    @Override
    public Integer call() throws JsonProcessingException {
        try (FleetClient client = kpfleet.client()) {
            return printAll(client.get("/notifications/targets"), NotificationTarget.class, this::lines);
        }
    }

    private List<Line> lines(List<NotificationTarget> targets) {
        if (targets.isEmpty()) {
            return List.of(Line.of("nobody is told; see kpfleet.notify.targets in docs/settings.md"));
        }
        Table table = new Table("TARGET", "TYPE", "FROM", "CONFIGS", "CODES");
        for (NotificationTarget target : targets) {
            table.add(
                    Line.of(target.name(), Tone.STRONG),
                    Line.of(target.type()),
                    Line.of(target.severity().text()),
                    Line.of(orAll(target.configs())),
                    Line.of(orAll(target.codes())));
        }
        List<Line> lines = new ArrayList<>(table.lines());
        lines.add(Line.command("try one", "notify test " + targets.getFirst().name(), world.again()));
        return lines;
    }

    private static String orAll(List<String> some) {
        return some.isEmpty() ? "all" : String.join(", ", some);
    }

    /** {@code kpfleet notify test}. */
    @Command(
            name = "test",
            mixinStandardHelpOptions = true,
            description = "Has the service send a target a test message once, and says what the target answered.")
    static final class Test extends Reading {

        @Parameters(paramLabel = "<target>", description = "The target's name.")
        private String target = "";

        Test(Kpfleet kpfleet) {
            super(kpfleet);
        }

        @Override
        public Integer call() throws JsonProcessingException {
            try (FleetClient client = kpfleet.client()) {
                Answer answer = client.post(
                        "/notifications/targets/" + FleetClient.encode(target) + "/test", new ReasonRequest(null));
                int printed = print(answer, NotificationTarget.Test.class, this::lines);
                return answer instanceof Answer.Ok ok
                                && !ok.as(NotificationTarget.Test.class).taken()
                        ? ExitCode.REFUSED
                        : printed;
            }
        }

        private List<Line> lines(NotificationTarget.Test test) {
            Look look = world.screen().look();
            Line sign = test.taken() ? Symbols.good(look) : Symbols.bad(look);
            return List.of(sign.and(" ").and(test.message()));
        }
    }
}
