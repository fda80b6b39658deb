package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.fleet.azure.ArmResult;
import dev.kubeproxyfleet.fleet.azure.FeatureRegistrations;
import dev.kubeproxyfleet.fleet.azure.FleetSubscriptions;
import dev.kubeproxyfleet.fleet.azure.Subscriptions;
import dev.kubeproxyfleet.fleet.intake.StatedReason;
import dev.kubeproxyfleet.schemas.message.Attribution;
import dev.kubeproxyfleet.schemas.message.FeatureStatus;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.ReasonCode;
import dev.kubeproxyfleet.schemas.reason.RequestReason;
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
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The preview feature that {@code kubeProxyConfig} needs, in the fleet's subscriptions. */
@Path("/api/v1/features")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "features")
class FeatureResource {

    private final FleetSubscriptions subscriptions;
    private final FeatureRegistrations features;

    FeatureResource(FleetSubscriptions subscriptions, FeatureRegistrations features) {
        this.subscriptions = subscriptions;
        this.features = features;
    }

    @GET
    @Operation(
            operationId = "listFeatures",
            summary = "State of the preview feature in every subscription, as ARM says, or said a few seconds ago")
    public Response all() {
        return switch (subscriptions.recent()) {
            case Subscriptions.Unknown(ArmResult.ArmError error) -> unavailable(error);
            case Subscriptions.Known(Set<String> ids) -> Response.ok(read(ids)).build();
        };
    }

    private List<FeatureStatus> read(Set<String> ids) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            return ids.stream()
                    .sorted()
                    .map(id -> CompletableFuture.supplyAsync(() -> features.status(id), threads))
                    .toList()
                    .stream()
                    .map(CompletableFuture::join)
                    .toList();
        }
    }

    @GET
    @Path("/{subscription}")
    @Operation(
            operationId = "getFeature",
            summary = "The same for one subscription, with the progress of its registration")
    public Response one(@PathParam("subscription") String subscription) {
        return known(subscription, id -> Response.ok(features.status(id)).build());
    }

    @POST
    @Path("/{subscription}/register")
    @Operation(
            operationId = "registerFeature",
            summary = "Register the feature, then the provider again; minutes, to be followed with GET")
    public Response register(
            @PathParam("subscription") String subscription,
            @HeaderParam(Attribution.ACTOR_HEADER) @Nullable String actor,
            byte @Nullable [] body) {
        return switch (StatedReason.of(body)) {
            case StatedReason.Unreadable(String message) -> ApiError.refused(RequestReason.InvalidBody, message);
            case StatedReason.Given given ->
                known(
                        subscription,
                        id -> Response.ok(features.register(id, Attribution.actor(actor), given.text()))
                                .build());
        };
    }

    private interface Answer {
        Response about(String subscription);
    }

    /** Nothing is asked of ARM about subscriptions that are not the fleet's. */
    private Response known(String subscription, Answer answer) {
        String id = subscription.toLowerCase(Locale.ROOT);
        return switch (subscriptions.recent()) {
            case Subscriptions.Unknown(ArmResult.ArmError error) -> unavailable(error);
            case Subscriptions.Known known ->
                known.has(id)
                        ? answer.about(id)
                        : new ApiError(
                                        ClusterReason.SubscriptionNotInFleet,
                                        "subscription " + id
                                                + " is none of the fleet's; see kpfleet.azure.subscriptions",
                                        null,
                                        known.ids().stream().sorted().toList())
                                .with(Response.Status.NOT_FOUND);
        };
    }

    private static Response unavailable(ArmResult.ArmError error) {
        return ApiError.of(
                        ReasonCode.of(error.code()), "Azure did not list the fleet's subscriptions: " + error.message())
                .with(Response.Status.SERVICE_UNAVAILABLE);
    }
}
