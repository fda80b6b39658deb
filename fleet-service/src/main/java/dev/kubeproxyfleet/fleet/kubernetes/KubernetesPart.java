package dev.kubeproxyfleet.fleet.kubernetes;

import dev.kubeproxyfleet.fleet.azure.ArmRequest;
import dev.kubeproxyfleet.fleet.azure.ArmResult;
import dev.kubeproxyfleet.fleet.azure.BudgetedArm;
import dev.kubeproxyfleet.fleet.azure.ClusterTokens;
import dev.kubeproxyfleet.fleet.azure.FleetSubscriptions;
import dev.kubeproxyfleet.fleet.azure.Rights;
import dev.kubeproxyfleet.fleet.azure.Subscriptions;
import dev.kubeproxyfleet.fleet.selfcheck.Finding;
import dev.kubeproxyfleet.fleet.selfcheck.Part;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What it takes to look into clusters, where that is enabled. No credential of a cluster is asked for. */
@ApplicationScoped
class KubernetesPart implements Part {

    private static final String CREDENTIAL =
            "Microsoft.ContainerService/managedClusters/listClusterUserCredential/action";
    private static final String ROLE = "; deploy/azure/kubernetes-evidence defines a role that has it";

    /** What it asks. */
    record Means(BudgetedArm arm, FleetSubscriptions subscriptions, ClusterTokens tokens) {}

    private final KubernetesSettings settings;
    private final Supplier<Means> means;

    @Inject
    KubernetesPart(
            KubernetesSettings settings,
            Instance<BudgetedArm> arm,
            Instance<FleetSubscriptions> subscriptions,
            Instance<ClusterTokens> tokens) {
        this(settings, () -> new Means(arm.get(), subscriptions.get(), tokens.get()));
    }

    /** @param means fails with the name of a setting that cannot be used */
    KubernetesPart(KubernetesSettings settings, Supplier<Means> means) {
        this.settings = settings;
        this.means = means;
    }

    @Override
    public int order() {
        return 3;
    }

    @Override
    public String name() {
        return "Kubernetes APIs";
    }

    @Override
    public void look(Consumer<Finding> found) {
        if (!settings.enabled()) {
            return;
        }
        try {
            look(means.get(), found);
        } catch (IllegalArgumentException e) {
            // It is told of Azure, whose setting it is.
            found.accept(Finding.unknown("Kubernetes APIs: what it takes is behind a setting that cannot be used"));
        }
    }

    private void look(Means means, Consumer<Finding> found) {
        try {
            means.tokens().token();
            found.accept(Finding.ok("Kubernetes APIs: Microsoft Entra gives a token for them"));
        } catch (ClusterTokens.Unavailable e) {
            found.accept(Finding.missing("Kubernetes APIs: Microsoft Entra gives no token for them (" + e.getMessage()
                    + "); check the workload's identity, kpfleet.azure.cloud and kpfleet.azure.authority"));
        }
        switch (means.subscriptions().recent()) {
            case Subscriptions.Unknown(ArmResult.ArmError error) ->
                found.accept(
                        Finding.unknown("Kubernetes APIs: whether credentials can be asked for is not known without the"
                                + " subscriptions (" + error.describe() + ")"));
            case Subscriptions.Known(Set<String> ids) ->
                ids.stream().sorted().map(id -> right(means.arm(), id)).forEach(found);
        }
        found.accept(Finding.unknown("Kubernetes APIs: what the identity may see in a cluster only that cluster tells"
                + "; kpfleet get cluster shows it once the service runs"));
    }

    private static Finding right(BudgetedArm arm, String id) {
        String name = "subscription " + id + ": ";
        return switch (arm.send(new ArmRequest.ReadPermissions(id))) {
            case ArmResult.Ok ok
            when Rights.allow(ok.body().path("value"), CREDENTIAL) ->
                Finding.ok(name + "credentials of clusters can be asked for");
            case ArmResult.Ok _ ->
                Finding.missing(name + "the identity lacks the right " + CREDENTIAL
                        + ", unless it is granted on resource groups" + ROLE);
            case ArmResult.ArmError error ->
                Finding.unknown(name + "whether credentials of clusters can be asked for was not told ("
                        + error.describe() + ")");
        };
    }
}
