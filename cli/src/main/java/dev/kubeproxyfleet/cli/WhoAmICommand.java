package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.kubeproxyfleet.schemas.access.Caller;
import picocli.CommandLine.Command;

/** {@code kpfleet whoami}: who the service takes the caller for. */
@Command(
        name = "whoami",
        mixinStandardHelpOptions = true,
        description = "Says who the fleet service takes you for, and which roles you have.")
final class WhoAmICommand extends Reading {

    WhoAmICommand(Kpfleet kpfleet) {
        super(kpfleet);
    }

    @Override
    public Integer call() throws JsonProcessingException {
        try (FleetClient client = kpfleet.client()) {
            return print(
                    client.get("/whoami"),
                    Caller.class,
                    caller -> CallerSheet.of(caller, world.clock().instant()));
        }
    }
}
