package dev.kubeproxyfleet.agent.collect;

import dev.kubeproxyfleet.schemas.avro.Evidence;
import dev.kubeproxyfleet.schemas.avro.FamilySync;
import dev.kubeproxyfleet.schemas.avro.IpvsState;
import dev.kubeproxyfleet.schemas.avro.IpvsSysctls;
import dev.kubeproxyfleet.schemas.avro.KernelTimeouts;
import dev.kubeproxyfleet.schemas.avro.KubeProxyState;
import dev.kubeproxyfleet.schemas.avro.KubeProxySync;
import dev.kubeproxyfleet.schemas.avro.NetworkState;
import dev.kubeproxyfleet.schemas.reason.EvidenceReason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What does not fit together on a node: configured and running, mode and kernel, asked for and done. Pure. What is unknown is no
 * evidence of anything. What a node <em>should</em> run is known to the fleet service alone, which compares it with these.
 */
final class NodeEvidence {

    /** Part of the connection tracking table beyond which the kernel soon drops new connections. */
    static final double CONNTRACK_NEARLY_FULL = 0.9;

    /** Connections for each bucket of the IPVS connection table beyond which looking one up becomes dear. */
    static final int TABLE_CROWDED = 8;

    private static final String IPVS = "ipvs";

    private NodeEvidence() {}

    /** @param unreadable proc files that are there, but could not be read or understood */
    static List<Evidence> of(
            Instant takenAt,
            @Nullable KubeProxyState kubeProxy,
            @Nullable KubeProxySync sync,
            @Nullable KernelTimeouts kernel,
            @Nullable IpvsState ipvs,
            @Nullable NetworkState network,
            Collection<String> unreadable) {
        List<Evidence> evidence = new ArrayList<>();
        String mode = kubeProxy == null ? null : kubeProxy.getMode();
        if (ipvs != null) {
            schedulers(mode, kubeProxy, ipvs, evidence);
            if (IPVS.equals(mode) && ipvs.getServices() == 0) {
                evidence.add(evidence(
                        EvidenceReason.IpvsEmpty, "kube-proxy says ipvs, the kernel's table has no virtual service"));
            }
            long connections = ipvs.getActiveConnections() + ipvs.getInactiveConnections();
            if (ipvs.getTableSize() > 0 && connections > (long) TABLE_CROWDED * ipvs.getTableSize()) {
                evidence.add(evidence(
                        EvidenceReason.TableCrowded,
                        "%d connections in %d buckets; the module's conn_tab_bits sets their number"
                                .formatted(connections, ipvs.getTableSize())));
            }
        } else if (IPVS.equals(mode) && !unreadable.contains(NodeCollector.IPVS)) {
            evidence.add(evidence(EvidenceReason.IpvsMissing, "kube-proxy says ipvs, the kernel has no IPVS table"));
        }
        if (IPVS.equals(mode) && ipvs != null && ipvs.getSysctls() != null) {
            sysctls(ipvs.getSysctls(), evidence);
        }
        if (kubeProxy != null && kernel != null && IPVS.equals(mode)) {
            timeouts(kubeProxy, kernel, evidence);
        }
        if (sync != null) {
            sync(takenAt, sync, evidence);
        }
        if (network != null) {
            conntrack(network, evidence);
        }
        if (!unreadable.isEmpty()) {
            evidence.add(evidence(
                    EvidenceReason.ProcUnreadable,
                    "could not be read or understood: " + String.join(", ", unreadable)));
        }
        return evidence;
    }

    private static Evidence evidence(EvidenceReason code, String detail) {
        return new Evidence(code.code(), detail);
    }

    private static void schedulers(
            @Nullable String mode, @Nullable KubeProxyState kubeProxy, IpvsState ipvs, List<Evidence> evidence) {
        if (mode != null && !mode.equals(IPVS)) {
            if (ipvs.getServices() > 0) {
                evidence.add(evidence(
                        EvidenceReason.StaleIpvs,
                        "kube-proxy says %s, the kernel still has %d virtual services"
                                .formatted(mode, ipvs.getServices())));
            }
            return;
        }
        Map<String, Integer> running = new TreeMap<>(ipvs.getSchedulers());
        if (running.size() > 1) {
            evidence.add(evidence(EvidenceReason.MixedSchedulers, "virtual services by scheduler: " + running));
        }
        String configured = kubeProxy == null ? null : kubeProxy.getScheduler();
        if (configured != null && !running.isEmpty() && !(running.size() == 1 && running.containsKey(configured))) {
            evidence.add(evidence(
                    EvidenceReason.SchedulerDiffers,
                    "kube-proxy is configured for %s, the kernel runs %s".formatted(configured, running)));
        }
    }

