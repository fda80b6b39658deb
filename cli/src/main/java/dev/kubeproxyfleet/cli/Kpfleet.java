package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.kubeproxyfleet.cli.login.Addresses;
import dev.kubeproxyfleet.cli.login.Credentials;
import dev.kubeproxyfleet.cli.login.KeptLogins;
import dev.kubeproxyfleet.cli.login.LoginException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
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
            "Who you are to it is known by --token, --token-file, KPFLEET_TOKEN, KPFLEET_TOKEN_FILE or 'kpfleet login',",
            "the first of these that there is.",
            "Colours: on a terminal, unless NO_COLOR is set."
        })
final class Kpfleet implements Runnable {

    static final String DEFAULT_SERVER = "http://127.0.0.1:8080";
    static final String SERVER_VARIABLE = "KPFLEET_SERVER";
    static final String ACTOR_VARIABLE = "KPFLEET_ACTOR";
    static final String TOKEN_VARIABLE = "KPFLEET_TOKEN";
    static final String TOKEN_FILE_VARIABLE = "KPFLEET_TOKEN_FILE";
    static final String AUTHORITY_VARIABLE = "KPFLEET_CERTIFICATE_AUTHORITY";

    private static final int WIDEST_HELP = 100;
    private static final int NARROWEST_HELP = 60;

    /** A command that asks again and again says it once. */
    private final AtomicBoolean ageTold = new AtomicBoolean();

