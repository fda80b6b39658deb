package dev.kubeproxyfleet.cli;

import dev.kubeproxyfleet.cli.backup.Backup;
import dev.kubeproxyfleet.cli.backup.BackupException;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kpfleet backup}: what the service cannot find again by itself, out of Kafka into a file. */
@Command(
        name = "backup",
        mixinStandardHelpOptions = true,
        description = {
            "Saves the fleet's state from Kafka in a file: configs, rollouts, what clusters had before, the audit.",
            "The service may run meanwhile. The file can be read by its owner alone; docs/backup.md says what it holds."
        },
        footerHeading = "%nExamples:%n",
        footer = "  kpfleet backup --bootstrap-server kafka:9093 --command-config client.properties -o fleet.backup")
final class BackupCommand implements Callable<Integer> {

    private final Kpfleet kpfleet;

    @Mixin
    private final KafkaOptions kafka = new KafkaOptions();

    @Option(
            names = {"-o", "--output"},
            required = true,
            paramLabel = "<file>",
            description = "File to write, which must not be there yet.")
    private Path output = Path.of("");

    BackupCommand(Kpfleet kpfleet) {
        this.kpfleet = kpfleet;
    }

    @Override
    public Integer call() throws InterruptedException {
        Surroundings world = kpfleet.world;
        Backup.Summary saved;
        try {
            saved = new Backup(kafka.client(), kafka.topicPrefix, world.clock()).take(output);
        } catch (BackupException e) {
            return KafkaOptions.complain(e, world);
        }
        world.print(Symbols.good(world.screen().look())
                .and(" %s: %s, as of %s".formatted(output, RestoreCommand.counted(saved.records()), saved.takenAt())));
        if (!saved.unread().isEmpty()) {
            world.complain(
                    "the controller has not read all of %s; what it has not read is not carried out after a restore."
                            .formatted(String.join(", ", new TreeSet<>(saved.unread()))));
        }
        return ExitCode.OK;
    }
}
