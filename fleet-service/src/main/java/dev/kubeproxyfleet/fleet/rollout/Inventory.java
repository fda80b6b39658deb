package dev.kubeproxyfleet.fleet.rollout;

import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import java.util.List;
import java.util.Optional;

/** What exists, what its nodes show and who lays claim to it: all that planning needs. Stable while it is looked at. */
public interface Inventory {

    /** All clusters. */
    Iterable<ClusterRecord> clusters();

    Optional<ClusterRecord> cluster(String cluster);

    List<SubscriptionRecord> subscriptions();

    Optional<SubscriptionRecord> subscription(String id);

    /** What agents report of it. */
    Evidence evidence(String cluster);

    /** What its Kubernetes API says; {@link KubernetesView#NONE} where nobody looks. */
    KubernetesView kubernetes(String cluster);

    /** Of every config that is not deleted. */
    List<Claim> claims();
}
