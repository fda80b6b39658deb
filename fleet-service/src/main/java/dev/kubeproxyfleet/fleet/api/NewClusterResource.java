package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.fleet.access.Reach;
import dev.kubeproxyfleet.fleet.creation.NewClusters;
import dev.kubeproxyfleet.schemas.access.Permission;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.NewCluster;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.reason.RequestReason;
import dev.kubeproxyfleet.schemas.view.ApiError;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Creating a cluster with the kube-proxy configuration that a config has now. */
@Path("/api/v1")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "clusters")
class NewClusterResource {

    private final NewClusters clusters;
    private final Permits permits;

    NewClusterResource(NewClusters clusters, Permits permits) {
        this.clusters = clusters;
        this.permits = permits;
    }

    @POST
    @Path("/clusters")
    @Operation(
            operationId = "createCluster",
            summary = "Create a managed cluster with a config's kube-proxy configuration")
    @APIResponse(responseCode = "200", ref = "Done")
    @APIResponse(responseCode = "400", description = "The request is not as declared, or Azure could not take it")
    @APIResponse(responseCode = "404", description = "No configuration of this name is in force")
    @APIResponse(responseCode = "409", ref = "Refused")
    @APIResponse(responseCode = "429", ref = "TooManyRequests")
    public RestResponse<Object> create(
            @RequestBody(
                            content =
                                    @Content(
                                            mediaType = "application/json",
                                            schema = @Schema(implementation = NewCluster.class)))
                    byte @Nullable [] body) {
        permits.demand(Permission.CreateCluster, new Reach.Fleet());
        return switch (clusters.create(body, new NewClusters.Asker(permits.actor(), null, null, Duration.ZERO))) {
            case NewClusters.Handled.NotTaken(ReasonCode code, String message, String path) ->
                throw new RefusedException(
                        code == RequestReason.UnknownConfig
                                ? RestResponse.StatusCode.NOT_FOUND
                                : RestResponse.StatusCode.BAD_REQUEST,
                        new ApiError(code, message, path, null));
            case NewClusters.Handled.Audited(var _, AuditRecord record, var _) -> HttpAnswers.of(record);
        };
    }
}
