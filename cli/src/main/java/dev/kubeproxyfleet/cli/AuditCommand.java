package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kpfleet audit}: who did what. */
@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        description = "Lists who did what, when and why, newest first.")
final class AuditCommand extends Reading {

    @Option(names = "--config", paramLabel = "<config>", description = "Only what concerns this configuration.")
    private @Nullable String config;

    AuditCommand(Kpfleet kpfleet) {
        super(kpfleet);
    }

    @Override
    public Integer call() throws JsonProcessingException {
        try (FleetClient client = kpfleet.client()) {
            return printAll(
                    client.get(config == null ? "/audit" : "/audit?config=" + FleetClient.encode(config)),
                    AuditRecord.class,
                    AuditTable::of);
        }
    }
}
