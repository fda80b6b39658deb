package dev.kubeproxyfleet.cli;

import dev.kubeproxyfleet.schemas.binary.SchemaArchive;
import dev.kubeproxyfleet.schemas.text.Count;
import dev.kubeproxyfleet.schemas.topic.Topic;
import java.net.URI;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code kpfleet schemas}: the schemas of the topics whose records are in Avro. */
@Command(
        name = "schemas",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "register",
        description = "What others need to read the topics whose records are in Avro.")
final class SchemasCommand implements Runnable {

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(
                    spec.commandLine(), "what to do? 'schemas register' registers them with a schema registry.");
        }
    }

    /** {@code kpfleet schemas register}. */
    @Command(
            name = "register",
            mixinStandardHelpOptions = true,
            description = {
                "Registers the schema of each released version with a Confluent-compatible registry: a subject"
                        + " <topic>-value for each topic, with compatibility FULL_TRANSITIVE.",
                "What is registered already stays as it is. docs/registry.md says how others read the records."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  kpfleet schemas register --registry http://registry:8080/apis/ccompat/v7",
                "",
                "KPFLEET_REGISTRY_AUTHORIZATION is sent as the header Authorization, such as 'Basic …' or 'Bearer …'."
            })
    static final class Register implements Callable<Integer> {

        static final String AUTHORIZATION_VARIABLE = "KPFLEET_REGISTRY_AUTHORIZATION";

        private static final String COMPATIBILITY = "FULL_TRANSITIVE";

        private final Kpfleet kpfleet;

        @Option(
                names = "--registry",
                required = true,
                paramLabel = "<url>",
                description = "What the paths of the registry's interface begin with.")
        private URI registry = URI.create("");

        @Option(
                names = "--topic-prefix",
                paramLabel = "<prefix>",
                defaultValue = Topic.DEFAULT_PREFIX,
                description = "What the topics begin with: kpfleet.kafka.topic-prefix; else ${DEFAULT-VALUE}.")
        private String topicPrefix = Topic.DEFAULT_PREFIX;

        Register(Kpfleet kpfleet) {
            this.kpfleet = kpfleet;
        }

        @Override
        public Integer call() throws InterruptedException {
            Surroundings world = kpfleet.world;
            boolean web = "http".equals(registry.getScheme()) || "https".equals(registry.getScheme());
            if (!web || registry.getHost() == null || registry.getQuery() != null || registry.getFragment() != null) {
                throw new UsageException(
                        "'%s' is no address of a registry; write one such as http://registry:8080/apis/ccompat/v7."
                                .formatted(registry));
            }
            String address = registry.toString();
            try (SchemaRegistry client = new SchemaRegistry(
                    URI.create(address.endsWith("/") ? address.substring(0, address.length() - 1) : address),
                    world.environment().get(AUTHORIZATION_VARIABLE))) {
                for (Topic topic : Topic.values()) {
                    Set<String> schemas = new LinkedHashSet<>(SchemaArchive.texts(topic));
                    if (!schemas.isEmpty()) {
                        register(client, topic.name(topicPrefix) + "-value", schemas);
                    }
                }
            } catch (SchemaRegistry.Refused e) {
                world.complain(e.getMessage() + ".");
                return e.exitCode();
            }
            return ExitCode.OK;
        }

        private void register(SchemaRegistry client, String subject, Set<String> schemas)
                throws SchemaRegistry.Refused, InterruptedException {
            int id = 0;
            for (String schema : schemas) {
                boolean first = id == 0;
                id = client.register(subject, schema);
                if (first) {
                    // Some registries know no settings of a subject that has no version yet.
                    client.compatibility(subject, COMPATIBILITY);
                }
            }
            Surroundings world = kpfleet.world;
            world.print(Symbols.good(world.screen().look())
                    .and(" ")
                    .and(subject, Tone.STRONG)
                    .and(": %s, the latest with id %d".formatted(Count.of(schemas.size(), "schema"), id)));
        }
    }
}
