package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** {@code kpfleet}, the command line of Kubeproxy Fleet. */
@Command(
        name = "kpfleet",
        mixinStandardHelpOptions = true,
        versionProvider = Kpfleet.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        description =
                "Rolls kube-proxy configuration over fleets of AKS clusters: plan, publish, watch, steer, explain.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done; a rollout that was followed Succeeded",
            "1:the rollout ended Failed, Aborted, Superseded or RolledBack",
            "2:the command line or the file makes no sense",
            "3:the fleet service, or Kafka, refused",
            "4:the fleet service, or Kafka, cannot be reached",
            "5:no outcome yet",
            "6:done, but the output could not be written"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  kpfleet plan -f fleet-config.yaml",
            "  kpfleet apply -f fleet-config.yaml --wait",
            "  kpfleet apply --name prod-ipvs --kube-proxy-config kube-proxy.json --select env=prod",
            "  kpfleet get rollout prod-ipvs -w",
            "  kpfleet explain aks-prod-01",
            "  kpfleet pause prod-ipvs --reason 'incident 4711'",
            "",
            "The service is found by --server, else KPFLEET_SERVER, else at http://127.0.0.1:8080.",
            "Colours: on a terminal, unless NO_COLOR is set."
        })
final class Kpfleet implements Runnable {

    static final String DEFAULT_SERVER = "http://127.0.0.1:8080";
    static final String SERVER_VARIABLE = "KPFLEET_SERVER";
    static final String ACTOR_VARIABLE = "KPFLEET_ACTOR";

    private static final int WIDEST_HELP = 100;
    private static final int NARROWEST_HELP = 60;

    /** A command that asks again and again says it once. */
    private final AtomicBoolean ageTold = new AtomicBoolean();

    final Surroundings world;

    @Option(
            names = "--server",
            paramLabel = "<url>",
            scope = ScopeType.INHERIT,
            description = "The fleet service's address; else $KPFLEET_SERVER, else " + DEFAULT_SERVER + ".")
    private @Nullable String server;

    @Option(
            names = "--actor",
            paramLabel = "<name>",
            scope = ScopeType.INHERIT,
            description = "Who asks, for the audit; else $KPFLEET_ACTOR, else the name of the user logged in.")
    private @Nullable String actor;

    Kpfleet(Surroundings world) {
        this.world = world;
    }

    public static void main(String[] arguments) {
        // The schema validator would log, there is nothing to log to, and SLF4J would say so to the user.
        System.setProperty("slf4j.internal.verbosity", "ERROR");
        System.exit(run(Surroundings.ofProcess(), arguments));
    }

    /** Does what the arguments say and returns the exit code: {@link ExitCode}. */
    static int run(Surroundings world, String... arguments) {
        int code = commandLine(world).execute(arguments);
        if (world.outputLost()) {
            world.complain("not all output could be written: the device is full, or nobody reads the pipe any more.");
            code = code == ExitCode.OK ? ExitCode.OUTPUT_LOST : code;
        }
        world.err().flush();
        return code;
    }

