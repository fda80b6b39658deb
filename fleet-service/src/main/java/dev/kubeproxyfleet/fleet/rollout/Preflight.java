package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.agent.AgentManifest;
import dev.kubeproxyfleet.schemas.config.Desired;
import dev.kubeproxyfleet.schemas.config.EffectiveKubeProxy;
import dev.kubeproxyfleet.schemas.config.KubeProxyConfig;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.schemas.config.KubernetesVersion;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.InstallReason;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a cluster can take a configuration, before anything is sent.
 *
 * <p>Rules: Microsoft's page on kube-proxy configuration in AKS and the error codes that the service answers with.
 */
public final class Preflight {

    /** Api-versions begin with their date, so text order is their order. */
    private static final String FIRST_API_VERSION_WITH_NFTABLES = "2025-09-02-preview";

    private static final Set<String> SETTLED_BADLY = Set.of("Failed", "Canceled");

    /** What to do with the cluster now. */
    public sealed interface Verdict {

        record Go() implements Verdict {}

        /** It may become possible by itself or by what the message says. */
        record Wait(ReasonCode code, String message) implements Verdict {}

        /** It is not possible; the rollout goes on without this cluster. */
        record Skip(ReasonCode code, String message) implements Verdict {}
    }

    private Preflight() {}

    static Verdict check(ClusterRecord cluster, Inventory inventory, Desired desired) {
        Optional<Verdict.Skip> incompatibility = switch (desired) {
            case Desired.KubeProxy(KubeProxyConfig kubeProxy) ->
                incompatibility(cluster, inventory.subscription(cluster.subscription()), kubeProxy);
            case Desired.Agents _ -> foreignAgents(inventory.kubernetes(cluster.id()), cluster);
        };
        return incompatibility
                .<Verdict>map(skip -> skip)
                .orElseGet(() -> readiness(cluster, inventory, desired.kind()));
    }

    /** Agents that somebody else has installed are not ours to change. Where nothing is seen yet, whoever writes looks. */
    private static Optional<Verdict.Skip> foreignAgents(KubernetesView view, ClusterRecord cluster) {
        return view.agentsOf(cluster).stream()
                .filter(daemonSet -> !daemonSet.isOwned())
                .findFirst()
                .map(daemonSet -> new Verdict.Skip(
                        InstallReason.AgentsNotOurs,
                        "its DaemonSet " + AgentManifest.NAMESPACE + "/" + daemonSet.name()
                                + " was not installed by the fleet service, and is left alone"));
    }

    /** A cluster that this rollout has written is not left as a failed write may have left it. */
    static Verdict again(RolloutCluster cluster, Verdict verdict) {
        return cluster.attempt() > 0
                        && verdict instanceof Verdict.Skip(ReasonCode code, var _)
                        && code == ClusterReason.ClusterNotReady
                ? new Verdict.Go()
                : verdict;
    }

