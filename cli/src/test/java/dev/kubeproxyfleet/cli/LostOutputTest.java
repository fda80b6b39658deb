package dev.kubeproxyfleet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.cli.login.Credentials;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.FeatureStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.reason.AzureCode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Output that nobody gets, answers that never end, and text that would spoil a terminal. */
@Timeout(60)
class LostOutputTest {

    private static final String ESCAPE = "\u001b[2J";
    private static final String HIDDEN = ESCAPE + "\u009b31m\u202e\u2028\r\n\t";

    private final FakeFleet fleet = new FakeFleet();
    private final Console console = new Console().server(fleet.address());

    @AfterEach
    void stop() {
        fleet.close();
    }

    /** As a full disk or a pipe without a reader is. */
    private static PrintWriter lost() {
        return new PrintWriter(
                new PrintStream(
                        new OutputStream() {
                            @Override
                            public void write(int b) throws IOException {
                                throw new IOException("No space left on device");
                            }
                        },
                        false,
                        StandardCharsets.UTF_8),
                false,
                StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "get rollouts",
                "get rollouts -o json",
                "get rollouts -o yaml",
                "--help",
                "completion",
                "--version"
            })
    void outputThatNobodyGetsIsNoSuccess(String line) {
        fleet.on("GET /api/v1/rollouts", 200, List.of());

        assertThat(console.writingTo(lost()).run(line.split(" "))).isEqualTo(ExitCode.OUTPUT_LOST);
        assertThat(console.err()).contains("not all output could be written");
    }

    @Test
    void aFailureKeepsItsOwnCode() {
        fleet.showing("x", Fixtures.model(Fixtures.rollout(RolloutStatus.State.Failed, null, "So it is.")));

        assertThat(console.writingTo(lost()).run("status", "x")).isEqualTo(ExitCode.OUTCOME_FAILED);
    }

    @Test
    void nobodyIsFollowedForWhomNobodyReads() {
        fleet.showing("prod-ipvs", Fixtures.running());

        assertThat(console.writingTo(lost()).inRealTime().run("get", "rollout", "prod-ipvs", "-w"))
                .isEqualTo(ExitCode.OUTPUT_LOST);
    }

    @Test
    void anAnswerThatNeverEndsEndsAtTheDeadlineOfTheWholeRequest() {
        fleet.dripping("GET /api/v1/rollouts");
        try (FleetClient client = new FleetClient(
                URI.create(fleet.address()),
                "alice",
                "./kpfleet",
                Credentials.NONE,
                Trust.usual(),
                Duration.ofMillis(300),
                new Unheard())) {
            assertThat(client.get("/rollouts"))
                    .isInstanceOfSatisfying(
                            Answer.Unreachable.class,
                            answer -> assertThat(answer.message()).contains("had not ended after 0s"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"audit", "audit -o json", "audit -o yaml"})
    void textOfOthersCannotCommandTheTerminal(String line) {
        fleet.on("GET /api/v1/audit", 200, List.of(audit("x" + HIDDEN, "seen" + HIDDEN)));

        assertThat(console.run(line.split(" "))).isZero();
        assertThat(console.out().codePoints())
                .noneMatch(c -> c != '\n' && (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT));
        assertThat(console.out()).contains("\\u202e").containsPattern("\\\\u001b|\\\\e|\\\\x1b|\\\\u001B");
    }

    @Test
    void norCanARefusalOrItsCandidates() {
        fleet.on(
                "GET /api/v1/rollouts/x",
                409,
                Map.of("code", "Odd", "message", "no" + HIDDEN, "candidates", List.of("this" + HIDDEN)));

        assertThat(console.run("status", "x")).isEqualTo(ExitCode.REFUSED);
        assertThat(console.err()).isEqualTo("""
                        ./kpfleet: no\\u001b[2J\\u009b31m\\u202e\\u2028\\r\\n\\t [Odd]
                          this\\u001b[2J\\u009b31m\\u202e\\u2028\\r\\n\\t
                        """);
    }

    @Test
    void oneLongNameDoesNotWidenTheTable() {
        String name = "n".repeat(5_000);
        fleet.on("GET /api/v1/audit", 200, List.of(audit(name, "about " + name), audit("short", "fine")));

        assertThat(console.run("audit")).isZero();
        assertThat(console.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(1_000));
        assertThat(console.out().lines().toList().get(1)).contains("n... ").endsWith("n...");
        assertThat(console.out().lines().toList().get(2)).contains("short").endsWith("Odd: fine");
    }

    @Test
    void featuresAndStatusPrintTheAnswerOfTheServiceToo() throws IOException {
        fleet.on("GET /api/v1/features", 200, List.of(new FeatureStatus("s1", "NotRegistered", "Registered", null)))
                .showing("x", Fixtures.running());

        assertThat(console.run("features", "-o", "json")).isZero();
        assertThat(json(console).at("/0/subscription").asText()).isEqualTo("s1");

        Console second = new Console().server(fleet.address());
        assertThat(second.run("status", "x", "-o", "json")).isEqualTo(ExitCode.UNFINISHED);
        assertThat(json(second).path("state").asText()).isEqualTo("Running");
        assertThat(json(second).path("id").asText()).isEqualTo("prod-ipvs.2");
    }

    private static JsonNode json(Console console) throws IOException {
        return Json.MAPPER.readTree(console.out());
    }

    private static AuditRecord audit(String config, String message) {
        return new AuditRecord(
                null,
                config,
                null,
                null,
                "Publish",
                "alice",
                null,
                AuditRecord.Verdict.Refused,
                new AzureCode("Odd"),
                message,
                Fixtures.NOW);
    }

    private static final class Unheard implements FleetClient.Notices {

        @Override
        public void stale(Duration age) {
            // Nobody asks.
        }

        @Override
        public void busy(Duration wait) {
            // Nor here.
        }
    }
}
