package dev.kubeproxyfleet.cli;

import dev.kubeproxyfleet.cli.backup.BackupException;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of the commands that use Kafka itself, named as those of Kafka's own tools. */
final class KafkaOptions {

    private static final String BOOTSTRAP_SERVERS = "bootstrap.servers";

    @Option(
            names = "--bootstrap-server",
            required = true,
            paramLabel = "<host:port,…>",
            description = "Brokers of the Kafka that is meant.")
    private String bootstrapServers = "";

    @Option(
            names = "--command-config",
            paramLabel = "<file>",
            description = "Properties of Kafka's clients, such as security.protocol.")
    private @Nullable Path commandConfig;

    @Option(
            names = "--topic-prefix",
            paramLabel = "<prefix>",
            defaultValue = Topic.DEFAULT_PREFIX,
            description = "What the topics begin with there: kpfleet.kafka.topic-prefix; else ${DEFAULT-VALUE}.")
    String topicPrefix = Topic.DEFAULT_PREFIX;

    /** @throws UsageException if the file cannot be read */
    Map<String, Object> client() {
        Map<String, Object> client = new HashMap<>();
        if (commandConfig != null) {
            Properties properties = new Properties();
            try (Reader reader = Files.newBufferedReader(commandConfig)) {
                properties.load(reader);
            } catch (IOException | IllegalArgumentException e) {
                throw new UsageException("%s cannot be read: %s".formatted(commandConfig, e));
            }
            properties.stringPropertyNames().forEach(name -> client.put(name, properties.getProperty(name)));
        }
        client.put(BOOTSTRAP_SERVERS, bootstrapServers);
        return client;
    }

    /** Says why nothing was done, and returns the exit code. */
    static int complain(BackupException e, Surroundings world) {
        world.complain(e.getMessage() + ".");
        return switch (e.obstacle()) {
            case File -> ExitCode.USAGE;
            case Refused -> ExitCode.REFUSED;
            case Kafka -> ExitCode.UNREACHABLE;
        };
    }
}