    /** Why the cluster cannot have the configuration as long as it is as it is; empty if it can. */
    public static Optional<Verdict.Skip> incompatibility(
            ClusterRecord cluster, Optional<SubscriptionRecord> subscription, KubeProxyConfig given) {
        EffectiveKubeProxy desired = given.effective();
        Optional<KubernetesVersion> version = KubernetesVersion.parse(cluster.kubernetesVersion());
        if (cluster.kubeProxy() == null) {
            return skip(
                    ClusterReason.KubeProxyConfigUnreadable,
                    "Azure returned a kube-proxy configuration that this version cannot read; update the fleet service");
        }
        if ("Automatic".equalsIgnoreCase(cluster.skuName())) {
            return skip(ClusterReason.AutomaticSku, "AKS Automatic does not support a kube-proxy configuration");
        }
        if (given.named(cluster.kubernetesVersion()).isEmpty()) {
            return skip(
                    ClusterReason.ModeNotNamed,
                    "the configuration names no mode, and kube-proxy of Kubernetes "
                            + KubernetesVersion.CHOOSES_MODE_FROM
                            + " and newer chooses one itself; the cluster has " + cluster.kubernetesVersion());
        }
        if (desired.enabled() && "cilium".equalsIgnoreCase(cluster.networkDataplane())) {
            return skip(
                    ClusterReason.CiliumDataplaneRequiresKubeProxyConfigDisabled,
                    "the cluster's data plane is cilium, which runs without kube-proxy");
        }
        if (!desired.enabled() && !"none".equalsIgnoreCase(cluster.networkPlugin())) {
            return skip(
                    ClusterReason.KubeProxyConfigDisabledBYOCNIOnly,
                    "kube-proxy can be disabled only with a CNI of your own (networkPlugin none)");
        }
        if (desired.mode() == KubeProxyMode.IPVS && "azure".equalsIgnoreCase(cluster.networkPolicy())) {
            return skip(ClusterReason.NetworkPolicyAzureWithIpvs, "networkPolicy azure does not work with IPVS");
        }
        if (desired.mode() == KubeProxyMode.IPVS
                && !version.map(v -> v.isAtLeast(1, 22)).orElse(false)) {
            return skip(
                    ClusterReason.KubernetesVersionTooOld,
                    "IPVS needs Kubernetes 1.22 or newer, not " + cluster.kubernetesVersion());
        }
        if (desired.mode() == KubeProxyMode.NFTABLES
                && !version.map(v -> v.isAtLeast(1, 33)).orElse(false)) {
            return skip(
                    ClusterReason.KubernetesVersionTooOld,
                    "NFTABLES needs Kubernetes 1.33 or newer, not " + cluster.kubernetesVersion());
        }
        String apiVersion = subscription.map(SubscriptionRecord::apiVersion).orElse(null);
        if (desired.mode() == KubeProxyMode.NFTABLES
                && apiVersion != null
                && apiVersion.compareTo(FIRST_API_VERSION_WITH_NFTABLES) < 0) {
            return skip(
                    ClusterReason.ApiVersionTooOld,
                    "NFTABLES needs api-version " + FIRST_API_VERSION_WITH_NFTABLES + " or newer, not " + apiVersion
                            + "; set kpfleet.azure.api-version");
        }
        return Optional.empty();
    }

    /** Whether something of this kind can be written now, whatever it is. */
    static Verdict readiness(ClusterRecord cluster, Inventory inventory, Desired.Kind kind) {
        return switch (kind) {
            case KubeProxy -> inAzure(cluster, inventory.subscription(cluster.subscription()));
            case Agents -> state(cluster);
        };
    }

    /** Whether Azure takes a change of the cluster now. */
    private static Verdict inAzure(ClusterRecord cluster, Optional<SubscriptionRecord> subscription) {
        Optional<String> lock = subscription.flatMap(record -> record.readOnlyScope(cluster.id()));
        if (lock.isPresent()) {
            return new Verdict.Skip(
                    ClusterReason.ScopeLocked, "a ReadOnly lock on " + lock.get() + " keeps it from being changed");
        }
        if (!(state(cluster) instanceof Verdict.Go)) {
            return state(cluster);
        }
        String feature = subscription.map(SubscriptionRecord::kubeProxyFeature).orElse("unknown");
        if (!SubscriptionRecord.FEATURE_REGISTERED.equals(feature)) {
            return new Verdict.Wait(
                    ClusterReason.KubeProxyConfigFeatureNotRegistered,
                    "feature KubeProxyConfigurationPreview is " + feature + " in subscription " + cluster.subscription()
                            + "; register it with: kpfleet features register " + cluster.subscription());
        }
        return new Verdict.Go();
    }

    /** Whether the cluster runs, and nobody is at work on it. */
    private static Verdict state(ClusterRecord cluster) {
        if ("Stopped".equalsIgnoreCase(cluster.powerState())) {
            return new Verdict.Skip(
                    ClusterReason.ClusterStopped, "the cluster is stopped; it is caught once it has started");
        }
        if (SETTLED_BADLY.contains(cluster.provisioningState())) {
            return new Verdict.Skip(
                    ClusterReason.ClusterNotReady,
                    "its provisioning state is " + cluster.provisioningState() + "; it is caught once it is repaired");
        }
        if (!"Succeeded".equals(cluster.provisioningState())) {
            return new Verdict.Wait(
                    ClusterReason.ClusterBusy,
                    "its provisioning state is " + cluster.provisioningState() + ", not Succeeded");
        }
        return new Verdict.Go();
    }

    private static Optional<Verdict.Skip> skip(ReasonCode code, String message) {
        return Optional.of(new Verdict.Skip(code, message));
    }
}
