package dev.kubeproxyfleet.schemas.reason;

/**
 * What stands between a cluster and a mode, what nobody knows, and what changes with it.
 *
 * <p>Facts: Kubernetes' page "Virtual IPs and Service Proxies", its KEP-5495 and KEP-5343, kubernetes/kubernetes#137501, Calico's page
 * on its nftables data plane, and Microsoft's pages on kube-proxy and on supported versions in AKS.
 */
public enum ReadinessReason implements Reason {
    NftablesFixMissing(
            "kube-proxy of the cluster's Kubernetes patch fails in mode nftables where a node has nft 1.1.3 (kubernetes/kubernetes#137501).",
            "Upgrade the cluster to 1.33.11, 1.34.7, 1.35.4, 1.36 or newer."),
    KernelTooOld(
            "The kernel of a node is older than 5.13, and kube-proxy refuses mode nftables there.",
            "Move the node pools to an OS SKU with a newer kernel."),
    LocalhostNodePortsUsed(
            "Something in the cluster reaches a NodePort at a loopback address, which works in mode iptables alone.",
            "Let the clients use the node's address or the service's, then restart kube-proxy, whose counter begins anew."),
    InvalidDropsCounted(
            "Rules that only mode iptables has dropped packets that connection tracking called invalid, and a kernel before 6.1 resets connections without them.",
            "Move the node pools to an OS SKU with kernel 6.1 or newer."),
    KubeProxyBuildUnknown(
            "kube-proxy on nodes tells an older version than the first one with the fix of kubernetes/kubernetes#137501, although the cluster's version has it.",
            "Ask Azure whether its build has the fix, or try one cluster first."),
    KernelUnknown(
            "Nobody tells the kernel of each node.",
            "Install agents of version 0.2.0 on each node, or let the service watch the Kubernetes API."),
    IptablesCountersUnknown(
            "kube-proxy runs in mode iptables, and not each node tells the counters that show what the cluster would lose.",
            "Install agents on each node."),
    PresentModeUnknown(
            "Azure shows no mode, kube-proxy of this Kubernetes version chooses one itself, and the nodes do not tell which.",
            "Publish a configuration that names the mode, or install agents."),
    CalicoDataplaneUnknown(
            "The cluster has Calico, whose data plane has to be set to nftables too, and Azure does not show it.",
            "See that `linuxDataplane` of Calico's Installation is `Nftables` once kube-proxy's mode is, and try one cluster first."),
    NetworkPluginUnknown(
            "The cluster brings its own network plugin, which Azure does not show.",
            "Ask the plugin's documentation whether it works beside kube-proxy in mode nftables."),
    OtherModeRuns(
            "A mode was to be named, and each node runs another one, which kube-proxy has chosen itself.",
            "Name the mode that runs, or change the mode by a campaign of its own."),
    OtherModeNamed("IPTABLES is named only where Azure shows no mode, and it shows another one."),
    HasTheMode("The cluster has the mode already."),
    NoKubeProxy("The cluster runs no kube-proxy of AKS."),
    SchedulerLost(
            "IPVS has a scheduler, and nftables chooses a backend at random.",
            "See that no service depends on how connections are spread."),
    TimeoutsLost(
            "IPVS has timeouts of its own, and nftables leaves them to connection tracking.",
            "See that no long idle connection depends on them."),
    LosesNothingOfIptables(
            "What the counters of mode iptables would show does not matter here: mode IPVS neither serves NodePorts at loopback addresses nor drops invalid packets."),
    SupportEnds(
            "The day on which AKS ends the support of the cluster's version, by the calendar that the service has.",
            "Upgrade the cluster before."),
    SupportUnknown(
            "The calendar that the service has does not know the cluster's version.",
            "Name a newer calendar with `kpfleet.readiness.calendar`.");

    private final Words words;

    ReadinessReason(String meaning) {
        words = new Words(meaning, null);
    }

    ReadinessReason(String meaning, String helps) {
        words = new Words(meaning, helps);
    }

    @Override
    public Words words() {
        return words;
    }
}
