package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kpfleet audit}: who did what. */
@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        description = {
            "Lists who did what, when and why, newest first: the latest that the service has in memory (1000 unless it"
                    + " is set otherwise), or as much of all that Kafka keeps (400 days) as --since, --until and --limit say."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  kpfleet audit --config prod-ipvs",
            "  kpfleet audit --since 30d",
            "  kpfleet audit --since 2026-03-01 --until 2026-04-01 -o json",
        })
final class AuditCommand extends Reading {

    /** Rows that are asked for at once. */
    private static final int PAGE = 1_000;

    @Option(names = "--config", paramLabel = "<config>", description = "Only what concerns this configuration.")
    private @Nullable String config;

    @Option(
            names = "--since",
            paramLabel = "<time>",
            description =
                    "From this time on: a date, a time such as 2026-03-01T08:00:00Z, or how long ago, such as 12h or 30d.")
    private @Nullable String since;

    @Option(names = "--until", paramLabel = "<time>", description = "Before this time, written in the same way.")
    private @Nullable String until;

    @Option(names = "--limit", paramLabel = "<rows>", description = "At most so many rows, from 1 on.")
    private @Nullable Integer limit;

    AuditCommand(Kpfleet kpfleet) {
        super(kpfleet);
    }

    @Override
    public Integer call() throws JsonProcessingException {
        if (limit != null && limit < 1) {
            throw new UsageException("--limit is a number of rows from 1 on.");
        }
        Instant from = since == null ? null : Moment.of("--since", since, world.clock());
        Instant before = until == null ? null : Moment.of("--until", until, world.clock());
        if (from != null && before != null && !from.isBefore(before)) {
            throw new UsageException("--since is a time before --until.");
        }
        try (FleetClient client = kpfleet.client()) {
            return printAll(read(client, from, before), AuditRecord.class, AuditTable::of);
        }
    }

    private Answer read(FleetClient client, @Nullable Instant from, @Nullable Instant before) {
        List<String> query = new ArrayList<>();
        add(query, "config", config);
        add(query, "from", from);
        add(query, "until", before);
        int most = limit == null ? Integer.MAX_VALUE : limit;
        if (limit != null) {
            add(query, "limit", Math.min(PAGE, most));
        }
        ArrayNode rows = Json.MAPPER.createArrayNode();
        String next = query.isEmpty() ? "" : "?" + String.join("&", query);
        while (next != null && rows.size() < most) {
            Answer answer = client.get("/audit" + next);
            if (!(answer instanceof Answer.Ok page)) {
                return answer;
            }
            for (JsonNode row : page.body()) {
                if (!isBetween(from, before, row)) {
                    return new Answer.Unreachable(
                            "The fleet service is of a version that knows no --since and --until; leave them out, or"
                                    + " upgrade it.");
                }
                if (rows.size() < most) {
                    rows.add(row);
                }
            }
            next = page.next();
        }
        return new Answer.Ok(rows, OptionalInt.empty(), null);
    }

    /** A service that does not know what it is asked gives everything. */
    private static boolean isBetween(@Nullable Instant from, @Nullable Instant before, JsonNode row) {
        if (from == null && before == null) {
            return true;
        }
        Instant at = Instant.parse(row.path("at").asText());
        return (from == null || !at.isBefore(from)) && (before == null || at.isBefore(before));
    }

    private static void add(List<String> query, String name, @Nullable Object value) {
        if (value != null) {
            query.add(name + "=" + FleetClient.encode(value.toString()));
        }
    }
}
