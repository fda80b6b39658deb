package dev.kubeproxyfleet.simulator.world;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What goes wrong in a cluster's Kubernetes or with its API, from the moment it is asked for until it is ended. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = KubernetesFault.NotRolledOut.class, name = "NotRolledOut"),
    @JsonSubTypes.Type(value = KubernetesFault.StuckPods.class, name = "StuckPods"),
    @JsonSubTypes.Type(value = KubernetesFault.OtherFlags.class, name = "OtherFlags"),
    @JsonSubTypes.Type(value = KubernetesFault.ImageNotPullable.class, name = "ImageNotPullable"),
    @JsonSubTypes.Type(value = KubernetesFault.Unreachable.class, name = "Unreachable"),
    @JsonSubTypes.Type(value = KubernetesFault.Slow.class, name = "Slow"),
    @JsonSubTypes.Type(value = KubernetesFault.Garbage.class, name = "Garbage"),
    @JsonSubTypes.Type(value = KubernetesFault.Redirect.class, name = "Redirect"),
    @JsonSubTypes.Type(value = KubernetesFault.ServerError.class, name = "ServerError"),
    @JsonSubTypes.Type(value = KubernetesFault.Gone.class, name = "Gone"),
    @JsonSubTypes.Type(value = KubernetesFault.ClosedWatches.class, name = "ClosedWatches"),
    @JsonSubTypes.Type(value = KubernetesFault.Forbidden.class, name = "Forbidden"),
    @JsonSubTypes.Type(value = KubernetesFault.TokenRefused.class, name = "TokenRefused"),
    @JsonSubTypes.Type(value = KubernetesFault.OtherName.class, name = "OtherName"),
    @JsonSubTypes.Type(value = KubernetesFault.ExpiredCertificate.class, name = "ExpiredCertificate")
})
public sealed interface KubernetesFault {

    /** The cluster that it befalls: its name or its ARM resource id, in any casing, or {@code *} for all of them. */
    String cluster();

    /** Whether it befalls this cluster, whose id is in lower case. */
    default boolean befalls(String clusterId) {
        return cluster().equals(NodeFault.EVERY_CLUSTER) || Clusters.isMeant(clusterId, cluster());
    }

    /** No controller observes a new generation of kube-proxy's DaemonSet, so that no pod is replaced. */
    record NotRolledOut(String cluster) implements KubernetesFault {
        public NotRolledOut {
            requireCluster(cluster);
        }
    }

    /**
     * kube-proxy's pods are never replaced.
     *
     * @param node the only one whose pod is not; null for all nodes
     */
    record StuckPods(String cluster, @Nullable String node) implements KubernetesFault {
        public StuckPods {
            requireCluster(cluster);
        }
    }

    /** Somebody has edited kube-proxy's DaemonSet: it says {@code kubeProxy}, whatever ARM shows, and its pods follow. */
    record OtherFlags(String cluster, KubeProxyConfig kubeProxy) implements KubernetesFault {
        public OtherFlags {
            requireCluster(cluster);
            Objects.requireNonNull(kubeProxy, "kubeProxy is missing; it is what the DaemonSet says instead");
        }
    }

    /** No image of pods that start from now on can be pulled, but that of kube-proxy. */
    record ImageNotPullable(String cluster) implements KubernetesFault {
        public ImageNotPullable {
            requireCluster(cluster);
        }
    }

    /** Connections end without an answer. */
    record Unreachable(String cluster) implements KubernetesFault {
        public Unreachable {
            requireCluster(cluster);
        }
    }

    /** Every answer is late. */
    record Slow(String cluster, Duration by) implements KubernetesFault {
        public Slow {
            requireCluster(cluster);
            Objects.requireNonNull(by, "by is missing; it is how late answers are, such as PT10S");
        }
    }

    /** Every answer is something that is not JSON. */
    record Garbage(String cluster) implements KubernetesFault {
        public Garbage {
            requireCluster(cluster);
        }
    }

    /**
     * Every request is sent elsewhere.
     *
     * @param to beginning of an address, such as {@code https://example.org}; the request's path follows it
     */
    record Redirect(String cluster, String to) implements KubernetesFault {
        public Redirect {
            requireCluster(cluster);
            Objects.requireNonNull(to, "to is missing; it is the address that requests are sent to");
        }
    }

    /** Every answer is an error of the server. */
    record ServerError(String cluster, int status) implements KubernetesFault {

        private static final int UNAVAILABLE = 503;

        public ServerError {
            requireCluster(cluster);
            status = status == 0 ? UNAVAILABLE : status;
            if (status < 500 || status > 599) {
                throw new IllegalArgumentException("status must be 500 to 599, not " + status);
            }
        }
    }

    /** No watch can go on from a version: each is told that the version is too old. */
    record Gone(String cluster) implements KubernetesFault {
        public Gone {
            requireCluster(cluster);
        }
    }

    /** Every watch ends as soon as it has told something. */
    record ClosedWatches(String cluster) implements KubernetesFault {
        public ClosedWatches {
            requireCluster(cluster);
        }
    }

    /**
     * Nobody has a right.
     *
     * @param right {@code verb group/resource [namespace]}, where the core group is empty and {@code *} stands for any, such as
     *     {@code get apps/daemonsets kube-system} or {@code watch /pods}; without a namespace it is taken everywhere
     */
    record Forbidden(String cluster, String right) implements KubernetesFault {
        public Forbidden {
            requireCluster(cluster);
            if (right == null || !right.matches("\\S+ [^/\\s]*/\\S+( \\S+)?")) {
                throw new IllegalArgumentException(
                        "right must be 'verb group/resource [namespace]', such as 'get apps/daemonsets', not " + right);
            }
        }

        /** Whether it is this right; {@code namespace} is empty for what is in none or asked of all. */
        public boolean takes(String verb, String group, String resource, String namespace) {
            String[] parts = right.split("[ /]");
            return isMeant(parts[0], verb)
                    && isMeant(parts[1], group)
                    && isMeant(parts[2], resource)
                    && (parts.length < 4 || isMeant(parts[3], namespace));
        }

        private static boolean isMeant(String named, String found) {
            return named.equals("*") || named.equals(found);
        }
    }

    /** No token is good. */
    record TokenRefused(String cluster) implements KubernetesFault {
        public TokenRefused {
            requireCluster(cluster);
        }
    }

    /** The server that credentials name has a certificate for another host. */
    record OtherName(String cluster) implements KubernetesFault {
        public OtherName {
            requireCluster(cluster);
        }
    }

    /** The server that credentials name has a certificate that is no longer valid. */
    record ExpiredCertificate(String cluster) implements KubernetesFault {
        public ExpiredCertificate {
            requireCluster(cluster);
        }
    }

    private static void requireCluster(@Nullable String cluster) {
        if (cluster == null || cluster.isEmpty()) {
            throw new IllegalArgumentException("cluster is missing; it is a cluster's name or id, or "
                    + NodeFault.EVERY_CLUSTER + " for all of them");
        }
    }
}
