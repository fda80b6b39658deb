package dev.kubeproxyfleet.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Why somebody asks for something. */
final class Because {

    @Option(names = "--reason", paramLabel = "<text>", description = "Why; it is kept in the audit.")
    private @Nullable String reason;

    /** Null if nobody said. */
    @Nullable
    String reason() {
        return reason;
    }

    /** The query that tells it; empty without a reason. */
    String query() {
        return reason == null || reason.isBlank() ? "" : "?reason=" + FleetClient.encode(reason);
    }
}
