package dev.kubeproxyfleet.simulator.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a killed sandbox leaves behind, with a shell in the place of the service. */
class FleetServiceProcessTest {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    private Path log;
    private Process left;

    @BeforeEach
    void leaveAProcess() throws Exception {
        log = folder.resolve("fleet-service.log");
        left = new ProcessBuilder("sh", "-c", "read line").start();
    }

    @AfterEach
    void endIt() {
        left.destroyForcibly();
    }

    @Test
    void whatAKilledSandboxLeftIsFoundAndEnded() throws Exception {
        Leftover.note(folder.resolve("fleet-service.pid"), left.toHandle());

        assertThat(FleetServiceProcess.endLeftover(log)).hasValue(left.pid());

        assertThat(left.isAlive()).isFalse();
        assertThat(FleetServiceProcess.endLeftover(log)).as("nothing is left").isEmpty();
    }

    @Test
    void aProcessThatOnlyHasTheSameIdIsLeftAlone() throws Exception {
        Files.writeString(folder.resolve("fleet-service.pid"), left.pid() + " 1234567890\n");

        assertThat(FleetServiceProcess.endLeftover(log)).isEmpty();

        assertThat(left.isAlive()).isTrue();
    }

    @Test
    void aBrokenOrMissingNoteIsOfNoProcess() throws Exception {
        assertThat(FleetServiceProcess.endLeftover(log)).isEmpty();
        Files.writeString(folder.resolve("fleet-service.pid"), "garbage");

        assertThat(FleetServiceProcess.endLeftover(log)).isEmpty();
    }

    @Test
    void aServiceThatIsStoppedLeavesNoNoteAndOneThatRunsDoes() throws Exception {
        // No such jar: the process ends by itself, and would be started again.
        FleetServiceProcess service =
                new FleetServiceProcess(folder.resolve("none.jar"), Map.of(), log, URI.create("http://127.0.0.1:1/"));
        service.start();
        assertThat(folder.resolve("fleet-service.pid")).exists();

        service.expectEnd();
        service.close();

        assertThat(folder.resolve("fleet-service.pid")).doesNotExist();
        assertThat(service.givenUp()).isNotDone();
    }

    @Test
    void oneThatNeverRunsIsStartedAgainSomeTimesAndThenGivenUp() throws Exception {
        try (FleetServiceProcess service =
                new FleetServiceProcess(folder.resolve("none.jar"), Map.of(), log, URI.create("http://127.0.0.1:1/"))) {
            service.start();

            await().atMost(PATIENCE).until(() -> service.givenUp().isDone());
        }
        assertThat(Files.readAllLines(log).stream().filter(line -> line.contains("none.jar")))
                .as("once, and five times again")
                .hasSize(6);
    }

    @Test
    void whatTheJavaRuntimeLooksAtIsGivenToItAndNotInTheFile() throws Exception {
        try (FleetServiceProcess service = new FleetServiceProcess(
                StandIn.jar(folder.resolve("service.jar")),
                Map.of("quarkus.http.port", "0", "jdk.net.hosts.file", "/dev/null"),
                log,
                URI.create("http://127.0.0.1:1/"))) {
            service.start();

            assertThat(ProcessHandle.of(service.pid())
                            .orElseThrow()
                            .info()
                            .arguments()
                            .orElseThrow())
                    .contains("-Djdk.net.hosts.file=/dev/null");
            assertThat(Files.readString(folder.resolve("fleet-service.properties")))
                    .doesNotContain("jdk.net");
        }
    }

    @Test
    void settingsAreInAFileOfTheOwnerAsLongAsItRuns() throws Exception {
        Path file = folder.resolve("fleet-service.properties");
        try (FleetServiceProcess service = new FleetServiceProcess(
                folder.resolve("none.jar"),
                Map.of("kpfleet.azure.static-token", "swordfish", "smallrye.config.locations", "other.properties"),
                log,
                URI.create("http://127.0.0.1:1/"))) {
            service.start();

            assertThat(Files.readString(file))
                    .contains("kpfleet.azure.static-token=swordfish")
                    .doesNotContain("other.properties");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }

        assertThat(file).doesNotExist();
    }

    @Test
    void aServiceThatCannotRunIsGivenUp() throws Exception {
        try (FleetServiceProcess service =
                new FleetServiceProcess(folder.resolve("none.jar"), Map.of(), log, URI.create("http://127.0.0.1:1/"))) {
            service.start();

            await().until(() -> service.givenUp().isDone());
        }
    }
}
