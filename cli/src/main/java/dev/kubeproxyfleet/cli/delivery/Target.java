package dev.kubeproxyfleet.cli.delivery;

import dev.kubeproxyfleet.schemas.view.ClusterView;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A cluster that gets the agent.
 *
 * @param id ARM resource id, lower case
 * @param label its name where no other has it, else one that tells it from the others; fit for a file and, as an RFC 1123 label, for
 *     an object of Kubernetes
 */
public record Target(String id, String label) {

    private static final int LONGEST_LABEL = 63;
    private static final int HASH_DIGITS = 16;

    /** Each as a label of its cluster; a later one is longer, and two clusters never share the last. */
    private static final List<Function<ClusterView, String>> LABELS = List.of(
            cluster -> plain(cluster.name()),
            cluster -> plain(cluster.resourceGroup() + "-" + cluster.name()),
            cluster -> cut(plain(cluster.name()), LONGEST_LABEL - HASH_DIGITS - 1) + "-" + hash(cluster.id()));

    /** The clusters by label. Which other clusters there are decides of a label, the order in which they come does not. */
    public static List<Target> of(Collection<ClusterView> clusters) {
        Map<ClusterView, Integer> levels = new LinkedHashMap<>();
        clusters.forEach(cluster -> levels.put(cluster, 0));
        while (true) {
            Map<String, List<ClusterView>> byLabel = levels.keySet().stream()
                    .collect(Collectors.groupingBy(cluster -> label(cluster, levels.getOrDefault(cluster, 0))));
            List<ClusterView> unfit = new ArrayList<>();
            byLabel.forEach((label, holders) -> {
                if (holders.size() > 1 || label.isEmpty() || label.length() > LONGEST_LABEL) {
                    unfit.addAll(holders);
                }
            });
            unfit.removeIf(cluster -> levels.getOrDefault(cluster, 0) == LABELS.size() - 1);
            if (unfit.isEmpty()) {
                return levels.keySet().stream()
                        .map(cluster -> new Target(cluster.id(), label(cluster, levels.getOrDefault(cluster, 0))))
                        .sorted(Comparator.comparing(Target::label))
                        .toList();
            }
            unfit.forEach(cluster -> levels.merge(cluster, 1, Integer::sum));
        }
    }

    private static String label(ClusterView cluster, int level) {
        return LABELS.get(level).apply(cluster);
    }

    private static String plain(String text) {
        return trimmed(text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-"));
    }

    private static String cut(String text, int length) {
        return trimmed(text.substring(0, Math.min(length, text.length())));
    }

    private static String trimmed(String text) {
        return text.replaceAll("^-+|-+$", "");
    }

    private static String hash(String id) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(id.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, HASH_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
