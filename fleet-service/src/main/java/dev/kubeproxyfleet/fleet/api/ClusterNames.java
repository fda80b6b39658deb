package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.fleet.view.FleetView;
import dev.kubeproxyfleet.fleet.view.MeantCluster;
import dev.kubeproxyfleet.schemas.reason.RequestReason;
import dev.kubeproxyfleet.schemas.view.ApiError;
import java.util.List;

/** Which cluster a person means by a name or an ARM resource id. */
final class ClusterNames {

    private ClusterNames() {}

    /**
     * The ARM resource id, lower case, of the cluster that is meant.
     *
     * @throws RefusedException if it is not known which one is
     */
    static String idOf(FleetView view, String nameOrId) {
        return switch (view.meant(nameOrId)) {
            case MeantCluster.One(String id) -> id;
            case MeantCluster.Several(List<String> ids) ->
                throw new RefusedException(
                        RequestReason.AmbiguousCluster.status(),
                        new ApiError(
                                RequestReason.AmbiguousCluster,
                                ids.size() + " clusters are named " + nameOrId + "; ask again with one of these ids",
                                null,
                                ids));
            case MeantCluster.None() -> throw unknown(nameOrId);
        };
    }

    static RefusedException unknown(String cluster) {
        return new RefusedException(
                RequestReason.UnknownCluster,
                "no cluster " + cluster + " is in the inventory; see what is there with kpfleet get clusters,"
                        + " and check that its subscription belongs to the fleet");
    }
}
