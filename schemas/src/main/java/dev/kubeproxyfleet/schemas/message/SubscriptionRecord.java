package dev.kubeproxyfleet.schemas.message;

import java.util.List;
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
 */
public record SubscriptionRecord(
        String subscription,
        int clusterCount,
        String kubeProxyFeature,
        List<String> fleet,
        @Nullable String apiVersion) {

    public static final String TYPE = "dev.kubeproxyfleet.subscription.v1";
    public static final String FEATURE_REGISTERED = "Registered";

    public SubscriptionRecord {
        fleet = List.copyOf(fleet);
    }

    /** Of an unknown api-version. */
    public SubscriptionRecord(String subscription, int clusterCount, String kubeProxyFeature, List<String> fleet) {
        this(subscription, clusterCount, kubeProxyFeature, fleet, null);
    }

    public String key() {
        return "/subscriptions/" + subscription;
    }
}
