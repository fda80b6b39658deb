package dev.kubeproxyfleet.fleet.view;

import dev.kubeproxyfleet.schemas.avro.ClusterHealth;
import dev.kubeproxyfleet.schemas.avro.ClusterKubernetes;
import dev.kubeproxyfleet.schemas.config.FleetStrategy;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import dev.kubeproxyfleet.schemas.message.ConfigStatus;
import dev.kubeproxyfleet.schemas.message.Origin;
import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import dev.kubeproxyfleet.schemas.message.SubscriptionRecord;
import dev.kubeproxyfleet.schemas.topic.Topic;
import org.jspecify.annotations.Nullable;

/** One record of a topic that the read model folds, decoded; a null value is a tombstone. */
public sealed interface Change {

    record Rollout(String id, @Nullable RolloutStatus status) implements Change {}

    record RolloutCluster(
            String rollout, String cluster, @Nullable RolloutClusterStatus status) implements Change {}

    record Config(String name, @Nullable ConfigStatus status) implements Change {}

    record Cluster(String id, @Nullable ClusterRecord cluster) implements Change {}

    record Subscription(String id, @Nullable SubscriptionRecord subscription) implements Change {}

    record Health(String cluster, @Nullable ClusterHealth health) implements Change {}

    record Kubernetes(String cluster, @Nullable ClusterKubernetes record) implements Change {}

    record Strategy(
            String name,
            @Nullable FleetStrategy strategy,
            @Nullable Origin origin) implements Change {}

    record Audit(AuditRecord entry) implements Change {}

    /** Where such a record stands. */
    default Topic topic() {
        return switch (this) {
            case Rollout _ -> Topic.ROLLOUTS;
            case RolloutCluster _ -> Topic.ROLLOUT_CLUSTERS;
            case Config _ -> Topic.CONFIGS;
            case Cluster _, Subscription _ -> Topic.CLUSTERS;
            case Health _ -> Topic.CLUSTER_HEALTH;
            case Kubernetes _ -> Topic.CLUSTER_KUBERNETES;
            case Strategy _ -> Topic.DESIRED;
            case Audit _ -> Topic.AUDIT;
        };
    }
}
