package dev.kubeproxyfleet.cli;

import dev.kubeproxyfleet.cli.git.GitException;
import dev.kubeproxyfleet.cli.git.GitFiles;
import dev.kubeproxyfleet.cli.git.GitRepository;
import dev.kubeproxyfleet.schemas.config.FleetConfigReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which documents of which Git repository, and how to get there. */
final class GitOptions {

    static final String TOKEN_VARIABLE = "KPFLEET_GIT_TOKEN";

    @Option(
            names = "--repo",
            required = true,
            paramLabel = "<folder|url>",
            description = "A folder with a Git repository, or the address of one, such as"
                    + " https://git.example/team/fleet.git. One elsewhere is read into memory.")
    private String repository = "";

    @Option(
            names = "--path",
            paramLabel = "<path>",
            description = "Folder or file in the repository, else all of it; each .yaml, .yml and .json in it is a"
                    + " FleetConfig or a FleetStrategy, but for what is hidden. May be given several times.")
    private List<String> paths = new ArrayList<>();

    @Option(
            names = "--ref",
            paramLabel = "<branch|tag>",
            description = "What to follow; else what is checked out, or what the server calls its own branch.")
    private @Nullable String ref;

    @Option(
            names = "--git-token-file",
            paramLabel = "<file>",
            description = "File with a token for the repository, read again each time; else $KPFLEET_GIT_TOKEN.")
    private @Nullable String tokenFile;

    @Option(
            names = "--git-user",
            paramLabel = "<name>",
            defaultValue = "git",
            description = "For a server that asks for one beside the token (default: ${DEFAULT-VALUE}).")
    private String user = "git";

    GitRepository open(Map<String, String> environment) throws GitException {
        return GitRepository.at(repository, user, () -> token(environment));
    }

    @Nullable
    String ref() {
        return ref;
    }

    GitFiles files() {
        return new GitFiles(paths.isEmpty() ? List.of("") : paths, FleetConfigReader.MAX_BYTES);
    }

    private Optional<String> token(Map<String, String> environment) {
        if (tokenFile == null) {
            return Optional.ofNullable(environment.get(TOKEN_VARIABLE))
                    .map(String::strip)
                    .filter(text -> !text.isEmpty());
        }
        try {
            return Optional.of(Files.readString(Path.of(tokenFile)).strip());
        } catch (IOException | InvalidPathException e) {
            throw new UsageException("the token of --git-token-file cannot be read: %s".formatted(e));
        }
    }
}
