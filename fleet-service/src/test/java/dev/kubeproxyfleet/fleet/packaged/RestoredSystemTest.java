package dev.kubeproxyfleet.fleet.packaged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.cli.backup.Backup;
import dev.kubeproxyfleet.cli.backup.BackupException;
import dev.kubeproxyfleet.cli.backup.Restore;
import dev.kubeproxyfleet.schemas.topic.Topic;
import dev.kubeproxyfleet.simulator.arm.ApiCall;
import dev.kubeproxyfleet.simulator.arm.JournalEntry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kafka is lost with a rollout that has ended, one in the middle and one that is paused, and some time after the last backup. The same
 * clusters go on from the backup in another Kafka.
 */
class RestoredSystemTest {

    private static final Duration PATIENCE = Duration.ofMinutes(4);

    /** The first look of the controller, and two of the inventory, with time to spare. */
    private static final Duration STILLNESS = Duration.ofSeconds(12);

    private static final String CONFIG = """
            apiVersion: kubeproxyfleet.dev/v1
            kind: FleetConfig
            metadata: { name: %1$s }
            spec:
              kubeProxy: { mode: IPVS, ipvsConfig: { scheduler: LeastConnection } }
              selector: { tags: { matchLabels: { env: %1$s } } }
              drift: Correct
              strategy:
                stages:
                  - { name: canary, size: 1 }
                  - { name: rest, maxConcurrent: 1 }
            """;

    @TempDir
    Path folder;

    @Test
    void nothingIsLostAndNoClusterIsWrittenTwice() throws Exception {
        Path file = folder.resolve("fleet.backup");
        try (WholeSystem system = new WholeSystem(folder)) {
            Map<String, Object> kafka = Map.of("bootstrap.servers", system.brokers);
            system.publish("dev", CONFIG.formatted("dev"));
            awaitState(system, "dev.1", "Succeeded");
            system.publish("staging", CONFIG.formatted("staging"));
            assertThat(system.steer("staging.1", "pause")).isEqualTo(200);
            awaitState(system, "staging.1", "Paused");
            int before = system.azure.journal().acceptedWrites().size();
            system.publish("prod", CONFIG.formatted("prod"));
            awaitWrites(system, before + 2);

            Backup.Summary saved = new Backup(kafka, Topic.DEFAULT_PREFIX, InstantSource.system()).take(file);

            assertThat(saved.serviceRan()).isTrue();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            awaitWrites(system, before + 4);
            JsonNode ended = asItEnded(system, "dev.1");
            Restore restore = new Restore(kafka, Topic.DEFAULT_PREFIX, new Restore.Creation(3, (short) 1));
            assertThatThrownBy(() -> restore.from(file))
                    .isInstanceOf(BackupException.class)
                    .hasMessageContaining("a fleet service runs");

            system.replaceKafka(folder.resolve("other-broker"), () -> {
                refusesWhatIsNotWhole(file, restore, kafka);
                Restore.Summary restored = restore.from(file);
                assertThat(restored.takenAt()).isEqualTo(saved.takenAt());
                assertThat(restored.records()).isEqualTo(saved.records());
                assertThatThrownBy(() -> restore.from(file))
                        .isInstanceOf(BackupException.class)
                        .hasMessageContaining("not empty: kubeproxy.audit, kubeproxy.clusters");
                return null;
            });

            assertThat(asItEnded(system, "dev.1")).isEqualTo(ended);
            int written = system.azure.journal().acceptedWrites().size();
            for (String held : List.of("dev.2", "prod.1")) {
                awaitState(system, held, "Paused");
                assertThat(system.rollout(held).at("/rollout/code").asText()).isEqualTo("RestoredFromBackup");
            }
            assertThat(system.rollout("staging.1").at("/rollout/code").asText()).isEqualTo("PausedByOperator");
            long still = System.nanoTime();
            await("that nothing is written")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(500))
                    .until(() -> {
                        assertThat(system.azure.journal().acceptedWrites()).hasSize(written);
                        return System.nanoTime() - still > STILLNESS.toNanos();
                    });

            assertThat(system.steer("prod.1", "resume")).isEqualTo(200);
            awaitState(system, "prod.1", "Succeeded");
            assertThat(system.azure.journal().of(ApiCall.PUT_CLUSTER))
                    .extracting(JournalEntry::cluster)
                    .doesNotHaveDuplicates();
            assertThat(system.azure.journal().overlappingWrites()).isEmpty();

            assertThat(system.steer("dev.2", "abort")).isEqualTo(200);
            awaitState(system, "dev.2", "Aborted");
            assertThat(system.steer("dev.1", "rollback")).isEqualTo(200);
            awaitState(system, "dev.1", "RolledBack");
            assertThat(system.rollout("dev.1").get("clusters"))
                    .anySatisfy(
                            cluster -> assertThat(cluster.get("state").asText()).isEqualTo("RolledBack"));
        }
    }

    private void refusesWhatIsNotWhole(Path file, Restore restore, Map<String, Object> kafka) throws Exception {
        byte[] whole = Files.readAllBytes(file);
        Path bad = folder.resolve("bad.backup");
        for (int length : List.of(0, 100, whole.length / 2, whole.length - 1)) {
            Files.write(bad, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> restore.from(bad))
                    .isInstanceOf(BackupException.class)
                    .hasMessageContaining("cut off");
        }
        try (Admin admin = Admin.create(kafka)) {
            assertThat(admin.listTopics().names().get())
                    .filteredOn(name -> name.startsWith(Topic.DEFAULT_PREFIX))
                    .isEmpty();
        }
    }

    /** Without what may be done with it, which the rollout that catches up after the restore changes as soon as it is there. */
    private static JsonNode asItEnded(WholeSystem system, String rollout) throws InterruptedException {
        return system.rollout(rollout).withObject("/rollout").without("actions");
    }

    private static void awaitState(WholeSystem system, String rollout, String state) {
        await(rollout + " to be " + state)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .until(() ->
                        system.rollout(rollout).at("/rollout/state").asText().equals(state));
    }

    private static void awaitWrites(WholeSystem system, int writes) {
        await(writes + " writes")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> system.azure.journal().acceptedWrites().size() >= writes);
    }
}
