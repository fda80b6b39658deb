package dev.kubeproxyfleet.schemas.reason;

/** Whether a node's snapshot proves what the node shows; of several reasons against it the first in this order counts. */
public enum ProofReason implements Reason {
    Proven(
            "kube-proxy programmed its rules since it started, for every IP family, and in mode ipvs the kernel holds virtual services."),
    IpvsMissing("kube-proxy says ipvs, and the kernel has no IPVS table."),
    IpvsUnreadable("kube-proxy says ipvs, and the kernel's table could not be read or understood."),
    IpvsEmpty("kube-proxy says ipvs, and the kernel's table has no virtual service."),
    NotSynced("kube-proxy has not programmed its rules since it started: what the kernel holds is not its work."),
    SyncOverdue("kube-proxy was asked more than 30 s ago to synchronise its rules, and has not."),
    SyncUnknown(
            "kube-proxy does not tell whether it synchronised, or its `/metrics` cannot be reached on the node's loopback."),
    ModeUnknown("kube-proxy does not tell its mode.");

    private final Words words;

    ProofReason(String meaning) {
        words = new Words(meaning, null);
    }

    @Override
    public Words words() {
        return words;
    }
}
