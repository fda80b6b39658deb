package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.kubeproxyfleet.schemas.message.FeatureStatus;
import dev.kubeproxyfleet.schemas.message.FeatureStatus.Registration;
import dev.kubeproxyfleet.schemas.text.Count;
import dev.kubeproxyfleet.schemas.view.ReasonRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code kpfleet features}: the preview feature that kubeProxyConfig needs, in every subscription of the fleet. */
@Command(
        name = "features",
        mixinStandardHelpOptions = true,
        description = "Shows in which subscriptions the preview feature KubeProxyConfigurationPreview is registered.")
final class FeaturesCommand extends Reading {

    FeaturesCommand(Kpfleet kpfleet) {
        super(kpfleet);
    }

    @Override
    public Integer call() throws JsonProcessingException {
        try (FleetClient client = kpfleet.client()) {
            return printAll(client.get("/features"), FeatureStatus.class, this::lines);
        }
    }

    private List<Line> lines(List<FeatureStatus> features) {
        Table table = new Table("SUBSCRIPTION", "FEATURE", "PROVIDER", "REGISTRATION");
        String missing = null;
        for (FeatureStatus status : features) {
            Registration registration = status.registration();
            table.add(
                    Line.of(status.subscription(), Tone.STRONG),
                    Line.of(status.feature(), tone(status.feature())),
                    Line.of(status.provider(), tone(status.provider())),
                    Line.of(registration == null ? "-" : registration.message()));
            if (status.feature().equals("NotRegistered")) {
                missing = status.subscription();
            }
        }
        List<Line> lines = new ArrayList<>(features.isEmpty() ? List.of(Line.of("no subscriptions")) : table.lines());
        if (missing != null) {
            lines.add(Line.command("register it", "features register " + missing, kpfleet.world.again()));
        }
        return lines;
    }

    private static Tone tone(String state) {
        return state.equals("Registered") ? Tone.GOOD : Tone.NOTE;
    }

    /** {@code kpfleet features register}. */
    @Command(
            name = "register",
            mixinStandardHelpOptions = true,
            description =
                    "Registers the feature, waits for Azure (minutes), and registers the provider again to act by it.")
    static final class Register implements Callable<Integer> {

        private static final Duration TICK = Duration.ofSeconds(3);

        private final Kpfleet kpfleet;

        @Parameters(paramLabel = "<subscription>", description = "The subscription's id.")
        private String subscription = "";

        @Mixin
        private final Because because = new Because();

        @Option(
                names = "--timeout",
                paramLabel = "<minutes>",
                defaultValue = "60",
                description = "How long to wait; the registration goes on after it. Default: ${DEFAULT-VALUE}.")
        private int timeoutMinutes = 60;

        @Option(names = "--no-wait", description = "Only ask for it.")
        private boolean noWait;

        Register(Kpfleet kpfleet) {
            this.kpfleet = kpfleet;
        }

        @Override
        public Integer call() throws JsonProcessingException, InterruptedException {
            String path = "/features/" + FleetClient.encode(subscription);
            try (FleetClient client = kpfleet.client()) {
                Answer answer = client.post(path + "/register", new ReasonRequest(because.reason()));
                if (!(answer instanceof Answer.Ok ok)) {
                    return Answers.complain(answer, kpfleet.world);
                }
                Registration begun = ok.as(Registration.class);
                show(begun);
                return noWait || begun.ended() ? code(begun) : follow(client, path, begun);
            }
        }

        private int follow(FleetClient client, String path, Registration begun)
                throws JsonProcessingException, InterruptedException {
            Instant deadline = kpfleet.world.clock().instant().plus(Duration.ofMinutes(timeoutMinutes));
            Registration shown = begun;
            while (kpfleet.world.clock().instant().isBefore(deadline)) {
                kpfleet.world.pause().of(TICK);
                Answer answer = client.get(path);
                if (!(answer instanceof Answer.Ok ok)) {
                    return Answers.complain(answer, kpfleet.world);
                }
                Registration now = ok.as(FeatureStatus.class).registration();
                if (now == null) {
                    kpfleet.world.complain(
                            "the service knows of no registration any more: it was restarted, or another replica answered; ask again, which repeats nothing that is done.");
                    return ExitCode.UNFINISHED;
                }
                if (now.phase() != shown.phase()) {
                    show(now);
                }
                shown = now;
                if (now.ended()) {
                    return code(now);
                }
                if (kpfleet.world.outputLost()) {
                    return ExitCode.OUTPUT_LOST;
                }
            }
            kpfleet.world.complain("not finished after %s; the registration goes on, see '%s features'."
                    .formatted(Count.of(timeoutMinutes, "minute"), kpfleet.world.again()));
            return ExitCode.UNFINISHED;
        }

        private void show(Registration registration) {
            Look look = kpfleet.world.screen().look();
            Line sign = switch (registration.phase()) {
                case Feature, Provider -> Line.of("…");
                case Done -> Symbols.good(look);
                case Failed -> Symbols.bad(look);
            };
            Line line = sign.and(" ").and(subscription, Tone.STRONG).and("  ").and(registration.message());
            kpfleet.world.print(
                    registration.code() == null ? line : line.and(" [" + registration.code() + "]", Tone.QUIET));
        }

        private static int code(Registration registration) {
            return registration.phase() == FeatureStatus.Phase.Failed ? ExitCode.REFUSED : ExitCode.OK;
        }
    }
}
