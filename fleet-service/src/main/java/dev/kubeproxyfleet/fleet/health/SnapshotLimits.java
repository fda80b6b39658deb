package dev.kubeproxyfleet.fleet.health;

import dev.kubeproxyfleet.schemas.avro.Evidence;
import dev.kubeproxyfleet.schemas.avro.KubeProxyState;
import dev.kubeproxyfleet.schemas.avro.NodeStats;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How long the texts of a snapshot may be, in characters, since anybody who may write to the topic chooses them. A snapshot with
 * a longer one is left out as a whole: a text that were cut could be another node's or cluster's.
 */
final class SnapshotLimits {

    /** Azure's own limits of a subscription, group and cluster name make at most some 280. */
    static final int MAX_CLUSTER_ID = 512;

    /** Of a Kubernetes name: RFC 1123, subdomain. */
    static final int MAX_NODE = 253;

    /** The kernel's is a UUID. */
    static final int MAX_BOOT_ID = 64;

    static final int MAX_AGENT_VERSION = 128;

    /** Linux: {@code __NEW_UTS_LEN} of {@code linux/utsname.h}. */
    static final int MAX_KERNEL_RELEASE = 64;

    /** kube-proxy's, such as {@code v1.34.2}, with what a vendor adds. */
    static final int MAX_VERSION = 64;

    /** Modes, schedulers and codes of evidence; the kernel's and kube-proxy's names have at most 15. */
    static final int MAX_NAME = 32;

    /** Schedulers of one node, and codes of evidence; a kernel and an agent have fewer. */
    static final int MAX_NAMES = 1_000;

    private SnapshotLimits() {}

    static boolean hold(NodeStats stats) {
        KubeProxyState kubeProxy = stats.getKubeProxy();
        Collection<String> schedulers = stats.getIpvs() == null
                ? List.of()
                : stats.getIpvs().getSchedulers().keySet();
        return isWithin(stats.getCluster(), MAX_CLUSTER_ID)
                && isWithin(stats.getNode(), MAX_NODE)
                && isWithin(stats.getBootId(), MAX_BOOT_ID)
                && isWithin(stats.getAgentVersion(), MAX_AGENT_VERSION)
                && isWithin(stats.getKernelRelease(), MAX_KERNEL_RELEASE)
                && (kubeProxy == null
                        || (isWithin(kubeProxy.getMode(), MAX_NAME)
                                && isWithin(kubeProxy.getScheduler(), MAX_NAME)
                                && isWithin(kubeProxy.getVersion(), MAX_VERSION)))
                && namesHold(schedulers.size(), schedulers.stream())
                && namesHold(
                        stats.getEvidence().size(), stats.getEvidence().stream().map(Evidence::getCode));
    }

    private static boolean namesHold(int number, Stream<String> names) {
        return number <= MAX_NAMES && names.allMatch(name -> isWithin(name, MAX_NAME));
    }

    private static boolean isWithin(@Nullable String text, int limit) {
        return text == null || text.length() <= limit;
    }
}
