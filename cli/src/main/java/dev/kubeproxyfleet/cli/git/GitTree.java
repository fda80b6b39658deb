package dev.kubeproxyfleet.cli.git;

import java.util.List;
import java.util.Set;

/**
 * What one commit has.
 *
 * @param repository host and path without a scheme, a login or {@code .git}; the path alone if it is on this machine
 * @param ref the branch or tag that was read, by its short name; {@code HEAD} where it is none
 * @param commit its id
 * @param author e-mail address of the commit's author, as Git has it
 * @param subject first line of the commit's message
 * @param files those that were asked for, by path
 * @param paths of all documents of the commit, wherever they are
 */
public record GitTree(
        String repository,
        String ref,
        String commit,
        String author,
        String subject,
        List<GitFile> files,
        Set<String> paths) {

    public GitTree {
        files = List.copyOf(files);
        paths = Set.copyOf(paths);
    }

    /**
     * A file with a document. Nobody changes the array.
     *
     * @param path in the repository
     * @param blob id of the content
     * @param content one byte more than was asked for at most, if there is more
     */
    public record GitFile(String path, String blob, byte[] content) {}
}