    /** So does one that asks for much. */
    private final AtomicBoolean busyTold = new AtomicBoolean();

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
            description =
                    "Who asks, for the audit of a service without a login; else $KPFLEET_ACTOR, else the name of this"
                            + " machine's user.")
    private @Nullable String actor;

    @Option(
            names = "--token",
            paramLabel = "<token>",
            scope = ScopeType.INHERIT,
            description =
                    "Token to show to the service. Every user of this machine sees it in the list of processes: prefer"
                            + " --token-file or $KPFLEET_TOKEN.")
    private @Nullable String token;

    @Option(
            names = "--token-file",
            paramLabel = "<file>",
            scope = ScopeType.INHERIT,
            description =
                    "File with the token, read again for each request; else $KPFLEET_TOKEN, else $KPFLEET_TOKEN_FILE,"
                            + " else what 'kpfleet login' has kept.")
    private @Nullable String tokenFile;

    @Option(
            names = "--certificate-authority",
            paramLabel = "<file>",
            scope = ScopeType.INHERIT,
            description = "PEM file of the authority that the service's certificate must be of; else"
                    + " $KPFLEET_CERTIFICATE_AUTHORITY, else the usual ones.")
    private @Nullable String certificateAuthority;

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
        int code = commandLine(world.advising(ofService(world, arguments))).execute(arguments);
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
                .addSubcommand(new ExportCommand(kpfleet))
                .addSubcommand(new SyncCommand(kpfleet))
                .addSubcommand(new CommandLine(new GetCommand())
                        .addSubcommand(new GetCommand.Rollouts(kpfleet))
                        .addSubcommand(new GetCommand.Rollout(kpfleet))
                        .addSubcommand(new GetCommand.Configs(kpfleet))
                        .addSubcommand(new GetCommand.Strategies(kpfleet))
                        .addSubcommand(new GetCommand.Clusters(kpfleet))
                        .addSubcommand(new GetCommand.Cluster(kpfleet))
                        .addSubcommand(new AgentsCommand(kpfleet)))
                .addSubcommand(new StatusCommand(kpfleet))
                .addSubcommand(new ReadinessCommand(kpfleet))
                .addSubcommand(new CommandLine(new CampaignCommand())
                        .addSubcommand(new CampaignNewCommand(kpfleet))
                        .addSubcommand(new CampaignStatusCommand(kpfleet)))
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
                        new CommandLine(new NotifyCommand(kpfleet)).addSubcommand(new NotifyCommand.Test(kpfleet)))
                .addSubcommand(new LoginCommand(kpfleet))
                .addSubcommand(new LogoutCommand(kpfleet))
                .addSubcommand(new WhoAmICommand(kpfleet))
                .addSubcommand(new CommandLine(new AuthCommand()).addSubcommand(new AuthCommand.CanI(kpfleet)))
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
                    if (e instanceof LoginException login) {
                        world.complain(login.message());
                        return ExitCode.of(login.obstacle());
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
        return client(credentials());
    }

    /** The same, for what {@code author} has asked for, unless the user names somebody. */
    FleetClient clientFor(String author) {
        return client(credentials(), author);
    }

    /** The same, with a token of one's own, or none. */
    FleetClient client(Credentials credentials) {
        return client(credentials, world.user());
    }

    private FleetClient client(Credentials credentials, String author) {
        return new FleetClient(
                address(),
                given(actor, ACTOR_VARIABLE).orElse(author),
                world.program(),
                credentials,
                trust(),
                FleetClient.WHOLE_ANSWER_TIMEOUT,
                new OnStandardError());
    }

    private Credentials credentials() {
        Optional<Credentials> given = givenCredentials();
        if (given.isPresent()) {
            requirePrivate();
            return given.get();
        }
        return KeptLogins.of(world.environment())
                .<Credentials>map(this::ofLogin)
                .orElse(Credentials.NONE);
    }

    /** What the user gives in place of a login; the first that there is. */
    Optional<Credentials> givenCredentials() {
        if (token != null) {
            return Optional.of(new Credentials.Given(token, "--token"));
        }
        if (tokenFile != null) {
            return Optional.of(new Credentials.InFile(Path.of(tokenFile)));
        }
        return given(null, TOKEN_VARIABLE)
                .<Credentials>map(text -> new Credentials.Given(text, TOKEN_VARIABLE))
                .or(() -> given(null, TOKEN_FILE_VARIABLE).map(Path::of).map(Credentials.InFile::new));
    }

    /** The login for the server that the user means. */
    Credentials ofLogin(KeptLogins logins) {
        return new Credentials.OfLogin(logins, address().toString(), world.environment(), world.again(), world.clock());
    }

    /** The logins of this user; one for the server that the user means can be kept there. */
    KeptLogins logins() {
        return KeptLogins.of(world.environment())
                .orElseThrow(
                        () -> new UsageException(
                                "neither XDG_CONFIG_HOME nor HOME is set, so that there is no folder for a login; give a token with --token-file or KPFLEET_TOKEN."));
    }

    /** Fails where somebody on the way to the server could read a token. */
    void requirePrivate() {
        if (!Addresses.isPrivate(address())) {
            throw new UsageException(
                    "a token is not sent to %s, since anybody on the way could read it; name the service by https://."
                            .formatted(address()));
        }
    }

    private SSLContext trust() {
        Optional<String> file = given(certificateAuthority, AUTHORITY_VARIABLE);
        return file.isPresent() ? Trust.in(Path.of(file.get())) : Trust.usual();
    }

    /** So that what is printed stays what the service answered. */
    private final class OnStandardError implements FleetClient.Notices {

        @Override
        public void stale(Duration age) {
            if (ageTold.getAndSet(true)) {
                return;
            }
            world.complain("as of %s ago: no broker of Kafka answers the fleet service, so this may have changed since."
                    .formatted(Ages.of(age)));
        }

        @Override
        public void busy(Duration wait) throws InterruptedException {
            if (!busyTold.getAndSet(true)) {
                world.complain(
                        "the fleet service takes no more from you for now; this goes on as fast as it lets you, first in %s."
                                .formatted(Ages.of(wait)));
            }
            world.pause().of(wait);
        }
    }

    /** The server that the user means, without a slash at its end. */
    URI address() {
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

    /** The options by which the user has named the service; variables hold for the next command anyway. */
    private static List<String> ofService(Surroundings world, String... arguments) {
        Kpfleet named = new Kpfleet(world);
        try {
            new CommandLine(named).setUnmatchedArgumentsAllowed(true).parseArgs(arguments);
        } catch (CommandLine.ParameterException e) {
            // What is wrong with them is said once the command is to run.
            return List.of();
        }
        List<String> options = new ArrayList<>();
        if (named.server != null) {
            options.addAll(List.of("--server", named.server));
        }
        if (named.certificateAuthority != null) {
            options.addAll(List.of("--certificate-authority", named.certificateAuthority));
        }
        return options;
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
            lines.add("kpfleet " + number());
            lines.add("Java " + Runtime.version());
            return lines.toArray(String[]::new);
        }

        /** Such as {@code 0.2.0}. */
        static String number() {
            @Nullable String version = Kpfleet.class.getPackage().getImplementationVersion();
            return version == null ? "(built from classes)" : version;
        }
    }
}
