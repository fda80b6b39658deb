package dev.kubeproxyfleet.schemas.reason;

/**
 * What may not fit together on a node, as its agent sees it. It is no proof of anything ({@link ProofReason}); but where many nodes have
 * come to show one of these since a change, other than {@link #StaleIpvs}, their cluster does not converge
 * ({@link ClusterReason#NewEvidence}).
 */
public enum EvidenceReason implements Reason {
    MixedSchedulers(
            "mixed-schedulers",
            "A node's virtual services do not all have one scheduler: a change was applied by half."),
    SchedulerDiffers(
            "scheduler-differs",
            "kube-proxy is configured for another scheduler than the kernel runs.",
            "Restart kube-proxy on the node."),
    TimeoutsDiffer(
            "timeouts-differ",
            "kube-proxy is configured for other timeouts than the kernel holds.",
            "Restart kube-proxy on the node."),
    StaleIpvs(
            "stale-ipvs",
            "Virtual services of mode IPVS stayed behind although kube-proxy runs another mode.",
            "Restart the node."),
    IpvsMissing("ipvs-missing", "kube-proxy says ipvs, and the kernel has no IPVS table."),
    IpvsEmpty("ipvs-empty", "kube-proxy says ipvs, and the kernel's table has no virtual service."),
    IpvsSysctlDiffers(
            "ipvs-sysctl-differs",
            "The kernel holds another value of a sysctl of IPVS than kube-proxy sets when it starts in mode ipvs.",
            "Find out what else sets it on the node, and restart kube-proxy."),
    NotSynced(
            "not-synced",
            "kube-proxy has not programmed its rules since it started, for one IP family at least; this is normal for seconds after a start."),
    SyncOverdue(
            "sync-overdue",
            "kube-proxy was asked more than 30 s ago to synchronise the rules of one IP family, and has not.",
            "See the log of kube-proxy on the node."),
    ConntrackNearlyFull(
            "conntrack-nearly-full",
            "The kernel's connection tracking table is nearly full, and new connections are soon dropped.",
            "Raise the sysctl `nf_conntrack_max`."),
    TableCrowded(
            "table-crowded",
            "The kernel's IPVS connection table has too few buckets, so that connections are slow to find.",
            "Set the option `conn_tab_bits` of the module `ip_vs`."),
    ProcUnreadable(
            "proc-unreadable",
            "A proc file is there and could not be read or understood, so that what it tells is unknown.");

    private final String code;
    private final Words words;

    EvidenceReason(String code, String meaning) {
        this.code = code;
        words = new Words(meaning, null);
    }

    EvidenceReason(String code, String meaning, String helps) {
        this.code = code;
        words = new Words(meaning, helps);
    }

    @Override
    public String code() {
        return code;
    }

    @Override
    public Words words() {
        return words;
    }
}
