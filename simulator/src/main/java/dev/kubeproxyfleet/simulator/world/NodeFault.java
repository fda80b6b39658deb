package dev.kubeproxyfleet.simulator.world;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
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
    @JsonSubTypes.Type(value = NodeFault.SilentAgent.class, name = "SilentAgent")
})
public sealed interface NodeFault {

    /** The cluster whose nodes it befalls: its name or its ARM resource id, in any casing. */
    String cluster();

    /** The node that it befalls; null for every node of the cluster. */
    @Nullable
    String node();

    /**
     * kube-proxy programs nothing any more: every synchronisation fails. One that starts says its new mode all the same, and the
     * kernel keeps what the one before programmed.
     */
    record NeverSyncs(String cluster, @Nullable String node) implements NodeFault {
        public NeverSyncs {
            requireCluster(cluster);
        }
    }

    /** As {@link NeverSyncs}, for one of the two IP families. */
    record OneFamilyStuck(String cluster, @Nullable String node, IpFamily family) implements NodeFault {
        public OneFamilyStuck {
            requireCluster(cluster);
            Objects.requireNonNull(family, "family is missing; it is IPv4 or IPv6");
        }
    }

    /** The kernel has no IPVS, although kube-proxy says that it runs it. */
    record NoIpvsTable(String cluster, @Nullable String node) implements NodeFault {
        public NoIpvsTable {
            requireCluster(cluster);
        }
    }

    /** The kernel has IPVS and not one virtual service. */
    record EmptyIpvsTable(String cluster, @Nullable String node) implements NodeFault {
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
    record CrashLoop(String cluster, @Nullable String node, Duration period) implements NodeFault {

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
    record MetricsUnreachable(String cluster, @Nullable String node) implements NodeFault {
        public MetricsUnreachable {
            requireCluster(cluster);
        }
    }

    /** The node works, and its agent sends nothing. */
    record SilentAgent(String cluster, @Nullable String node) implements NodeFault {
        public SilentAgent {
            requireCluster(cluster);
        }
    }

    /** Whether it befalls this node; {@code clusterId} is in lower case. */
    default boolean befalls(String clusterId, String nodeName) {
        String only = node();
        return (only == null || only.equals(nodeName)) && Clusters.isMeant(clusterId, cluster());
    }

    private static void requireCluster(@Nullable String cluster) {
        if (cluster == null || cluster.isEmpty()) {
            throw new IllegalArgumentException("cluster is missing; it is a cluster's name or id");
        }
    }
}
