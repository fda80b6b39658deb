package dev.kubeproxyfleet.fleet.azure;

import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one LIST of a subscription returned.
 *
 * @param pages calls that it took
 * @param error why it is not complete; null if it is. Nothing may be concluded from a cluster's absence then
 */
public record Listing(
        String subscription, List<ClusterRecord> clusters, int pages, ArmResult.@Nullable ArmError error) {

    public Listing {
        clusters = List.copyOf(clusters);
    }

    /** Every cluster that there is. */
    public static Listing ofAll(String subscription, List<ClusterRecord> clusters) {
        return new Listing(subscription, clusters, 1, null);
    }

    public boolean complete() {
        return error == null;
    }

    Optional<ClusterRecord> find(String cluster) {
        return clusters.stream().filter(record -> record.id().equals(cluster)).findFirst();
    }
}
