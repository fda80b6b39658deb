package dev.kubeproxyfleet.cli.git;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.ResetCommand;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.treewalk.TreeWalk;

/** A repository with the branch {@code main}, in which Ada commits. */
public final class GitLab implements AutoCloseable {

    private static final PersonIdent ADA = new PersonIdent("Ada Lovelace", "ada@example.org");

    private final Git git;

    private GitLab(Git git) {
        this.git = git;
    }

    public static GitLab in(Path folder) {
        try {
            return new GitLab(Git.init()
                    .setDirectory(folder.toFile())
                    .setInitialBranch("main")
                    .call());
        } catch (GitAPIException e) {
            throw new AssertionError(e);
        }
    }

    public Path folder() {
        return git.getRepository().getWorkTree().toPath();
    }

    /** As a repository is called that was cloned from nowhere. */
    public String name() {
        return folder().toAbsolutePath().toString();
    }

    Git git() {
        return git;
    }

    Repository repository() {
        return git.getRepository();
    }

    /** @return the id of the commit */
    public String commit(String message, Map<String, String> files) {
        try {
            for (Map.Entry<String, String> file : new TreeMap<>(files).entrySet()) {
                Path path = folder().resolve(file.getKey());
                Files.createDirectories(Objects.requireNonNull(path.getParent()));
                Files.writeString(path, file.getValue());
                git.add().addFilepattern(file.getKey()).call();
            }
            return commit(message);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GitAPIException e) {
            throw new AssertionError(e);
        }
    }

    public void remove(String file) {
        try {
            git.rm().addFilepattern(file).call();
            commit("Remove " + file);
        } catch (GitAPIException e) {
            throw new AssertionError(e);
        }
    }

    private String commit(String message) throws GitAPIException {
        return git.commit()
                .setMessage(message + "\n\nMore words.\n")
                .setAuthor(ADA)
                .setCommitter(ADA)
                .setSign(false)
                .call()
                .name();
    }

    /** The branch is as it was so many commits ago. */
    public void setBack(int commits) {
        try {
            git.reset()
                    .setMode(ResetCommand.ResetType.HARD)
                    .setRef("HEAD~" + commits)
                    .call();
        } catch (GitAPIException e) {
            throw new AssertionError(e);
        }
    }

    /** Id of a file's content. */
    public String blob(String commit, String file) {
        try (TreeWalk walk = Objects.requireNonNull(TreeWalk.forPath(
                repository(),
                file,
                repository().parseCommit(ObjectId.fromString(commit)).getTree()))) {
            return walk.getObjectId(0).name();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        git.close();
    }
}
