package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.kubeproxyfleet.cli.login.Credentials;
import dev.kubeproxyfleet.cli.login.DeviceFlow;
import dev.kubeproxyfleet.cli.login.KeptLogins;
import dev.kubeproxyfleet.cli.login.LoginException;
import dev.kubeproxyfleet.cli.login.Logins;
import dev.kubeproxyfleet.schemas.access.Caller;
import dev.kubeproxyfleet.schemas.access.LoginInfo;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kpfleet login}: gets a token for one fleet service, and keeps it. */
@Command(
        name = "login",
        mixinStandardHelpOptions = true,
        description = {
            "Logs in to the fleet service where it says: in this machine's browser if it has a screen, else by a code that is"
                    + " entered in a browser elsewhere.",
            "The login is kept for the address of this service, where nobody else can read it, and renewed until it is over."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  kpfleet login --server https://fleet.example.com",
            "  kpfleet login --device-code",
            "  kpfleet login --federated        # in a pipeline, without a secret; docs/login.md"
        })
final class LoginCommand implements Callable<Integer> {

    private final Kpfleet kpfleet;
    private final Surroundings world;

    @ArgGroup
    private Way way = new Way();

    /** One of them, or none. */
    private static final class Way {

        @Option(names = "--browser", description = "In this machine's browser.")
        private boolean browser;

        @Option(names = "--device-code", description = "By a code that is entered in any browser.")
        private boolean deviceCode;

        @Option(
                names = "--federated",
                description = "By what GitHub Actions or Azure workload identity says of this program.")
        private boolean federated;
    }

    LoginCommand(Kpfleet kpfleet) {
        this.kpfleet = kpfleet;
        this.world = kpfleet.world;
    }

    @Override
    public Integer call() throws JsonProcessingException, LoginException, InterruptedException {
        kpfleet.requirePrivate();
        KeptLogins kept = kpfleet.logins();
        LoginInfo login;
        try (FleetClient client = kpfleet.client(Credentials.NONE)) {
            Answer answer = client.get("/login");
            if (!(answer instanceof Answer.Ok ok)) {
                return Answers.complain(answer, world);
            }
            login = ok.as(LoginInfo.class);
        }
        if (!login.required()) {
            world.print(Line.of("The fleet service at %s has no login; every command works as it is."
                    .formatted(kpfleet.address())));
            return ExitCode.OK;
        }
        Logins logins = new Logins(kept, kpfleet.address().toString(), world.clock());
        if (way.federated) {
            logins.federated(login, world.environment());
        } else if (way.browser || (!way.deviceCode && world.browser().isAt())) {
            logins.byBrowser(login, page -> {
                world.print(Line.of("Log in at ").and(page.toString(), Tone.NOTE));
                world.browser().open(page);
            });
        } else {
            logins.byDeviceCode(login, new AtTheTerminal(world));
        }
        return greet(kept);
    }

    /** By what the service now says: whoever logs in as the wrong user, or has no role yet, sees it at once. */
    private int greet(KeptLogins kept) throws JsonProcessingException {
        try (FleetClient client = kpfleet.client(kpfleet.ofLogin(kept))) {
            Answer answer = client.get("/whoami");
            if (!(answer instanceof Answer.Ok ok)) {
                return Answers.complain(answer, world);
            }
            Caller caller = ok.as(Caller.class);
            world.print(Symbols.good(world.screen().look())
                    .and(" logged in to %s as ".formatted(kpfleet.address()))
                    .and(caller.name(), Tone.STRONG)
                    .and(", " + CallerSheet.grants(caller)));
            kpfleet.givenCredentials()
                    .ifPresent(given ->
                            world.complain("a token is given by an option or a variable, and goes before this login."));
            return ExitCode.OK;
        }
    }

    private record AtTheTerminal(Surroundings world) implements DeviceFlow.Waiting {

        @Override
        public void askFor(String page, String code) {
            world.print(Line.of("Open ")
                    .and(page, Tone.NOTE)
                    .and(" in a browser and enter the code ")
                    .and(code, Tone.STRONG));
        }

        @Override
        public void pause(Duration length) throws InterruptedException {
            world.pause().of(length);
        }
    }
}
