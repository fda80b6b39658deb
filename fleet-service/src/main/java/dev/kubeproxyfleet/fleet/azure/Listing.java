package dev.kubeproxyfleet.fleet.azure;

import dev.kubeproxyfleet.schemas.message.ClusterRecord;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one LIST of a subscription returned.
 *
 * @param began when it was asked for: it shows what was so then, or later
 * @param pages calls that it took
 * @param error why it is not complete; null if it is. Nothing may be concluded from a cluster's absence then
 */
public record Listing(
        String subscription,
        Instant began,
        List<ClusterRecord> clusters,
        int pages,
        ArmResult.@Nullable ArmError error) {

    public Listing {
        clusters = List.copyOf(clusters);
    }

    public boolean complete() {
        return error == null;
    }
}
