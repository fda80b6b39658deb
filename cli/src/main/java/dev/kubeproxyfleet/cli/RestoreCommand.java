package dev.kubeproxyfleet.cli;

import dev.kubeproxyfleet.cli.backup.BackupException;
import dev.kubeproxyfleet.cli.backup.Restore;
import dev.kubeproxyfleet.schemas.text.Count;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kpfleet restore}: a backup into a Kafka that has no fleet yet. */
@Command(
        name = "restore",
        mixinStandardHelpOptions = true,
        description = {
            "Restores a backup into a Kafka whose topics are missing or empty, all of it or nothing.",
            "Stop every fleet service that works on these clusters first, wherever it runs. The one that is started on what was"
                    + " restored begins with everything paused: it writes to no cluster before a person resumes a rollout."
        },
        footerHeading = "%nExamples:%n",
        footer = "  kpfleet restore --bootstrap-server kafka:9093 --command-config client.properties -f fleet.backup")
final class RestoreCommand implements Callable<Integer> {

    private final Kpfleet kpfleet;

    @Mixin
    private final KafkaOptions kafka = new KafkaOptions();

    @Option(
            names = {"-f", "--filename"},
            required = true,
            paramLabel = "<file>",
            description = "File that 'backup' has written.")
    private Path file = Path.of("");

    @Option(
            names = "--partitions",
            paramLabel = "<n>",
            defaultValue = "6",
            description = "Partitions of a topic that is missing and may have several; else ${DEFAULT-VALUE}.")
    private int partitions;

    @Option(
            names = "--replication-factor",
            paramLabel = "<n>",
            defaultValue = "-1",
            description = "Replicas of a topic that is missing; else the broker's default.")
    private short replicationFactor;

    RestoreCommand(Kpfleet kpfleet) {
        this.kpfleet = kpfleet;
    }

    @Override
    public Integer call() throws InterruptedException {
        Surroundings world = kpfleet.world;
        Restore.Summary restored;
        try {
            restored = new Restore(
                            kafka.client(), kafka.topicPrefix, new Restore.Creation(partitions, replicationFactor))
                    .from(file);
        } catch (BackupException e) {
            return KafkaOptions.complain(e, world);
        }
        Look look = world.screen().look();
        world.print(List.of(
                Symbols.good(look)
                        .and(" %s of a backup of %s are restored"
                                .formatted(counted(restored.records()), restored.takenAt())),
                Line.of(
                        "  start the service with an empty kpfleet.kafka.state-dir; every rollout is paused until you resume it"),
                Line.command("what there is", "get rollouts", world.program())));
        if (restored.serviceRan()) {
            world.complain(
                    "a service was running when the backup was taken: see that it is stopped before you start another one.");
        }
        if (restored.leftOut() > 0) {
            world.complain(
                    "%s of desired had not been read by the controller, and %s left out; publish again what you want."
                            .formatted(
                                    Count.of((int) restored.leftOut(), "record"),
                                    restored.leftOut() == 1 ? "was" : "were"));
        }
        return ExitCode.OK;
    }

    static String counted(Map<String, Long> records) {
        return Count.of(
                        Math.toIntExact(records.values().stream()
                                .mapToLong(Long::longValue)
                                .sum()),
                        "record")
                + " of " + Count.of(records.size(), "topic");
    }
}
