package dev.kubeproxyfleet.fleet.view;

import dev.kubeproxyfleet.fleet.health.HealthEvidence;
import dev.kubeproxyfleet.fleet.kubernetes.KubernetesEvidence;
import dev.kubeproxyfleet.fleet.rollout.Claim;
import dev.kubeproxyfleet.fleet.rollout.Evidence;
import dev.kubeproxyfleet.fleet.rollout.Inventory;
import dev.kubeproxyfleet.fleet.rollout.KubernetesView;
import dev.kubeproxyfleet.schemas.avro.ClusterHealth;
import dev.kubeproxyfleet.schemas.avro.ClusterKubernetes;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The read model at one moment, for planning over it: a plan for a large fleet takes longer than the view may be held up. */
record FleetSnapshot(
        Map<String, ClusterRecord> byId,
        Map<String, SubscriptionRecord> bySubscription,
        Map<String, ClusterHealth> health,
        Map<String, ClusterKubernetes> kubernetes,
        List<Claim> claims)
        implements Inventory {

    FleetSnapshot {
        byId = Map.copyOf(byId);
        bySubscription = Map.copyOf(bySubscription);
        health = Map.copyOf(health);
        kubernetes = Map.copyOf(kubernetes);
        claims = List.copyOf(claims);
    }

    @Override
    public Collection<ClusterRecord> clusters() {
        return byId.values();
    }

    @Override
    public Optional<ClusterRecord> cluster(String cluster) {
        return Optional.ofNullable(byId.get(cluster));
    }

    @Override
    public List<SubscriptionRecord> subscriptions() {
        return List.copyOf(bySubscription.values());
    }

    @Override
    public Optional<SubscriptionRecord> subscription(String id) {
        return Optional.ofNullable(bySubscription.get(id));
    }

    @Override
    public Evidence evidence(String cluster) {
        ClusterHealth known = health.get(cluster);
        return known == null ? Evidence.NONE : HealthEvidence.of(known);
    }

    @Override
    public KubernetesView kubernetes(String cluster) {
        ClusterKubernetes known = kubernetes.get(cluster);
        return known == null ? KubernetesView.NONE : KubernetesEvidence.of(known);
    }
}
