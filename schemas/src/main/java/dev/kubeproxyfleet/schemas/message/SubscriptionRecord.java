package dev.kubeproxyfleet.schemas.message;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A subscription whose clusters have all been listed once. Topic {@code clusters}, key {@link #key()}.
 *
 * <p>A rollout is planned only when every subscription of {@code fleet} has such a record and as many clusters are known in
 * it as it counts: stages cut from half a fleet would be wrong.
 *
 * @param subscription subscription id, lower case
 * @param clusterCount clusters that the last complete listing returned
 * @param kubeProxyFeature state of {@code Microsoft.ContainerService/KubeProxyConfigurationPreview}: {@code Registered},
 *     {@code NotRegistered}, {@code Registering}, …
 * @param fleet every subscription id of the fleet, this one included
 * @param apiVersion of {@code Microsoft.ContainerService} that its clusters are written with; null in records of earlier
 *     versions
 * @param readOnlyScopes ARM ids in lower case of what a {@code ReadOnly} lock is on: the subscription, resource groups,
 *     resources; null until they have been read, and where the identity may not
 */
public record SubscriptionRecord(
        String subscription,
        int clusterCount,
        String kubeProxyFeature,
        List<String> fleet,
        @Nullable String apiVersion,
        @Nullable List<String> readOnlyScopes) {

    public static final String TYPE = "dev.kubeproxyfleet.subscription.v1";
    public static final String FEATURE_REGISTERED = "Registered";

    public SubscriptionRecord {
        fleet = List.copyOf(fleet);
        readOnlyScopes = readOnlyScopes == null ? null : List.copyOf(readOnlyScopes);
    }

    /** Of an unknown api-version and unknown locks. */
    public SubscriptionRecord(String subscription, int clusterCount, String kubeProxyFeature, List<String> fleet) {
        this(subscription, clusterCount, kubeProxyFeature, fleet, null, null);
    }

    /** The scope whose {@code ReadOnly} lock keeps a cluster from being changed; empty if none is known. */
    public Optional<String> readOnlyScope(String cluster) {
        return readOnlyScopes == null
                ? Optional.empty()
                : readOnlyScopes.stream()
                        .filter(scope -> cluster.equals(scope) || cluster.startsWith(scope + "/"))
                        .findFirst();
    }

    public String key() {
        return "/subscriptions/" + subscription;
    }
}
