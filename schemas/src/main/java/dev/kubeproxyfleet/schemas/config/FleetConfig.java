package dev.kubeproxyfleet.schemas.config;

import org.jspecify.annotations.Nullable;

/** What a user publishes: the kube-proxy configuration that a set of clusters shall have, and how to get there. */
public record FleetConfig(String apiVersion, String kind, Metadata metadata, Spec spec) {

    public static final String API_VERSION = "kubeproxyfleet.dev/v1";
    public static final String KIND = "FleetConfig";

    /** A config of this name and content. */
    public static FleetConfig of(String name, Spec spec) {
        return new FleetConfig(API_VERSION, KIND, new Metadata(name), spec);
    }

    public String name() {
        return metadata.name();
    }

    /** @param name the config's key: a DNS label, at most 63 characters */
    public record Metadata(String name) {}

    /**
     * @param priority of two configs that select one cluster the higher wins; equal ones block it
     * @param drift what happens when a converged cluster leaves its configuration
     * @param newClusters whether a cluster that appears once the rollout is planned gets the configuration too
     * @param strategyRef name of a stored {@link FleetStrategy} that takes the place of {@code strategy}; null for none
     */
    public record Spec(
            KubeProxyConfig kubeProxy,
            Selector selector,
            int priority,
            Strategy strategy,
            Drift drift,
            NewClusters newClusters,
            @Nullable String strategyRef) {

        /** With a strategy of its own. */
        public Spec(
                KubeProxyConfig kubeProxy,
                Selector selector,
                int priority,
                Strategy strategy,
                Drift drift,
                NewClusters newClusters) {
            this(kubeProxy, selector, priority, strategy, drift, newClusters, null);
        }

        /** This spec as a rollout keeps it: with a copy of the strategy that it refers to. */
        public Spec resolved(Strategy stored) {
            return new Spec(kubeProxy, selector, priority, stored, drift, newClusters, strategyRef);
        }
    }

    /** What to do about a converged cluster that someone else changed. */
    public enum Drift {
        Report,
        Correct
    }

    /** What to do with clusters that appear once the rollout is planned. */
    public enum NewClusters {
        Join,
        Ignore
    }
}
