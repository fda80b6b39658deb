package dev.kubeproxyfleet.cli.git;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.api.errors.JGitInternalException;
import org.eclipse.jgit.internal.storage.dfs.DfsRepositoryDescription;
import org.eclipse.jgit.internal.storage.dfs.InMemoryRepository;
import org.eclipse.jgit.lib.ConfigConstants;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.TagOpt;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.util.SystemReader;
import org.jspecify.annotations.Nullable;

/**
 * A Git repository that is read again and again. One elsewhere is fetched into memory, the latest commit alone, so that nothing is
 * written to this machine. Not thread-safe.
 */
public final class GitRepository implements AutoCloseable {

    static {
        // What the user has configured for Git may run programs and lead elsewhere.
        SystemReader.setInstance(new NoUserSettings(SystemReader.getInstance()));
    }

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String FETCHED = "refs/kpfleet/sync";

    private final GitAddress address;
    private final Token token;
    private final String user;

    /** What was fetched last; null before. */
    private @Nullable Repository fetched;

    private @Nullable ObjectId fetchedCommit;

    private GitRepository(GitAddress address, String user, Token token) {
        this.address = address;
        this.user = user;
        this.token = token;
    }

    /** Gives the token for a repository elsewhere, which may be another one each time; empty if there is none. */
    public interface Token {
        Optional<String> get() throws GitException;
    }

    /**
     * @param written a folder with a repository, or the address of one by https
     * @param user for a server that asks for one beside the token
     * @throws GitException if it is neither
     */
    public static GitRepository at(String written, String user, Token token) throws GitException {
        return new GitRepository(GitAddress.parse(written), user, token);
    }

    /**
     * Reads the latest commit.
     *
     * @param ref branch or tag; null for the one that is checked out, or that the server calls its own
     * @param what which files to read
     */
    public GitTree read(@Nullable String ref, GitFiles what) throws GitException {
        try {
            return switch (address) {
                case GitAddress.Folder(Path path) -> readFolder(path, ref, what);
                case GitAddress.Remote(URIish uri) -> readRemote(uri, ref, what);
            };
        } catch (IOException | JGitInternalException e) {
            throw GitException.unreadable("the repository cannot be read: %s.".formatted(e.getMessage()), e);
        }
    }

    @Override
    public void close() {
        if (fetched != null) {
            fetched.close();
        }
    }

    private static GitTree readFolder(Path path, @Nullable String ref, GitFiles what) throws GitException, IOException {
        FileRepositoryBuilder builder = new FileRepositoryBuilder().findGitDir(path.toFile());
        if (builder.getGitDir() == null) {
            throw GitException.usage("%s is in no Git repository.".formatted(path));
        }
        try (Repository repository = builder.build()) {
            String read = ref == null ? Constants.HEAD : ref;
            ObjectId commit = repository.resolve(read + "^{commit}");
            if (commit == null) {
                throw GitException.usage("there is no commit at %s in %s.".formatted(read, path));
            }
            return what.of(repository, commit, name(repository), ref == null ? checkedOut(repository) : ref);
        }
    }

    private static String checkedOut(Repository repository) throws IOException {
        String full = repository.getFullBranch();
        return full != null && full.startsWith(Constants.R_HEADS) ? Repository.shortenRefName(full) : Constants.HEAD;
    }

    /** A clone is called as what it was cloned from. */
    private static String name(Repository repository) {
        String url = repository
                .getConfig()
                .getString(
                        ConfigConstants.CONFIG_REMOTE_SECTION,
                        Constants.DEFAULT_REMOTE_NAME,
                        ConfigConstants.CONFIG_KEY_URL);
        if (url != null) {
            try {
                return GitAddress.name(new URIish(url));
            } catch (URISyntaxException e) {
                // Then the folder is its name.
            }
        }
        String folder = repository.getDirectory().getAbsolutePath();
        return folder.replaceAll("/\\.git$", "").replaceAll("\\.git$", "");
    }

    private GitTree readRemote(URIish uri, @Nullable String ref, GitFiles what) throws GitException, IOException {
        GitAccess access = new GitAccess(uri.getHost(), user, token);
        try {
            Map<String, Ref> refs = refs(uri, access);
            Ref found = find(refs, ref)
                    .orElseThrow(() -> GitException.usage("there is no branch and no tag %s at %s."
                            .formatted(ref == null ? Constants.HEAD : ref, uri)));
            ObjectId tip = Objects.requireNonNull(found.getObjectId(), "what a server offers has an id");
            if (fetched == null || !tip.equals(fetchedCommit)) {
                close();
                Repository memory = new InMemoryRepository(new DfsRepositoryDescription(uri.toString()));
                fetched = memory;
                fetchedCommit = null;
                try (Git git = new Git(memory)) {
                    git.fetch()
                            .setRemote(uri.toString())
                            .setRefSpecs(new RefSpec("+" + found.getName() + ":" + FETCHED))
                            .setTagOpt(TagOpt.NO_TAGS)
                            .setDepth(1)
                            .setCredentialsProvider(access.provider())
                            .setTimeout((int) PATIENCE.toSeconds())
                            .call();
                }
                fetchedCommit = tip;
            }
            ObjectId commit = fetched.resolve(FETCHED + "^{commit}");
            if (commit == null) {
                throw GitException.usage("%s at %s leads to no commit.".formatted(found.getName(), uri));
            }
            return what.of(fetched, commit, GitAddress.name(uri), Repository.shortenRefName(found.getName()));
        } catch (GitAPIException e) {
            throw GitException.unreadable(
                    "%s cannot be read: %s. Look whether the address is right, and whether the token may read it."
                            .formatted(uri, e.getMessage()),
                    e);
        }
    }

    /** JGit wants a repository here for servers that hand out files alone. */
    private static Map<String, Ref> refs(URIish uri, GitAccess access) throws GitAPIException {
        try (Git nothing = new Git(new InMemoryRepository(new DfsRepositoryDescription(uri.toString())))) {
            return nothing.lsRemote()
                    .setRemote(uri.toString())
                    .setCredentialsProvider(access.provider())
                    .setTimeout((int) PATIENCE.toSeconds())
                    .callAsMap();
        }
    }

    private static Optional<Ref> find(Map<String, Ref> refs, @Nullable String ref) {
        if (ref != null) {
            return Stream.of(Constants.R_HEADS + ref, Constants.R_TAGS + ref, ref)
                    .flatMap(name -> Stream.ofNullable(refs.get(name)))
                    .findFirst();
        }
        Ref head = refs.get(Constants.HEAD);
        if (head == null) {
            return Optional.empty();
        }
        // Older servers do not say which branch it is.
        return Optional.of(
                head.isSymbolic()
                        ? refs.getOrDefault(head.getTarget().getName(), head)
                        : Stream.of("main", "master")
                                .flatMap(name -> Stream.ofNullable(refs.get(Constants.R_HEADS + name)))
                                .filter(branch -> Objects.equals(branch.getObjectId(), head.getObjectId()))
                                .findFirst()
                                .orElse(head));
    }
}
