package dev.kubeproxyfleet.fleet.health;

import dev.kubeproxyfleet.schemas.json.Contract;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Only the part of a {@code ClusterRecord} that is needed, so that a newer version of the rest does no harm.
 *
 * @param nodeCount Linux nodes that should report; null if it is not known
 * @param oidcIssuer that signs the tokens of the cluster's agents; null if it has none
 */
record Inventoried(@Nullable Integer nodeCount, @Nullable String oidcIssuer) {

    /** Of a cluster that the inventory does not have, or whose record cannot be read. */
    static final Inventoried NOT = new Inventoried(null, null);

    Inventoried {
        nodeCount = nodeCount == null || nodeCount < 0 ? null : nodeCount;
    }

    static Inventoried read(byte @Nullable [] json) {
        if (json == null) {
            return NOT;
        }
        try {
            return Contract.read(json, Inventoried.class);
        } catch (IOException | RuntimeException unknown) {
            return NOT;
        }
    }
}
