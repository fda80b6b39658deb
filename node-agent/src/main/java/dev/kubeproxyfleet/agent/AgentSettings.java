package dev.kubeproxyfleet.agent;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What the agent reads, as whom, and how often. */
@ConfigMapping(prefix = "kpfleet.agent")
interface AgentSettings {

    /** Azure resource id of the cluster, {@code /subscriptions/…/managedClusters/<name>}; required. */
    Optional<String> clusterId();

    /** Kubernetes name of the node, from the downward API; required. */
    Optional<String> nodeName();

    /**
     * File with the service account token by which the agent proves whose node it speaks for; the kubelet mounts and renews it. Without
     * one the agent proves nothing.
     *
     * @since 0.2.0
     */
    Optional<Path> tokenFile();

    /** {@code /proc} with host network; otherwise where the host's proc is mounted, of which {@code 1/net} is read. */
    @WithDefault("/proc")
    Path procRoot();

    /** Metrics server of kube-proxy. */
    @WithDefault("http://127.0.0.1:10249")
    URI kubeProxyEndpoint();

    /** Time between two snapshots, 100 ms to 10 min. */
    @WithDefault("10s")
    Duration interval();

    /** How many of the busiest virtual services a snapshot describes, 0 to 500. */
    @WithDefault("20")
    int topServices();

    /** Snapshots that wait while Kafka is away, 1 to 1000; beyond it the oldest is dropped. */
    @WithDefault("30")
    int queueLimit();

    /** Asks the kernel for timeouts and 64-bit counters over generic netlink; needs CAP_NET_ADMIN and host network. */
    @WithDefault("false")
    boolean netlink();

    /** Counts connection states from a sample of {@code ip_vs_conn}; dear on kernels before 6.14. */
    @WithDefault("false")
    boolean connectionStates();

    /**
     * Asks cluster DNS through its ClusterIP once an interval, which shows whether services can be reached from the node. The
     * nameservers come from the pod's resolv.conf, so that a pod with host network needs {@code dnsPolicy:
     * ClusterFirstWithHostNet}.
     */
    @WithDefault("true")
    boolean dnsProbe();

    /**
     * IP addresses to ask in place of those in resolv.conf, the first of each family: where pods are given a node-local cache,
     * such as AKS LocalDNS, the ClusterIP of kube-dns.
     */
    Optional<List<String>> dnsServers();

    /** Address of metrics and health; with host network a wider one than loopback is open to the whole virtual network. */
    @WithDefault("127.0.0.1")
    String httpAddress();

    /** Port of metrics and health, 0 for any free one. */
    @WithDefault("9466")
    int httpPort();
}
