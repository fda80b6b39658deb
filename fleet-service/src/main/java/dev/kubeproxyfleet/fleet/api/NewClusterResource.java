package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.fleet.creation.NewClusters;
import dev.kubeproxyfleet.schemas.message.Attribution;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.reason.RequestReason;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Creating a cluster with the kube-proxy configuration that a config has now. */
@Path("/api/v1")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "clusters")
class NewClusterResource {

    private final NewClusters clusters;

    NewClusterResource(NewClusters clusters) {
        this.clusters = clusters;
    }

    @POST
    @Path("/clusters")
    @Operation(
            operationId = "createCluster",
            summary =
                    "Create a managed cluster: {\"id\": ARM id, \"config\": name, \"cluster\": body of ARM's PUT, \"reason\"}")
    public Response create(@HeaderParam(Attribution.ACTOR_HEADER) @Nullable String actor, byte @Nullable [] body) {
        return switch (clusters.create(
                body, new NewClusters.Asker(Attribution.actor(actor), null, null, Duration.ZERO))) {
            case NewClusters.Answer.NotTaken(ReasonCode code, String message, String path) ->
                new ApiError(code, message, path, null)
                        .with(
                                code == RequestReason.UnknownConfig
                                        ? Response.Status.NOT_FOUND
                                        : Response.Status.BAD_REQUEST);
            case NewClusters.Answer.Audited(var _, AuditRecord record, var _) ->
                Response.status(
                                record.verdict() == AuditRecord.Verdict.Refused
                                        ? Response.Status.CONFLICT
                                        : Response.Status.OK)
                        .entity(record)
                        .build();
        };
    }
}
