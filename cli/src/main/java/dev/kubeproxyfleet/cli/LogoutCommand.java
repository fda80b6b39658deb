package dev.kubeproxyfleet.cli;

import dev.kubeproxyfleet.cli.login.LoginException;
import dev.kubeproxyfleet.cli.login.Logins;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code kpfleet logout}: ends what {@code kpfleet login} began. */
@Command(
        name = "logout",
        mixinStandardHelpOptions = true,
        description = "Deletes the login for the fleet service, and has the provider renew it for nobody any more.")
final class LogoutCommand implements Callable<Integer> {

    private final Kpfleet kpfleet;

    LogoutCommand(Kpfleet kpfleet) {
        this.kpfleet = kpfleet;
    }

    @Override
    public Integer call() throws LoginException, InterruptedException {
        Surroundings world = kpfleet.world;
        String server = kpfleet.address().toString();
        switch (new Logins(kpfleet.logins(), server, world.clock()).end()) {
            case Logins.Ended.NotLoggedIn _ -> world.print(Line.of("There is no login for %s.".formatted(server)));
            case Logins.Ended.Revoked(Instant until) ->
                world.print(Symbols.good(world.screen().look())
                        .and(" logged out of %s; whoever has a copy of its token can use it until %s"
                                .formatted(server, until)));
            case Logins.Ended.Forgotten(String why, Instant until) -> {
                world.print(
                        Symbols.good(world.screen().look()).and(" logged out of %s on this machine".formatted(server)));
                world.complain("%s; whoever has a copy of the login could renew it. Its token is good until %s."
                        .formatted(why, until));
            }
        }
        return ExitCode.OK;
    }
}
