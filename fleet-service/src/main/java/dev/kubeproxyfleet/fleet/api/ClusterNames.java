package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.fleet.view.FleetView;
import dev.kubeproxyfleet.schemas.reason.RequestReason;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Locale;

/** Which cluster a person means by a name or an ARM resource id. */
final class ClusterNames {

    private ClusterNames() {}

    sealed interface Meant {

        /** @param id ARM resource id, lower case; whether there is such a cluster is not known for one given as id */
        record One(String id) implements Meant {}

        /** @param why the answer to give */
        record NotOne(Response why) implements Meant {}
    }

    static Meant meant(FleetView view, String nameOrId) {
        if (nameOrId.startsWith("/")) {
            return new Meant.One(nameOrId.toLowerCase(Locale.ROOT));
        }
        List<String> candidates = view.named(nameOrId);
        if (candidates.size() > 1) {
            return new Meant.NotOne(new ApiError(
                            RequestReason.AmbiguousCluster,
                            candidates.size() + " clusters are named " + nameOrId + "; ask again with one of these ids",
                            null,
                            candidates)
                    .with(Response.Status.CONFLICT));
        }
        return candidates.isEmpty() ? new Meant.NotOne(unknown(nameOrId)) : new Meant.One(candidates.getFirst());
    }

    static Response unknown(String cluster) {
        return ApiError.of(
                        RequestReason.UnknownCluster,
                        "no cluster " + cluster + " is in the inventory; see what is there with kpfleet get clusters,"
                                + " and check that its subscription belongs to the fleet")
                .with(Response.Status.NOT_FOUND);
    }
}