    static CommandLine commandLine(Surroundings world) {
        Kpfleet kpfleet = new Kpfleet(world);
        CommandLine line = new CommandLine(kpfleet)
                .addSubcommand(new ApplyCommand(kpfleet))
                .addSubcommand(new PlanCommand(kpfleet))
                .addSubcommand(new LintCommand(kpfleet))
                .addSubcommand(new CommandLine(new GetCommand())
                        .addSubcommand(new GetCommand.Rollouts(kpfleet))
                        .addSubcommand(new GetCommand.Rollout(kpfleet))
                        .addSubcommand(new GetCommand.Configs(kpfleet))
                        .addSubcommand(new GetCommand.Strategies(kpfleet))
                        .addSubcommand(new GetCommand.Clusters(kpfleet))
                        .addSubcommand(new GetCommand.Cluster(kpfleet))
                        .addSubcommand(new AgentsCommand(kpfleet)))
                .addSubcommand(new StatusCommand(kpfleet))
                .addSubcommand(new DiffCommand(kpfleet))
                .addSubcommand(new ExplainCommand(kpfleet));
        SteerCommand.all(kpfleet).forEach(line::addSubcommand);
        line.addSubcommand(new DeleteCommand(kpfleet))
                .addSubcommand(new CreateClusterCommand(kpfleet))
                .addSubcommand(new CommandLine(new FeaturesCommand(kpfleet))
                        .addSubcommand(new FeaturesCommand.Register(kpfleet)))
                .addSubcommand(new CommandLine(new AgentCommand())
                        .addSubcommand(new AgentManifestCommand(kpfleet))
                        .addSubcommand(new AgentInstallCommand(kpfleet))
                        .addSubcommand(new AgentUninstallCommand(kpfleet)))
                .addSubcommand(new AuditCommand(kpfleet))
                .addSubcommand(
                        new CommandLine(new SchemasCommand()).addSubcommand(new SchemasCommand.Register(kpfleet)))
                .addSubcommand(new BackupCommand(kpfleet))
                .addSubcommand(new RestoreCommand(kpfleet))
                .addSubcommand(new CompletionCommand(kpfleet));
        Look look = world.screen().look();
        return line.setOut(world.out())
                .setErr(world.err())
                .setColorScheme(CommandLine.Help.defaultColorScheme(look.colour() ? Ansi.ON : Ansi.OFF))
                .setUsageHelpWidth(Math.clamp(look.width(), NARROWEST_HELP, WIDEST_HELP))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpLongOptionsMaxWidth(40)
                .setExecutionExceptionHandler((e, _, _) -> {
                    if (e instanceof UsageException) {
                        world.complain(String.valueOf(e.getMessage()));
                        return ExitCode.USAGE;
                    }
                    if (e instanceof JsonProcessingException) {
                        world.complain("the fleet service answered something that this version (%s) cannot read: %s"
                                .formatted(new Version().getVersion()[0], e.getMessage()));
                        return ExitCode.UNREACHABLE;
                    }
                    throw e;
                })
                .setParameterExceptionHandler((e, _) -> {
                    world.complain(
                            e instanceof CommandLine.UnmatchedArgumentException unmatched
                                            && !unmatched.getUnmatched().isEmpty()
                                    ? "'%s' is not understood here."
                                            .formatted(unmatched.getUnmatched().getFirst())
                                    : String.valueOf(e.getMessage()));
                    CommandLine.UnmatchedArgumentException.printSuggestions(e, world.err());
                    world.err()
                            .println("See '%s%s --help'."
                                    .formatted(
                                            world.program(),
                                            e.getCommandLine()
                                                    .getCommandSpec()
                                                    .qualifiedName()
                                                    .substring("kpfleet".length())));
                    return ExitCode.USAGE;
                });
    }

    @Override
    public void run() {
        commandLine(world).usage(world.out());
    }

    /** Opens the client for the server that the user means. */
    FleetClient client() {
        return new FleetClient(
                address(),
                given(actor, ACTOR_VARIABLE).orElse(world.user()),
                world.program(),
                FleetClient.WHOLE_ANSWER_TIMEOUT,
                this::tellAge);
    }

    /** On standard error, so that what is printed stays what the service answered. */
    private void tellAge(Duration age) {
        if (ageTold.getAndSet(true)) {
            return;
        }
        world.complain("as of %s ago: no broker of Kafka answers the fleet service, so this may have changed since."
                .formatted(Ages.of(age)));
    }

    private URI address() {
        String written = given(server, SERVER_VARIABLE).orElse(DEFAULT_SERVER);
        try {
            URI uri = new URI(written.endsWith("/") ? written.substring(0, written.length() - 1) : written);
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (web && uri.getHost() != null && uri.getQuery() == null && uri.getFragment() == null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // What it should look like says more than where the parser stumbled.
        }
        throw new UsageException(
                "'%s' is no address of a fleet service; write one such as %s.".formatted(written, DEFAULT_SERVER));
    }

    private Optional<String> given(@Nullable String option, String variable) {
        String value = option == null ? world.environment().getOrDefault(variable, "") : option;
        return value.isBlank() ? Optional.empty() : Optional.of(value.strip());
    }

    /** The version of the jar. */
    static final class Version implements CommandLine.IVersionProvider {

        @Override
        public String[] getVersion() {
            List<String> lines = new ArrayList<>();
            @Nullable String version = Kpfleet.class.getPackage().getImplementationVersion();
            lines.add("kpfleet " + (version == null ? "(built from classes)" : version));
            lines.add("Java " + Runtime.version());
            return lines.toArray(String[]::new);
        }
    }
}
