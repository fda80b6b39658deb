package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.config.Glob;
import dev.kubeproxyfleet.schemas.config.KubernetesVersion;
import dev.kubeproxyfleet.schemas.config.Selector;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A {@link Selector} made ready to match many clusters. */
public final class Selection implements Predicate<ClusterRecord> {

    private static final Pattern SPACE = Pattern.compile("\\s+");
    private static final Pattern BOUND = Pattern.compile("([^0-9.]*)(.*)");

    private final Selector selector;
    private final List<Glob> names;
    private final List<Predicate<KubernetesVersion>> versions;

    public Selection(Selector selector) {
        this.selector = selector;
        this.names = selector.names().stream().map(Glob::new).toList();
        this.versions = selector.kubernetesVersion() == null ? List.of() : versionRange(selector.kubernetesVersion());
    }

    /** True if every part that the selector gives matches; a selector that gives none matches nothing. */
    @Override
    public boolean test(ClusterRecord cluster) {
        return !selector.isEmpty()
                && containsOrEmpty(selector.subscriptions(), cluster.subscription())
                && containsOrEmpty(selector.resourceGroups(), cluster.resourceGroup())
                && containsOrEmpty(selector.locations(), cluster.location())
                && containsOrEmpty(selector.clusters(), cluster.id())
                && (names.isEmpty() || names.stream().anyMatch(name -> name.matches(cluster.name())))
                && matchesTags(cluster)
                && matchesVersion(cluster);
    }

    private boolean matchesTags(ClusterRecord cluster) {
        return cluster.tags()
                        .entrySet()
                        .containsAll(selector.tags().matchLabels().entrySet())
                && selector.tags().matchExpressions().stream().allMatch(expression -> holds(expression, cluster));
    }

    private static boolean holds(Selector.Expression expression, ClusterRecord cluster) {
        String value = cluster.tags().get(expression.key());
        return switch (expression.operator()) {
            case In -> value != null && expression.values().contains(value);
            case NotIn -> value == null || !expression.values().contains(value);
            case Exists -> value != null;
            case DoesNotExist -> value == null;
        };
    }

    private boolean matchesVersion(ClusterRecord cluster) {
        return versions.isEmpty()
                || KubernetesVersion.parse(cluster.kubernetesVersion())
                        .map(version -> versions.stream().allMatch(bound -> bound.test(version)))
                        .orElse(false);
    }

    private static boolean containsOrEmpty(List<String> allowed, String value) {
        return allowed.isEmpty() || allowed.stream().anyMatch(value::equalsIgnoreCase);
    }

    /** Bounds such as {@code >=1.27 <1.33.5}, all of which must hold. A bound that cannot be read matches nothing. */
    private static List<Predicate<KubernetesVersion>> versionRange(String range) {
        List<Predicate<KubernetesVersion>> bounds = new ArrayList<>();
        for (String text : SPACE.split(range.strip().toLowerCase(Locale.ROOT), -1)) {
            Matcher bound = BOUND.matcher(text);
            String operator = bound.matches() ? bound.group(1) : text;
            KubernetesVersion limit =
                    KubernetesVersion.parse(text.substring(operator.length())).orElse(null);
            bounds.add(version -> limit != null && holds(operator, version.comparedTo(limit)));
        }
        return bounds;
    }

    /** What cannot be compared matches nothing. */
    private static boolean holds(String operator, OptionalInt comparison) {
        if (comparison.isEmpty()) {
            return false;
        }
        int order = comparison.getAsInt();
        return switch (operator) {
            case ">=" -> order >= 0;
            case ">" -> order > 0;
            case "<=" -> order <= 0;
            case "<" -> order < 0;
            case "=", "" -> order == 0;
            default -> false;
        };
    }
}
