package dev.kubeproxyfleet.cli.git;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;

/**
 * Which files of a commit are documents: those called {@code .yaml}, {@code .yml} or {@code .json} in some folders, but for what is hidden.
 * Links and other repositories inside are not followed.
 *
 * @param folders paths in the repository, of folders or of single files; the empty one is all of it
 * @param maxBytes of one file; of a larger one, one byte more is read
 */
public record GitFiles(List<String> folders, int maxBytes) {

    /** Documents of one commit, wherever they are. */
    static final int MAX_PATHS = 100_000;

    /** Documents that are read. */
    static final int MAX_FILES = 2_000;

    private static final Pattern DOCUMENT = Pattern.compile("(?s)(?!\\.|.*/\\.).*\\.(yaml|yml|json)");

    public GitFiles {
        folders = folders.stream().map(GitFiles::normalized).toList();
    }

    private static String normalized(String folder) {
        String path = folder.replaceAll("^(\\./)+", "").replaceAll("^/+|/+$", "");
        return path.equals(".") ? "" : path;
    }

    /** Whether a file of this path is in one of the folders. */
    public boolean hold(String path) {
        return folders.stream()
                .anyMatch(folder -> folder.isEmpty() || path.equals(folder) || path.startsWith(folder + "/"));
    }

    /** Which folders, for people. */
    public String words() {
        return folders.stream()
                .map(folder -> folder.isEmpty() ? "any folder" : folder)
                .collect(Collectors.joining(", "));
    }

    GitTree of(Repository repository, ObjectId id, String name, String ref) throws IOException, GitException {
        try (RevWalk commits = new RevWalk(repository);
                TreeWalk walk = new TreeWalk(repository)) {
            RevCommit commit = commits.parseCommit(id);
            walk.addTree(commit.getTree());
            walk.setRecursive(true);
            Set<String> paths = new HashSet<>();
            List<GitTree.GitFile> files = new ArrayList<>();
            while (walk.next()) {
                String path = walk.getPathString();
                if (!isFile(walk.getFileMode(0)) || !DOCUMENT.matcher(path).matches()) {
                    continue;
                }
                paths.add(path);
                if (hold(path)) {
                    ObjectId blob = walk.getObjectId(0);
                    try (InputStream content =
                            repository.open(blob, Constants.OBJ_BLOB).openStream()) {
                        files.add(new GitTree.GitFile(path, blob.name(), content.readNBytes(maxBytes + 1)));
                    }
                }
                if (paths.size() > MAX_PATHS || files.size() > MAX_FILES) {
                    throw GitException.usage(
                            "there are more than %d documents, or more than %d of them to be read; name their folder with --path."
                                    .formatted(MAX_PATHS, MAX_FILES));
                }
            }
            return new GitTree(
                    name,
                    ref,
                    commit.name(),
                    commit.getAuthorIdent().getEmailAddress(),
                    commit.getShortMessage(),
                    files,
                    paths);
        }
    }

    private static boolean isFile(FileMode mode) {
        return FileMode.REGULAR_FILE.equals(mode) || FileMode.EXECUTABLE_FILE.equals(mode);
    }
}
