package dev.kubeproxyfleet.simulator.world;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What goes wrong on nodes, from the moment it is asked for until it is ended. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = NodeFault.NeverSyncs.class, name = "NeverSyncs"),
    @JsonSubTypes.Type(value = NodeFault.OneFamilyStuck.class, name = "OneFamilyStuck"),
    @JsonSubTypes.Type(value = NodeFault.NoIpvsTable.class, name = "NoIpvsTable"),
    @JsonSubTypes.Type(value = NodeFault.EmptyIpvsTable.class, name = "EmptyIpvsTable"),
    @JsonSubTypes.Type(value = NodeFault.CrashLoop.class, name = "CrashLoop"),
    @JsonSubTypes.Type(value = NodeFault.MetricsUnreachable.class, name = "MetricsUnreachable"),
    @JsonSubTypes.Type(value = NodeFault.SilentAgent.class, name = "SilentAgent"),
    @JsonSubTypes.Type(value = NodeFault.RefusedServices.class, name = "RefusedServices"),
    @JsonSubTypes.Type(value = NodeFault.StaleRules.class, name = "StaleRules"),
    @JsonSubTypes.Type(value = NodeFault.BlackHoledUdp.class, name = "BlackHoledUdp"),
    @JsonSubTypes.Type(value = NodeFault.ConntrackDrops.class, name = "ConntrackDrops"),
    @JsonSubTypes.Type(value = NodeFault.AfterSwitch.class, name = "AfterSwitch"),
    @JsonSubTypes.Type(value = NodeFault.RegionStorm.class, name = "RegionStorm")
})
public sealed interface NodeFault {

    /** Stands for the name of any cluster. */
    String EVERY_CLUSTER = "*";

    /**
     * Whether it befalls this node.
     *
     * @param clusterId in lower case
     * @param region of the cluster, as ARM's {@code location} has it
     */
    boolean befalls(String clusterId, String region, String nodeName);

    /** What befalls the nodes of a cluster. */
    sealed interface OfCluster extends NodeFault {

        /**
         * The cluster whose nodes it befalls: its name or its ARM resource id, in any casing, or {@value
         * NodeFault#EVERY_CLUSTER} for all of them.
         */
        String cluster();

        /** The node that it befalls; null for every node of the cluster. */
        @Nullable
        String node();

        /** Whether it befalls some node of this cluster, whose id is in lower case. */
        default boolean concerns(String clusterId) {
            return cluster().equals(EVERY_CLUSTER) || Clusters.isMeant(clusterId, cluster());
        }

        @Override
        default boolean befalls(String clusterId, String region, String nodeName) {
            String only = node();
            return (only == null || only.equals(nodeName)) && concerns(clusterId);
        }
    }

    /**
     * kube-proxy programs nothing any more: every synchronisation fails. One that starts says its new mode all the same, and the
     * kernel keeps what the one before programmed.
     */
    record NeverSyncs(String cluster, @Nullable String node) implements OfCluster {
        public NeverSyncs {
            requireCluster(cluster);
        }
    }

    /** As {@link NeverSyncs}, for one of the two IP families. */
    record OneFamilyStuck(String cluster, @Nullable String node, IpFamily family) implements OfCluster {
        public OneFamilyStuck {
            requireCluster(cluster);
            Objects.requireNonNull(family, "family is missing; it is IPv4 or IPv6");
        }
    }

    /** The kernel has no IPVS, although kube-proxy says that it runs it. */
    record NoIpvsTable(String cluster, @Nullable String node) implements OfCluster {
        public NoIpvsTable {
            requireCluster(cluster);
        }
    }

    /** The kernel has IPVS and not one virtual service. */
    record EmptyIpvsTable(String cluster, @Nullable String node) implements OfCluster {
        public EmptyIpvsTable {
            requireCluster(cluster);
        }
    }

    /**
     * kube-proxy starts, ends and is away, again and again. A process that lives long enough programs its rules.
     *
     * @param period from one start to the next, by the machine's clock whatever the fleet's speed; it answers for the first
     *     half of it
     */
    record CrashLoop(String cluster, @Nullable String node, Duration period) implements OfCluster {

        static final Duration DEFAULT_PERIOD = Duration.ofSeconds(20);

        public CrashLoop {
            requireCluster(cluster);
            period = period == null ? DEFAULT_PERIOD : period;
            if (period.toMillis() < 1) {
                throw new IllegalArgumentException("period must be a millisecond or more, not " + period);
            }
        }
    }

    /** Nothing answers on kube-proxy's metrics address, as where it listens elsewhere; it works all the same. */
    record MetricsUnreachable(String cluster, @Nullable String node) implements OfCluster {
        public MetricsUnreachable {
            requireCluster(cluster);
        }
    }

    /** The node works, and its agent sends nothing. */
    record SilentAgent(String cluster, @Nullable String node) implements OfCluster {
        public SilentAgent {
            requireCluster(cluster);
        }
    }

    /**
     * Connections to services are refused, cluster DNS among them, as where kube-proxy programs a service without its backends;
     * kube-proxy believes that all is well.
     */
    record RefusedServices(String cluster, @Nullable String node) implements OfCluster {
        public RefusedServices {
            requireCluster(cluster);
        }
    }

    /**
     * kube-proxy hangs once it has programmed its rules: it is asked again and again, neither does it nor counts a failure, and
     * backends that are gone refuse some of the connections.
     */
    record StaleRules(String cluster, @Nullable String node) implements OfCluster {
        public StaleRules {
            requireCluster(cluster);
        }
    }

    /** What is sent to a service by UDP is lost without a word, while TCP works. */
    record BlackHoledUdp(String cluster, @Nullable String node) implements OfCluster {
        public BlackHoledUdp {
            requireCluster(cluster);
        }
    }

    /** Connection tracking loses connections: it cannot insert some, and drops packets of others. */
    record ConntrackDrops(String cluster, @Nullable String node) implements OfCluster {
        public ConntrackDrops {
            requireCluster(cluster);
        }
    }

    /**
     * A fault that befalls a node while its kube-proxy runs a mode to which it was switched, so that what ran that mode from
     * its boot on is spared, and what is switched back recovers.
     */
    record AfterSwitch(KubeProxyMode mode, OfCluster fault) implements NodeFault {
        public AfterSwitch {
            Objects.requireNonNull(mode, "mode is missing; it is IPTABLES, IPVS or NFTABLES");
            Objects.requireNonNull(fault, "fault is missing; it is what befalls a node after the switch");
        }

        @Override
        public boolean befalls(String clusterId, String region, String nodeName) {
            return fault.befalls(clusterId, region, nodeName);
        }
    }

    /**
     * Trouble of a whole region that no kube-proxy is to blame for: on every node of every cluster there, more connections are
     * refused and retried than usual.
     *
     * @param region as ARM's {@code location} has it, such as {@code westeurope}
     */
    record RegionStorm(String region) implements NodeFault {
        public RegionStorm {
            if (region == null || region.isEmpty()) {
                throw new IllegalArgumentException(
                        "region is missing; it is a location of clusters, such as westeurope");
            }
        }

        @Override
        public boolean befalls(String clusterId, String region, String nodeName) {
            return this.region.equalsIgnoreCase(region);
        }
    }

    private static void requireCluster(@Nullable String cluster) {
        if (cluster == null || cluster.isEmpty()) {
            throw new IllegalArgumentException(
                    "cluster is missing; it is a cluster's name or id, or " + EVERY_CLUSTER + " for all of them");
        }
    }
}
