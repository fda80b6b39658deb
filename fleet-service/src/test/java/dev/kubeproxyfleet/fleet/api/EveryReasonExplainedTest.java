package dev.kubeproxyfleet.fleet.api;

import static dev.kubeproxyfleet.fleet.api.Fleet.NOON;
import static dev.kubeproxyfleet.fleet.api.Fleet.rollout;
import static dev.kubeproxyfleet.fleet.api.Fleet.stage;
import static dev.kubeproxyfleet.fleet.api.Fleet.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus.Counts;
import dev.kubeproxyfleet.schemas.message.RolloutStatus.StageState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every reason code of the guide is explained with its own words; another test holds that every code is in the guide. */
class EveryReasonExplainedTest {

    private static final String OF_A_ROLLOUT = "| of a rollout |";
    private static final String OF_A_CLUSTER = "| of a cluster |";
    private static final Pattern CODE = Pattern.compile("`([A-Z]\\w+)`");

    private static final Map<String, RolloutStatus.State> STATES = Map.ofEntries(
            Map.entry("InventoryPending", RolloutStatus.State.Planned),
            Map.entry("NoClusterMatches", RolloutStatus.State.Planned),
            Map.entry("ScheduledStart", RolloutStatus.State.Planned),
            Map.entry("PredecessorInFlight", RolloutStatus.State.Running),
            Map.entry("OutsideWindow", RolloutStatus.State.Running),
            Map.entry("StageProvedNothing", RolloutStatus.State.Running),
            Map.entry("PausedByOperator", RolloutStatus.State.Paused),
            Map.entry("RollbackPaused", RolloutStatus.State.Paused),
            Map.entry("MaxFailuresExceeded", RolloutStatus.State.Paused),
            Map.entry("RollbackByOperator", RolloutStatus.State.RollingBack),
            Map.entry("ClustersNotConverged", RolloutStatus.State.Failed),
            Map.entry("RollbackIncomplete", RolloutStatus.State.Failed),
            Map.entry("RolledBack", RolloutStatus.State.RolledBack));

    /** One row of a table of the guide: a code, and what the last column says follows from it. */
    record Row(String code, String then) {}

    @ParameterizedTest
    @MethodSource
    void ofARollout(Row row) {
        RolloutStatus rollout = rollout(
                "prod",
                2,
                Objects.requireNonNull(STATES.get(row.code()), row.code()),
                row.code(),
                "so it is",
                stage("all", StageState.Updating, new Counts(1, 0, 0, 0, 0, 0, 0)));
        RolloutExplanation explanation = RolloutExplanation.of(
                rollout,
                List.of(),
                new Prospect(rollout, rollout, null),
                false,
                _ -> RolloutExplanation.Chance.OPEN,
                NOON.plusSeconds(100));

        assertThat(explanation.sentence()).contains("(" + row.code() + "): so it is; ", "12:00:00 UTC");
    }

    static List<Row> ofARollout() throws IOException {
        return rows(OF_A_ROLLOUT);
    }

    @ParameterizedTest
    @MethodSource
    void ofACluster(Row row) {
        RolloutStatus rollout = rollout(
                "prod",
                2,
                RolloutStatus.State.Running,
                stage("early", StageState.Updating, new Counts(1, 0, 0, 0, 0, 0, 0)));
        Explanation explanation = Explanation.of(
                Fleet.id("weu-03"),
                null,
                status("prod.2", "weu-03", state(row), row.code(), "so it is"),
                rollout,
                new Prospect(rollout, rollout, null),
                null,
                NOON.plusSeconds(100));

        assertThat(explanation.sentence())
                .contains("12:01:10 UTC")
                .endsWith(".")
                .doesNotContain("null");
        if (explanation.code() != null && !row.then().equals("see above")) {
            assertThat(explanation.sentence()).contains("(" + row.code() + "): so it is; ");
        }
        if (state(row) == RolloutClusterStatus.State.Waiting || state(row) == RolloutClusterStatus.State.Skipped) {
            assertThat(explanation.sentence())
                    .as("words of its own")
                    .doesNotContain(
                            Remedy.of("NoSuchCode", "prod", Fleet.id("weu-03")).words());
        }
    }

    static List<Row> ofACluster() throws IOException {
        return rows(OF_A_CLUSTER);
    }

    private static RolloutClusterStatus.State state(Row row) {
        return switch (row.then()) {
            case "failed" -> RolloutClusterStatus.State.Failed;
            case "see above" -> RolloutClusterStatus.State.Converged;
            case "waits" ->
                row.code().equals("WorkerSilent")
                        ? RolloutClusterStatus.State.Updating
                        : RolloutClusterStatus.State.Waiting;
            default ->
                row.then().startsWith("waits")
                        ? RolloutClusterStatus.State.Waiting
                        : row.code().equals("EarlierConfigurationUnknown")
                                ? RolloutClusterStatus.State.Failed
                                : RolloutClusterStatus.State.Skipped;
        };
    }

    private static List<Row> rows(String head) throws IOException {
        List<Row> rows = new ArrayList<>();
        String guide = Files.readString(Path.of("../docs/rollouts.md"));
        guide.substring(guide.indexOf(head))
                .lines()
                .takeWhile(line -> line.startsWith("|"))
                .skip(2)
                .map(line -> line.split("\\|", -1))
                .forEach(cells -> CODE.matcher(cells[1])
                        .results()
                        .map((MatchResult found) -> found.group(1))
                        .forEach(code -> rows.add(new Row(code, cells[cells.length - 2].strip()))));
        return rows;
    }
}
