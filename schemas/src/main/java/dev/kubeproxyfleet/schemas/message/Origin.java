package dev.kubeproxyfleet.schemas.message;

import dev.kubeproxyfleet.schemas.limit.Limits;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The place in Git from which something was published, as whoever published it has said. It travels as the CloudEvents attribute
 * {@code source} of the event.
 *
 * @param repository host and path without a scheme, so that it is the same however it is reached: {@code git.example/team/fleet}
 * @param ref branch or tag that is followed, such as {@code main}
 * @param file path in the repository
 * @param commit that was read, 40 or 64 hexadecimal digits
 * @param blob id of the file's content in Git, as many digits
 */
public record Origin(String repository, String ref, String file, String commit, String blob) {

    private static final String SCHEME = "git:";
    private static final Pattern ID = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");
    private static final int SHORT_ID = 12;

    public Origin {
        if (repository.isEmpty() || ref.isEmpty() || file.isEmpty()) {
            throw new IllegalArgumentException("an origin has a repository, a ref and a file");
        }
        if (!ID.matcher(commit).matches() || !ID.matcher(blob).matches()) {
            throw new IllegalArgumentException("the ids of an origin are 40 or 64 hexadecimal digits");
        }
        Limits.checkText("an origin", repository + ref + file, Limits.MAX_SOURCE_LENGTH);
    }

    /** What {@link #source} has written; empty of every other text. */
    public static Optional<Origin> of(String source) {
        int query = source.indexOf('?');
        if (!source.startsWith(SCHEME) || query < 0) {
            return Optional.empty();
        }
        Map<String, String> parts = new TreeMap<>();
        for (String part : source.substring(query + 1).split("&")) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                parts.put(part.substring(0, equals), part.substring(equals + 1));
            }
        }
        try {
            return Optional.of(new Origin(
                    decoded(source.substring(SCHEME.length(), query)),
                    decoded(parts.getOrDefault("ref", "")),
                    decoded(parts.getOrDefault("file", "")),
                    parts.getOrDefault("commit", ""),
                    parts.getOrDefault("blob", "")));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** A URI, such as {@code git:git.example/team/fleet?ref=main&file=fleet/prod.yaml&commit=…&blob=…}. */
    public String source() {
        return SCHEME + encoded(repository) + "?ref=" + encoded(ref) + "&file=" + encoded(file) + "&commit=" + commit
                + "&blob=" + blob;
    }

    /** Such as {@code fleet/prod.yaml of git.example/team/fleet, main, commit 3f2a9b1c0d4e}. */
    public String words() {
        return file + " of " + repository + ", " + ref + ", commit " + commit.substring(0, SHORT_ID);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("%2F", "/");
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
