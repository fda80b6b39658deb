package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.fleet.view.MeantCluster;
import dev.kubeproxyfleet.schemas.reason.RequestReason;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.function.Function;

/** Answers to requests that name a cluster, where no cluster or more than one has the name. */
final class ClusterNames {

    private ClusterNames() {}

    /**
     * Answers about the cluster that is meant, or says why it is not known which.
     *
     * @param nameOrId as the request has it
     */
    static Response answer(MeantCluster meant, String nameOrId, Function<String, Response> about) {
        return switch (meant) {
            case MeantCluster.One(String id) -> about.apply(id);
            case MeantCluster.Several(List<String> ids) ->
                new ApiError(
                                RequestReason.AmbiguousCluster,
                                ids.size() + " clusters are named " + nameOrId + "; ask again with one of these ids",
                                null,
                                ids)
                        .with(Response.Status.CONFLICT);
            case MeantCluster.None() -> unknown(nameOrId);
        };
    }

    static Response unknown(String cluster) {
        return ApiError.of(
                        RequestReason.UnknownCluster,
                        "no cluster " + cluster + " is in the inventory; see what is there with kpfleet get clusters,"
                                + " and check that its subscription belongs to the fleet")
                .with(Response.Status.NOT_FOUND);
    }
}
