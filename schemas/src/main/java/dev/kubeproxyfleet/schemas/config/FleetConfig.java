package dev.kubeproxyfleet.schemas.config;

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
     * @param newClusters whether a cluster that appears during a rollout joins it
     */
    public record Spec(
            KubeProxyConfig kubeProxy,
            Selector selector,
            int priority,
            Strategy strategy,
            Drift drift,
            NewClusters newClusters) {}

    /** What to do about a converged cluster that someone else changed. */
    public enum Drift {
        Report
    }

    /** What to do with clusters that appear once the rollout is planned. */
    public enum NewClusters {
        Join,
        Ignore
    }
}
