package dev.kubeproxyfleet.cli.delivery;

import dev.kubeproxyfleet.schemas.agent.AgentManifest;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is to be delivered, and where to.
 *
 * @param clusters by label, at least one
 * @param chartRepository where the chart has been pushed to, {@code oci://<registry>/<path>} without the chart's name; null where
 *     that is not known
 * @param gitPath where the files will lie in the owner's Git repository, relative to its root
 */
public record Order(
        AgentManifest agent,
        List<Target> clusters,
        @Nullable String chartRepository,
        String gitPath) {

    static final String OCI = "oci://";

    private static final Pattern REPOSITORY = Pattern.compile(OCI + "[\\w.:-]+(/[\\w.-]+)*");
    private static final Pattern GIT_PATH = Pattern.compile("(?!\\.\\.?(/|$))[\\w.-]+(/(?!\\.\\.?(/|$))[\\w.-]+)*");

    /** @throws IllegalArgumentException if a part cannot be what it should; the message is for people */
    public Order {
        clusters = List.copyOf(clusters);
        if (chartRepository != null && !REPOSITORY.matcher(chartRepository).matches()) {
            throw new IllegalArgumentException(
                    "'%s' will not do: a repository of charts is written oci://registry/path, without the chart's name."
                            .formatted(chartRepository));
        }
        if (!GIT_PATH.matcher(gitPath).matches()) {
            throw new IllegalArgumentException(
                    "'%s' will not do: a path in Git is relative to the repository's root and has no '..'."
                            .formatted(gitPath));
        }
    }
}
