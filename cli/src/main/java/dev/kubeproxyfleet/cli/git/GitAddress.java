package dev.kubeproxyfleet.cli.git;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import org.eclipse.jgit.transport.URIish;
import org.jspecify.annotations.Nullable;

/** Where a repository is. */
sealed interface GitAddress {

    /** A folder of this machine. */
    record Folder(Path path) implements GitAddress {}

    /** A server that speaks Git over HTTP. */
    record Remote(URIish uri) implements GitAddress {}

    /** @throws GitException if nothing can be read there */
    static GitAddress parse(String written) throws GitException {
        Path folder = folder(written);
        if (folder != null) {
            return new Folder(folder);
        }
        try {
            URIish uri = new URIish(written);
            if ("file".equals(uri.getScheme())) {
                return new Folder(Path.of(uri.getPath()));
            }
            if (uri.getPass() != null || uri.getUser() != null && isWeb(uri)) {
                throw GitException.usage(
                        "a login in the address would be seen by others; give the token with --git-token-file or KPFLEET_GIT_TOKEN.");
            }
            if (isWeb(uri) && !isPrivate(uri)) {
                throw GitException.usage(
                        "%s is not read, since anybody on the way could change it; name the repository by https."
                                .formatted(uri));
            }
            if (isWeb(uri)) {
                return new Remote(uri);
            }
        } catch (URISyntaxException | InvalidPathException e) {
            // What it should look like says more than where the parser stumbled.
        }
        throw GitException.usage(
                "'%s' is neither a folder with a Git repository nor an address such as https://git.example/team/fleet.git; by ssh nothing is read."
                        .formatted(written));
    }

    private static @Nullable Path folder(String written) {
        try {
            Path path = Path.of(written);
            return Files.isDirectory(path) ? path.toAbsolutePath().normalize() : null;
        } catch (InvalidPathException e) {
            return null;
        }
    }

    private static boolean isWeb(URIish uri) {
        return Set.of("https", "http").contains(Objects.requireNonNullElse(uri.getScheme(), ""))
                && uri.getHost() != null;
    }

    /** Whether nobody on the way reads what is sent there. */
    static boolean isPrivate(URIish uri) {
        return "https".equals(uri.getScheme())
                || "http".equals(uri.getScheme())
                        && Set.of("127.0.0.1", "localhost", "::1").contains(uri.getHost());
    }

    /** The same repository has the same name, whether it is reached by https or ssh. */
    static String name(URIish uri) {
        String path = uri.getPath().replaceAll("/+$", "").replaceAll("\\.git$", "");
        if (uri.getHost() == null) {
            return path;
        }
        String port = uri.getPort() > 0 ? ":" + uri.getPort() : "";
        return uri.getHost() + port + (path.startsWith("/") ? path : "/" + path);
    }
}
