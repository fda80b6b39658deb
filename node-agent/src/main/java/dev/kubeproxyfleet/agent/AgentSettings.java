package dev.kubeproxyfleet.agent;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** What the agent reads, as whom, and how often. */
@ConfigMapping(prefix = "kpfleet.agent")
interface AgentSettings {

    /** Azure resource id of the cluster, {@code /subscriptions/…/managedClusters/<name>}; required. */
    Optional<String> clusterId();

    /** Kubernetes name of the node, from the downward API; required. */
    Optional<String> nodeName();

    /** {@code /proc} with host network; otherwise where the host's proc is mounted, of which {@code 1/net} is read. */
    @WithDefault("/proc")
    Path procRoot();

    /** Metrics server of kube-proxy. */
    @WithDefault("http://127.0.0.1:10249")
    URI kubeProxyEndpoint();

    /** Time between two snapshots. */
    @WithDefault("10s")
    Duration interval();

    /** How many of the busiest virtual services a snapshot describes, 0 to 500. */
    @WithDefault("20")
    int topServices();

    /** Snapshots that wait while Kafka is away; beyond it the oldest is dropped. */
    @WithDefault("30")
    int queueLimit();
}
