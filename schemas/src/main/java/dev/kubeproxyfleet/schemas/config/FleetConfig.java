package dev.kubeproxyfleet.schemas.config;

import org.jspecify.annotations.Nullable;

/** What a user publishes: the kube-proxy configuration or the agents that a set of clusters shall have, and how to get there. */
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
     * @param kubeProxy null if the clusters are given agents
     * @param agents null if the clusters are given a kube-proxy configuration
     * @param priority of two configs that give one cluster the same kind of thing the higher wins; equal ones block it
     * @param drift what happens when a converged cluster leaves its configuration
     * @param newClusters whether a cluster that appears once the rollout is planned gets the configuration too
     * @param strategyRef name of a stored {@link FleetStrategy} that takes the place of {@code strategy}; null for none
     */
    public record Spec(
            @Nullable KubeProxyConfig kubeProxy,
            @Nullable AgentConfig agents,
            Selector selector,
            int priority,
            Strategy strategy,
            Drift drift,
            NewClusters newClusters,
            @Nullable String strategyRef) {

        /** @throws IllegalArgumentException if both kubeProxy and agents are given, or neither */
        public Spec {
            if ((kubeProxy == null) == (agents == null)) {
                throw new IllegalArgumentException("a config gives kubeProxy or agents, and not both");
            }
        }

        /** Of a kube-proxy configuration, with a strategy of its own. */
        public Spec(
                KubeProxyConfig kubeProxy,
                Selector selector,
                int priority,
                Strategy strategy,
                Drift drift,
                NewClusters newClusters) {
            this(kubeProxy, null, selector, priority, strategy, drift, newClusters, null);
        }

        /** This spec as a rollout keeps it: with a copy of the strategy that it refers to. */
        public Spec resolved(Strategy stored) {
            return new Spec(kubeProxy, agents, selector, priority, stored, drift, newClusters, strategyRef);
        }

        /** The strategy's gate, as far as it is about what the clusters are given. */
        public Gate gate() {
            return agents == null ? strategy.gate() : strategy.gate().ofAgents();
        }

        /** What the clusters shall have. */
        public Desired desired() {
            return Desired.of(kubeProxy, agents);
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
