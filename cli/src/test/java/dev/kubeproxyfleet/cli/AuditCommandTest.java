package dev.kubeproxyfleet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.message.AuditRecord;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuditCommandTest {

    private static final AuditRecord PLANNED = Fixtures.audit(AuditRecord.Verdict.Done, "RolloutPlanned", "Planned.");

    private final FakeFleet fleet = new FakeFleet();
    private final Console console = new Console().server(fleet.address());

    @AfterEach
    void close() {
        fleet.close();
    }

    @Test
    void auditListsWhatHappenedToOneConfig() {
        fleet.on("GET /api/v1/audit?config=prod-ipvs", 200, List.of(PLANNED));

        assertThat(console.run("audit", "--config", "prod-ipvs")).isZero();
        assertThat(console.out())
                .containsPattern("2026-03-01T10:02:13Z +alice +Publish +prod-ipvs.2 +Done +RolloutPlanned: Planned.");
    }

    /** The page in the middle has nothing of the config. */
    @Test
    void whatIsOlderIsReadPageByPage() {
        String query = "?config=prod-ipvs&from=2026-03-01T00%3A00%3A00Z&until=2026-03-02T00%3A00%3A00Z";
        fleet.onPage("GET /api/v1/audit" + query, List.of(PLANNED), 0, query + "&continue=40")
                .onPage("GET /api/v1/audit" + query + "&continue=40", List.of(), 0, query + "&continue=20")
                .on("GET /api/v1/audit" + query + "&continue=20", 200, List.of(PLANNED));

        assertThat(console.run(
                        "audit", "--config=prod-ipvs", "--since=2026-03-01", "--until=2026-03-02T01:00:00+01:00"))
                .as(console.err())
                .isZero();
        assertThat(console.out().lines().filter(line -> line.contains("RolloutPlanned")))
                .hasSize(2);
    }

    @Test
    void noMoreIsAskedForThanTheLimit() {
        fleet.onPage("GET /api/v1/audit?limit=2", List.of(PLANNED), 0, "?limit=2&continue=40")
                .onPage("GET /api/v1/audit?limit=2&continue=40", List.of(PLANNED, PLANNED), 0, "?limit=2&continue=20");

        assertThat(console.run("audit", "--limit=2", "-o", "jsonpath={.items[*].code}"))
                .as(console.err())
                .isZero();
        assertThat(console.out().strip()).isEqualTo("RolloutPlanned RolloutPlanned");
    }

    @Test
    void aServiceThatKnowsNoTimesIsNotBelieved() {
        fleet.on("GET /api/v1/audit?from=2026-04-01T00%3A00%3A00Z&limit=5", 200, List.of(PLANNED));

        assertThat(console.run("audit", "--since=2026-04-01", "--limit=5")).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(console.err()).contains("of a version that knows no --since and --until");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    --limit=0 | --limit is a number of rows from 1 on
                    --since=soon | --since is a date such as 2026-03-01
                    --until=2026-13-01 | --until is a date such as 2026-03-01
                    --since=2026-03-02 --until=2026-03-01 | --since is a time before --until
                    """)
    void whatMakesNoSenseIsRefused(String options, String message) {
        assertThat(console.run(("audit " + options).split(" "))).isEqualTo(ExitCode.USAGE);
        assertThat(console.err()).contains(message);
    }
}