    /**
     * kube-proxy sets these to 1 when it starts. conn_reuse_mode it leaves alone from Linux 5.9 on, so that any value of it is
     * as it should be.
     */
    private static void sysctls(IpvsSysctls kernel, List<Evidence> evidence) {
        List<String> differences = new ArrayList<>();
        unset("conntrack", kernel.getConntrack(), differences);
        unset("expire_nodest_conn", kernel.getExpireNodestConn(), differences);
        unset("expire_quiescent_template", kernel.getExpireQuiescentTemplate(), differences);
        if (!differences.isEmpty()) {
            evidence.add(evidence(
                    EvidenceReason.IpvsSysctlDiffers,
                    "kube-proxy sets 1, the kernel holds " + String.join(", ", differences)));
        }
    }

    private static void unset(String name, @Nullable Integer value, List<String> differences) {
        if (value != null && value != 1) {
            differences.add("net.ipv4.vs.%s %d".formatted(name, value));
        }
    }

    private static void timeouts(KubeProxyState configured, KernelTimeouts kernel, List<Evidence> evidence) {
        List<String> differences = new ArrayList<>();
        difference("tcp", configured.getTcpTimeoutSeconds(), kernel.getTcpSeconds(), differences);
        difference("tcpFin", configured.getTcpFinTimeoutSeconds(), kernel.getTcpFinSeconds(), differences);
        difference("udp", configured.getUdpTimeoutSeconds(), kernel.getUdpSeconds(), differences);
        if (!differences.isEmpty()) {
            evidence.add(evidence(EvidenceReason.TimeoutsDiffer, String.join(", ", differences)));
        }
    }

    /** An unset timeout leaves the kernel's alone, so it differs from none. */
    private static void difference(String name, @Nullable Integer configured, int kernel, List<String> differences) {
        if (configured != null && configured != kernel) {
            differences.add("%s: configured %d s, kernel %d s".formatted(name, configured, kernel));
        }
    }

    /** Of several families the worse one is told of: the first that was never programmed, or the one that waits longest. */
    private static void sync(Instant takenAt, KubeProxySync sync, List<Evidence> evidence) {
        switch (sync.getState()) {
            case NotSynced -> {
                Long start = sync.getProcessStartMillis();
                sync.getFamilies().stream()
                        .filter(family -> !RuleSyncs.synced(family, start))
                        .findFirst()
                        .ifPresent(family -> evidence.add(evidence(
                                EvidenceReason.NotSynced,
                                "kube-proxy has not programmed its %srules since it started%s"
                                        .formatted(named(family), start == null ? "" : ago(start, takenAt)))));
            }
            case Overdue ->
                sync.getFamilies().stream()
                        .max(Comparator.comparing(family -> RuleSyncs.waiting(family, takenAt)))
                        .ifPresent(family -> evidence.add(evidence(
                                EvidenceReason.SyncOverdue,
                                "kube-proxy was asked to synchronise its %srules %d s ago and has not"
                                        .formatted(
                                                named(family),
                                                RuleSyncs.waiting(family, takenAt)
                                                        .toSeconds()))));
            case Synced, Unknown -> {
                // Nothing is known to be wrong.
            }
        }
    }

    private static String named(FamilySync family) {
        return family.getFamily().isEmpty() ? "" : family.getFamily() + " ";
    }

    private static String ago(long millis, Instant takenAt) {
        return " %d s ago"
                .formatted(
                        Duration.between(Instant.ofEpochMilli(millis), takenAt).toSeconds());
    }

    private static void conntrack(NetworkState network, List<Evidence> evidence) {
        Long count = network.getConntrackCount();
        Long max = network.getConntrackMax();
        if (count != null && max != null && max > 0 && count > CONNTRACK_NEARLY_FULL * max) {
            evidence.add(evidence(
                    EvidenceReason.ConntrackNearlyFull,
                    "%d of %d entries; the sysctl nf_conntrack_max sets the limit".formatted(count, max)));
        }
    }
}
