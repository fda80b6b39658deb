package dev.kubeproxyfleet.simulator.node;

import dev.kubeproxyfleet.schemas.config.IpvsConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.simulator.world.AppliedConfiguration;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One node of a cluster: its proc files and its kube-proxy, as an agent on it would see them.
 *
 * <p>It follows its cluster's configuration some time after ARM's operation ended, as a DaemonSet reaches it. Time passes when
 * it is looked at. In modes other than IPVS there is no {@code net/ip_vs}. Thread-safe.
 */
public final class SimulatedNode {

    /** A node that begins in IPVS has had traffic for so long. */
    private static final Duration WARM_UP = Duration.ofMinutes(3);

    /** Of a longer time without a look, connections of only this much are simulated. */
    private static final Duration MAX_CATCH_UP = Duration.ofMinutes(10);

    private final String cluster;
    private final String name;
    private final long seed;
    private final ServicePlan plan;
    private final Duration delay;
    private final Function<String, Optional<AppliedConfiguration>> configurations;
    private final InstantSource clock;
    private final Instant bootedAt;
    private final NetworkStack network;

    private KubeProxyConfig current = KubeProxyConfig.UNSET;
    private boolean running;
    private @Nullable IpvsTable ipvs;
    private Instant seenAt;

    /**
     * @param delay from the end of ARM's operation until this node has the new configuration
     */
    SimulatedNode(
            String cluster,
            String name,
            long seed,
            ServicePlan plan,
            Duration delay,
            Function<String, Optional<AppliedConfiguration>> configurations,
            InstantSource clock) {
        this.cluster = cluster;
        this.name = name;
        this.seed = seed;
        this.plan = plan;
        this.delay = delay;
        this.configurations = configurations;
        this.clock = clock;
        Instant now = clock.instant();
        this.bootedAt = now.minus(WARM_UP);
        this.seenAt = bootedAt;
        this.network = new NetworkStack(seed);
        configurations.apply(cluster).ifPresent(applied -> {
            running = applied.running();
            run(applied.kubeProxy(), bootedAt);
        });
        advance(now);
    }

    /** ARM resource id of the cluster, lower case. */
    public String cluster() {
        return cluster;
    }

    /** Kubernetes node name. */
    public String name() {
        return name;
    }

    /** False while the cluster is stopped or gone: no process runs on this node then. */
    public synchronized boolean running() {
        follow();
        return running;
    }

    /**
     * The content of a proc file now.
     *
     * @param path relative to the proc root, such as {@code net/ip_vs}
     * @return null if there is no such file
     */
    public synchronized byte @Nullable [] read(String path) {
        follow();
        String text = running ? text(path) : null;
        return text == null ? null : text.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Body of a GET of kube-proxy's metrics address that is answered with 200; empty otherwise.
     *
     * @param path such as {@code /proxyMode}
     */
    public synchronized Optional<String> get(String path) {
        follow();
        return running ? KubeProxyAnswers.get(current, path) : Optional.empty();
    }

    private @Nullable String text(String path) {
        IpvsTable table = ipvs;
        int connections = table == null ? 0 : table.connections();
        return switch (path) {
            case "net/ip_vs" -> table == null ? null : table.table();
            case "net/ip_vs_stats" -> table == null ? null : table.stats();
            case "net/snmp" -> network.snmp(connections);
            case "net/stat/nf_conntrack" -> network.conntrackStat(connections);
            case "sys/net/netfilter/nf_conntrack_count" -> network.conntrackCount(connections);
            case "sys/net/netfilter/nf_conntrack_max" -> network.conntrackMax();
            case "sys/kernel/random/boot_id" -> new UUID(seed, bootedAt.toEpochMilli()) + "\n";
            default -> null;
        };
    }

    private void follow() {
        Instant now = clock.instant();
        Optional<AppliedConfiguration> applied = configurations.apply(cluster);
        running = applied.isPresent() && applied.get().running();
        if (applied.isPresent() && !applied.get().kubeProxy().equals(current)) {
            Instant due = applied.get().since().plus(delay);
            if (!now.isBefore(due)) {
                Instant at = due.isAfter(seenAt) ? due : seenAt;
                advance(at);
                network.disturb(ipvs == null ? plan.services().size() * 10 : ipvs.activeConnections());
                run(applied.get().kubeProxy(), at);
            }
        }
        advance(now);
    }

    private void run(KubeProxyConfig config, Instant at) {
        current = config;
        if (config.effective().ipvs() == null) {
            ipvs = null;
            return;
        }
        if (ipvs == null) {
            ipvs = new IpvsTable(plan, seed, millis(at));
        }
        ipvs.configure(config.ipvsConfig() == null ? IpvsConfig.UNSET : config.ipvsConfig());
    }

    private void advance(Instant then) {
        if (!then.isAfter(seenAt)) {
            return;
        }
        if (ipvs != null) {
            ipvs.skipArrivalsUntil(millis(then.minus(MAX_CATCH_UP)));
            ipvs.advance(millis(then));
        }
        network.advance(Duration.between(seenAt, then).toNanos() / 1e9);
        seenAt = then;
    }

    private long millis(Instant at) {
        return Math.max(0, Duration.between(bootedAt, at).toMillis());
    }
}
