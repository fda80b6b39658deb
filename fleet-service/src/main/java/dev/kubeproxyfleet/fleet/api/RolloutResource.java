package dev.kubeproxyfleet.fleet.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.Command;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Rollouts, and what a person may ask of one. */
@Path("/api/v1/rollouts")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "rollouts")
class RolloutResource {

    private static final int MAX_REASON_LENGTH = 1000;

    private final FleetView view;
    private final Requests requests;

    RolloutResource(FleetView view, Requests requests) {
        this.view = view;
        this.requests = requests;
    }

    @GET
    @Operation(operationId = "listRollouts", summary = "Every rollout, newest first")
    public List<RolloutStatus> rollouts() {
        return view.rollouts();
    }

    @GET
    @Path("/{id}")
    @Operation(
            operationId = "getRollout",
            summary =
                    "A rollout with its clusters, by <config>.<generation>, or the latest one of a config by its name")
    public Response rollout(@PathParam("id") String id) {
        return view.rolloutDetail(id).map(detail -> Response.ok(detail).build()).orElseGet(() -> unknown(id));
    }

    @POST
    @Path("/{id}/pause")
    @Operation(operationId = "pauseRollout", summary = "Start no further cluster")
    public Response pause(
            @PathParam("id") String id, @HeaderParam(Actor.HEADER) @Nullable String actor, byte @Nullable [] body) {
        return command(id, Command.Action.Pause, actor, body);
    }

    @POST
    @Path("/{id}/resume")
    @Operation(operationId = "resumeRollout", summary = "Go on with a paused rollout")
    public Response resume(
            @PathParam("id") String id, @HeaderParam(Actor.HEADER) @Nullable String actor, byte @Nullable [] body) {
        return command(id, Command.Action.Resume, actor, body);
    }

    @POST
    @Path("/{id}/abort")
    @Operation(operationId = "abortRollout", summary = "End a rollout; what is in flight ends and is recorded")
    public Response abort(
            @PathParam("id") String id, @HeaderParam(Actor.HEADER) @Nullable String actor, byte @Nullable [] body) {
        return command(id, Command.Action.Abort, actor, body);
    }

    @POST
    @Path("/{id}/approve")
    @Operation(operationId = "approveRollout", summary = "Let the stage that awaits approval go on")
    public Response approve(
            @PathParam("id") String id, @HeaderParam(Actor.HEADER) @Nullable String actor, byte @Nullable [] body) {
        return command(id, Command.Action.Approve, actor, body);
    }

    private Response command(String id, Command.Action action, @Nullable String actor, byte @Nullable [] body) {
        RolloutStatus rollout = view.rollout(id).orElse(null);
        if (rollout == null) {
            return unknown(id);
        }
        return switch (reason(body)) {
            case Reason.Given(String reason) ->
                Answers.of(requests.command(rollout, action, Actor.of(actor), reason.isEmpty() ? null : reason));
            case Reason.Unreadable(String message) ->
                ApiError.of("InvalidBody", message).with(Response.Status.BAD_REQUEST);
        };
    }

    private sealed interface Reason {
        record Given(String reason) implements Reason {}

        record Unreadable(String message) implements Reason {}
    }

    private static Reason reason(byte @Nullable [] body) {
        if (body == null || body.length == 0) {
            return new Reason.Given("");
        }
        try {
            JsonNode given = Json.MAPPER.readTree(body);
            JsonNode reason = given.path("reason");
            if (!given.isObject() || !(reason.isTextual() || reason.isMissingNode() || reason.isNull())) {
                return new Reason.Unreadable("the body is an object with an optional text: {\"reason\": \"why\"}");
            }
            String text = reason.asText("").strip();
            return text.length() > MAX_REASON_LENGTH
                    ? new Reason.Unreadable(
                            "the reason is longer than " + MAX_REASON_LENGTH + " characters; shorten it")
                    : new Reason.Given(reason.isNull() ? "" : text);
        } catch (JsonProcessingException e) {
            return new Reason.Unreadable("the body is not JSON: " + e.getOriginalMessage());
        } catch (java.io.IOException e) {
            return new Reason.Unreadable("the body could not be read: " + e.getMessage());
        }
    }

    private static Response unknown(String id) {
        return ApiError.of(
                        "UnknownRollout",
                        "no rollout " + id
                                + "; list what is there with GET /api/v1/rollouts, or publish a configuration")
                .with(Response.Status.NOT_FOUND);
    }
}
