package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.fleet.kubernetes.KubernetesRecords;
import dev.kubeproxyfleet.fleet.view.Change;
import dev.kubeproxyfleet.fleet.view.Fleet;
import dev.kubeproxyfleet.fleet.view.FleetView;
import dev.kubeproxyfleet.schemas.avro.ClusterKubernetes;
import dev.kubeproxyfleet.schemas.avro.KubeProxyFlags;
import dev.kubeproxyfleet.schemas.reason.KubernetesReason;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** What the Kubernetes APIs of some clusters of {@link ShownFleet} show. */
final class ShownEvidence {

    /** Its agents and its Kubernetes API agree; one node of it has no agent. */
    static final String BOTH = "prod-weu-01";

    /** Its Kubernetes API could be seen an hour ago. */
    static final String HINDERED = "prod-neu-01";

    /** Its Kubernetes API shows other flags than Azure and its agents. */
    static final String DISAGREEING = "prod-weu-02";

    /** No agent runs there. */
    static final String KUBERNETES_ONLY = "dev-neu-05";

    private static final KubeProxyFlags LEAST_CONNECTION = new KubeProxyFlags(true, "ipvs", "lc", 900, 120, 300);
    private static final KubeProxyFlags IPTABLES = new KubeProxyFlags(true, null, null, null, null, null);
    private static final KubeProxyFlags NFTABLES = new KubeProxyFlags(true, "nftables", null, null, null, null);

    private ShownEvidence() {}

    static void feed(FleetView view, Instant now) {
        ClusterKubernetes both = KubernetesRecords.rolledOut(Fleet.id(BOTH), now, 6, LEAST_CONNECTION);
        tell(
                view,
                KubernetesRecords.with(KubernetesRecords.listing(both, nodes(0, 6)), 2, Map.of("IPVSDeprecation", 6)));
        ClusterKubernetes before =
                KubernetesRecords.rolledOut(Fleet.id(HINDERED), now.minus(Duration.ofHours(1)), 5, LEAST_CONNECTION);
        tell(
                view,
                KubernetesRecords.hindered(
                        before,
                        now.minus(Duration.ofMinutes(50)),
                        KubernetesReason.AccessForbidden,
                        "the service may not list pods in kube-system"));
        ClusterKubernetes other = KubernetesRecords.rolledOut(Fleet.id(DISAGREEING), now, 5, IPTABLES);
        tell(view, KubernetesRecords.listing(other, nodes(4, 5)));
        tell(view, KubernetesRecords.rolledOut(Fleet.id(KUBERNETES_ONLY), now, 5, NFTABLES));
    }

    private static void tell(FleetView view, ClusterKubernetes record) {
        view.apply(new Change.Kubernetes(record.getCluster(), record));
    }

    /** As the agents of the cluster of this number call them. */
    private static String[] nodes(int cluster, int count) {
        return IntStream.range(0, count)
                .mapToObj(node -> String.format(Locale.ROOT, "aks-nodepool1-%08d-vmss%06d", 31415926 + cluster, node))
                .toArray(String[]::new);
    }
}
