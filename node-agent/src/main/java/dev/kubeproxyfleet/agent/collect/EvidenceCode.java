package dev.kubeproxyfleet.agent.collect;

/** What may not fit together on a node. Codes are stable; the schema of the snapshot lists them. */
public enum EvidenceCode {
    /** kube-proxy is configured for another scheduler than the kernel runs. */
    SCHEDULER_DIFFERS("scheduler-differs"),
    /** kube-proxy is configured for other timeouts than the kernel holds. */
    TIMEOUTS_DIFFER("timeouts-differ"),
    /** The virtual services do not all have one scheduler: a change was applied by half. */
    MIXED_SCHEDULERS("mixed-schedulers"),
    /** Virtual services were left behind by another mode. */
    STALE_IPVS("stale-ipvs"),
    /** kube-proxy says ipvs, and the module is not loaded. */
    IPVS_MISSING("ipvs-missing"),
    /** kube-proxy says ipvs, and the kernel's table has no virtual service. */
    IPVS_EMPTY("ipvs-empty"),
    /** kube-proxy has not programmed its rules since it started: what the kernel holds is not its work. */
    NOT_SYNCED("not-synced"),
    /** kube-proxy was asked to synchronise its rules more than 30 s ago, and has not. */
    SYNC_OVERDUE("sync-overdue"),
    /** The connection tracking table soon drops new connections. */
    CONNTRACK_NEARLY_FULL("conntrack-nearly-full"),
    /** The IPVS connection table has too few buckets. */
    TABLE_CROWDED("table-crowded"),
    /** A proc file is there, but could not be read or understood: what it tells is unknown. */
    PROC_UNREADABLE("proc-unreadable");

    private final String code;

    EvidenceCode(String code) {
        this.code = code;
    }

    public String code() {
        return code;
    }
}
