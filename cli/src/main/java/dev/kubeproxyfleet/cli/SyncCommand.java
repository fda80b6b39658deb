package dev.kubeproxyfleet.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.kubeproxyfleet.cli.git.GitException;
import dev.kubeproxyfleet.cli.git.GitRepository;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kpfleet sync}: what a Git repository has is what is desired. */
@Command(
        name = "sync",
        mixinStandardHelpOptions = true,
        description = {
            "Publishes what has changed in a Git repository, with the commit as its reason.",
            "Nothing is published unless all files are valid. What somebody has published past Git is shown, and stays until"
                    + " its file changes. Exit code 3 says that something else is in force than what Git has."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  kpfleet sync --repo . --path fleet",
            "  kpfleet sync --repo . --path fleet --dry-run",
            "  kpfleet sync --repo https://git.example/team/fleet.git --ref main --path fleet --prune --watch"
        })
final class SyncCommand implements Callable<Integer> {

    private static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(5);

    /** How long what is under way may take once the process is asked to end. */
    private static final Duration PARTING = Duration.ofSeconds(25);

    private final Kpfleet kpfleet;
    private final Surroundings world;

    @Mixin
    private final GitOptions git = new GitOptions();

    @Option(
            names = "--prune",
            description = "Delete what came from these files and is gone from them; else it is only shown.")
    private boolean prune;

    @Option(
            names = "--allow-empty",
            description = "There may be no file at all; else that is a mistake, and nothing is done.")
    private boolean allowEmpty;

    @Option(
            names = "--overwrite",
            paramLabel = "<name>",
            description =
                    "Publish what Git has of this config or strategy, whoever has published something else. May be"
                            + " given several times.")
    private Set<String> overwrite = new HashSet<>();

    @Option(names = "--dry-run", description = "Say what would be done, and change nothing.")
    private boolean dryRun;

    @Option(names = "--watch", description = "Go on until the process is ended, and say what changes.")
    private boolean watch;

    @Option(
            names = "--interval",
            paramLabel = "<time>",
            converter = TimeSpan.class,
            defaultValue = "60s",
            description = "With --watch: how long to wait before looking again (default: ${DEFAULT-VALUE}).")
    private Duration interval = Duration.ofSeconds(60);

    @Option(
            names = {"-o", "--output"},
            paramLabel = "table|json|yaml",
            defaultValue = "table",
            description = "How to print what was done (default: ${DEFAULT-VALUE}).")
    private Output.Form output = Output.Form.table;

    /** What was last said of the repository; null if it could be read. */
    private @Nullable String trouble;

    SyncCommand(Kpfleet kpfleet) {
        this.kpfleet = kpfleet;
        this.world = kpfleet.world;
    }

    @Override
    public Integer call() throws JsonProcessingException, InterruptedException {
        if (interval.compareTo(SHORTEST_INTERVAL) < 0) {
            throw new UsageException("--interval is at least %s.".formatted(Ages.of(SHORTEST_INTERVAL)));
        }
        if (watch && !overwrite.isEmpty()) {
            throw new UsageException(
                    "--overwrite is for once: with --watch it would take back each change that somebody makes.");
        }
        Sync sync = new Sync(
                kpfleet, new Sync.Options(git.files(), Set.copyOf(overwrite), prune, allowEmpty, dryRun, output));
        try (GitRepository repository = git.open(world.environment())) {
            return watch ? watch(repository, sync) : bring(repository, sync);
        } catch (GitException e) {
            throw new UsageException(e.message());
        }
    }

    private int bring(GitRepository repository, Sync sync) throws JsonProcessingException {
        try {
            int code = sync.bring(repository.read(git.ref(), git.files()));
            trouble = null;
            return code;
        } catch (GitException e) {
            if (!e.message().equals(trouble)) {
                world.complain(e.message());
            }
            trouble = e.message();
            return e.isUsage() ? ExitCode.USAGE : ExitCode.UNREACHABLE;
        }
    }

    /** Ends between two looks. */
    private int watch(GitRepository repository, Sync sync) throws JsonProcessingException {
        try (Parting parting = new Parting(PARTING)) {
            int code = ExitCode.OK;
            while (parting.isFar()) {
                code = bring(repository, sync);
                parting.rest(() -> world.pause().of(interval));
            }
            return code;
        }
    }
}
