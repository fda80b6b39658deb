package dev.kubeproxyfleet.fleet.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.fleet.azure.ArmResult;
import dev.kubeproxyfleet.fleet.azure.AzureService;
import dev.kubeproxyfleet.fleet.azure.ClusterCreation.Result;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.time.InstantSource;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Creating a cluster with the kube-proxy configuration that a config has now. */
@Path("/api/v1")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "clusters")
class NewClusterResource {

    private final AzureService azure;
    private final FleetView view;
    private final InstantSource clock;

    NewClusterResource(AzureService azure, FleetView view, InstantSource clock) {
        this.azure = azure;
        this.view = view;
        this.clock = clock;
    }

    @POST
    @Path("/clusters")
    @Operation(
            operationId = "createCluster",
            summary =
                    "Create a managed cluster: {\"id\": ARM id, \"config\": name, \"cluster\": body of ARM's PUT, \"reason\"}")
    public Response create(@HeaderParam(Actor.HEADER) @Nullable String actor, byte @Nullable [] body) {
        JsonNode asked;
        try {
            asked = Json.MAPPER.readTree(body == null ? new byte[0] : body);
        } catch (JsonProcessingException e) {
            return invalid(null, "the body is not JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            return invalid(null, "the body could not be read: " + e.getMessage());
        }
        if (!asked.path("id").isTextual()
                || !asked.path("config").isTextual()
                || !asked.path("cluster").isObject()) {
            return invalid(null, "the body is {\"id\": …, \"config\": …, \"cluster\": {…}}");
        }
        String config = asked.path("config").asText();
        RolloutStatus latest = view.rollout(config).orElse(null);
        if (latest == null) {
            return ApiError.of(
                            "UnknownConfig",
                            "no configuration " + config + " has been published; see GET /api/v1/rollouts")
                    .with(Response.Status.NOT_FOUND);
        }
        return switch (Reason.in(asked)) {
            case Reason.Unreadable(String message) -> invalid("/reason", message);
            case Reason.Given reason -> create(asked, latest, Actor.of(actor), reason.orNull());
        };
    }

    private Response create(JsonNode asked, RolloutStatus latest, String actor, @Nullable String reason) {
        String id = asked.path("id").asText();
        return switch (azure.clusterCreation()
                .create(id, asked.path("cluster"), latest.spec().kubeProxy())) {
            case Result.Invalid(String path, String message) -> invalid(path, message);
            case Result.Begun(String state) ->
                audited(
                        latest,
                        actor,
                        reason,
                        AuditRecord.Verdict.Done,
                        "ClusterCreating",
                        id + " is being created with "
                                + latest.spec().kubeProxy().effective().describe() + "; provisioningState is " + state);
            case Result.Exists _ ->
                audited(
                        latest,
                        actor,
                        reason,
                        AuditRecord.Verdict.Refused,
                        "ClusterExists",
                        id + " exists already and was left alone; a configuration that selects it changes it");
            case Result.Refused(ArmResult.ArmError error) ->
                audited(latest, actor, reason, AuditRecord.Verdict.Refused, error.code(), error.message());
            case Result.Unknown(ArmResult.ArmError error) ->
                audited(
                        latest,
                        actor,
                        reason,
                        AuditRecord.Verdict.Refused,
                        error.code(),
                        "ARM gave no answer, so the cluster may be on its way; look for it before you ask again ("
                                + error.message() + ")");
        };
    }

    private Response audited(
            RolloutStatus latest,
            String actor,
            @Nullable String reason,
            AuditRecord.Verdict verdict,
            String code,
            String message) {
        AuditRecord record = new AuditRecord(
                null, latest.config(), null, "CreateCluster", actor, reason, verdict, code, message, clock.instant());
        azure.audit(record);
        return Response.status(verdict == AuditRecord.Verdict.Refused ? Response.Status.CONFLICT : Response.Status.OK)
                .entity(record)
                .build();
    }

    private static Response invalid(@Nullable String path, String message) {
        return new ApiError("InvalidRequest", message, path, null).with(Response.Status.BAD_REQUEST);
    }
}
