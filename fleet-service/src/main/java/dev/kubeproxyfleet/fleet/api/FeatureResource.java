package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.fleet.access.Reach;
import dev.kubeproxyfleet.fleet.azure.ArmResult;
import dev.kubeproxyfleet.fleet.azure.FeatureRegistrations;
import dev.kubeproxyfleet.fleet.azure.FleetSubscriptions;
import dev.kubeproxyfleet.fleet.azure.Subscriptions;
import dev.kubeproxyfleet.fleet.intake.StatedReason;
import dev.kubeproxyfleet.schemas.access.Permission;
import dev.kubeproxyfleet.schemas.message.FeatureStatus;
import dev.kubeproxyfleet.schemas.reason.ClusterReason;
import dev.kubeproxyfleet.schemas.reason.RequestReason;
import dev.kubeproxyfleet.schemas.view.ApiError;
import dev.kubeproxyfleet.schemas.view.ReasonRequest;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** The preview feature that {@code kubeProxyConfig} needs, in the fleet's subscriptions. */
@Path("/api/v1/features")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "features")
class FeatureResource {

    private final FleetSubscriptions subscriptions;
    private final FeatureRegistrations features;
    private final Permits permits;

    FeatureResource(FleetSubscriptions subscriptions, FeatureRegistrations features, Permits permits) {
        this.subscriptions = subscriptions;
        this.features = features;
        this.permits = permits;
    }

    @GET
    @Operation(
            operationId = "listFeatures",
            summary = "State of the preview feature in every subscription, as ARM says, or said a few seconds ago")
    @APIResponse(responseCode = "503", description = "Azure did not list the fleet's subscriptions")
    public List<FeatureStatus> all() {
        return switch (subscriptions.recent()) {
            case Subscriptions.Unknown(ArmResult.ArmError error) -> throw unavailable(error);
            case Subscriptions.Known(Set<String> ids) -> read(ids);
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
    @APIResponse(responseCode = "404", description = "The fleet has no such subscription")
    @APIResponse(responseCode = "503", description = "Azure did not list the fleet's subscriptions")
    public FeatureStatus one(@PathParam("subscription") String subscription) {
        return features.status(known(subscription));
    }

    @POST
    @Path("/{subscription}/register")
    @Operation(
            operationId = "registerFeature",
            summary = "Register the feature, then the provider again; minutes, to be followed with GET")
    @APIResponse(responseCode = "400", description = "The body is not as declared")
    @APIResponse(responseCode = "404", description = "The fleet has no such subscription")
    @APIResponse(responseCode = "429", ref = "TooManyRequests")
    @APIResponse(responseCode = "503", description = "Azure did not list the fleet's subscriptions")
    public FeatureStatus.Registration register(
            @PathParam("subscription") String subscription,
            @RequestBody(
                            required = false,
                            content =
                                    @Content(
                                            mediaType = "application/json",
                                            schema = @Schema(implementation = ReasonRequest.class)))
                    byte @Nullable [] body) {
        permits.demand(Permission.RegisterFeature, new Reach.Fleet());
        return switch (StatedReason.of(body)) {
            case StatedReason.Unreadable(String message) ->
                throw new RefusedException(RequestReason.InvalidBody, message);
            case StatedReason.Given given -> features.register(known(subscription), permits.actor(), given.text());
        };
    }

    /** The id in lower case: nothing is asked of ARM about subscriptions that are not the fleet's. */
    private String known(String subscription) {
        String id = subscription.toLowerCase(Locale.ROOT);
        switch (subscriptions.recent()) {
            case Subscriptions.Unknown(ArmResult.ArmError error) -> throw unavailable(error);
            case Subscriptions.Known known -> {
                if (!known.has(id)) {
                    throw new RefusedException(
                            RestResponse.StatusCode.NOT_FOUND,
                            new ApiError(
                                    ClusterReason.SubscriptionNotInFleet,
                                    "subscription " + id + " is none of the fleet's; see kpfleet.azure.subscriptions",
                                    null,
                                    known.ids().stream().sorted().toList()));
                }
            }
        }
        return id;
    }

    private static RefusedException unavailable(ArmResult.ArmError error) {
        return new RefusedException(
                RestResponse.StatusCode.SERVICE_UNAVAILABLE,
                ApiError.of(error.code(), "Azure did not list the fleet's subscriptions: " + error.message()));
    }
}
