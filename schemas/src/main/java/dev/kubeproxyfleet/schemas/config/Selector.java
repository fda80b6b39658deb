package dev.kubeproxyfleet.schemas.config;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which clusters a configuration is meant for. All parts that are given must match; inside a list one entry is enough.
 *
 * @param subscriptions subscription ids
 * @param resourceGroups names, without regard to case
 * @param locations Azure locations such as {@code westeurope}
 * @param names globs over cluster names: {@code *} and {@code ?}
 * @param clusters ARM resource ids, without regard to case
 * @param kubernetesVersion a range such as {@code >=1.27 <1.33.5}; a bound without a patch is about the whole minor version;
 *     null for any
 */
public record Selector(
        List<String> subscriptions,
        List<String> resourceGroups,
        List<String> locations,
        List<String> names,
        List<String> clusters,
        Tags tags,
        @Nullable String kubernetesVersion) {

    /** No part given; what {@link #isEmpty()} is true for. */
    public static final Selector EMPTY =
            new Selector(List.of(), List.of(), List.of(), List.of(), List.of(), Tags.NONE, null);

    public Selector {
        subscriptions = List.copyOf(subscriptions);
        resourceGroups = List.copyOf(resourceGroups);
        locations = List.copyOf(locations);
        names = List.copyOf(names);
        clusters = List.copyOf(clusters);
    }

    /** True if no part is given, which is refused: every cluster is selected by {@code names: ["*"]}, on purpose. */
    public boolean isEmpty() {
        return subscriptions.isEmpty()
                && resourceGroups.isEmpty()
                && locations.isEmpty()
                && names.isEmpty()
                && clusters.isEmpty()
                && tags.isEmpty()
                && kubernetesVersion == null;
    }

    /** Conditions on a cluster's Azure tags; all must hold. */
    public record Tags(Map<String, String> matchLabels, List<Expression> matchExpressions) {

        public static final Tags NONE = new Tags(Map.of(), List.of());

        public Tags {
            matchLabels = Map.copyOf(matchLabels);
            matchExpressions = List.copyOf(matchExpressions);
        }

        public boolean isEmpty() {
            return matchLabels.isEmpty() && matchExpressions.isEmpty();
        }
    }

    /** One condition on one tag, as in a Kubernetes label selector. */
    public record Expression(String key, Operator operator, List<String> values) {

        public Expression {
            values = List.copyOf(values);
        }
    }

    /** The operators of a Kubernetes label selector. */
    public enum Operator {
        In,
        NotIn,
        Exists,
        DoesNotExist
    }
}
