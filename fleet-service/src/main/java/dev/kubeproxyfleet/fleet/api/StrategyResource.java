package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.fleet.access.Reach;
import dev.kubeproxyfleet.fleet.intake.IntakeSettings;
import dev.kubeproxyfleet.fleet.view.FleetView;
import dev.kubeproxyfleet.schemas.access.Permission;
import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.FleetConfigReader;
import dev.kubeproxyfleet.schemas.config.FleetStrategy;
import dev.kubeproxyfleet.schemas.config.Problem;
import dev.kubeproxyfleet.schemas.config.Read;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.message.Attribution;
import dev.kubeproxyfleet.schemas.reason.RequestReason;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Strategies that are stored for configurations to refer to. */
@Path("/api/v1/strategies")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "strategies")
class StrategyResource {

    private final FleetView view;
    private final Requests requests;
    private final Permits permits;
    private final Strategy defaults;

    StrategyResource(FleetView view, Requests requests, Permits permits, IntakeSettings intake) {
        this.view = view;
        this.requests = requests;
        this.permits = permits;
        this.defaults = Strategy.defaultWithBake(intake.defaultBake());
    }

    @GET
    @Operation(operationId = "listStrategies", summary = "Every stored strategy, by name")
    public List<FleetStrategy> strategies() {
        return view.strategies();
    }

    @GET
    @Path("/{name}")
    @Operation(operationId = "getStrategy", summary = "One stored strategy")
    @APIResponse(responseCode = "404", description = "No strategy of this name is stored")
    public FleetStrategy strategy(@PathParam("name") String name) {
        return view.strategy(name)
                .orElseThrow(() -> new RefusedException(
                        RequestReason.UnknownStrategy,
                        "no strategy " + name + " is stored; see what is with kpfleet get strategies"));
    }

    @PUT
    @Path("/{name}")
    @Operation(
            operationId = "storeStrategy",
            summary = "Store a FleetStrategy, JSON or YAML; rollouts that have begun keep the copy that they have")
    @APIResponse(responseCode = "200", ref = "Done")
    @APIResponse(responseCode = "202", ref = "Accepted")
    @APIResponse(responseCode = "409", ref = "Refused")
    @APIResponse(responseCode = "429", ref = "TooManyRequests")
    @APIResponse(responseCode = "503", ref = "Unavailable")
    @APIResponse(responseCode = "400", description = "The document or its name is not valid")
    public RestResponse<Object> store(
            @PathParam("name") String name,
            @QueryParam("reason") @Nullable String reason,
            @Parameter(description = "Where in Git it stands, if it comes from there: a URI of scheme git")
                    @QueryParam("origin")
                    @Nullable
                    String origin,
            @RequestBody(
                            description = "A FleetStrategy as fleet-config.schema.json describes it",
                            content = {
                                @Content(mediaType = "application/json", schema = @Schema(type = SchemaType.OBJECT)),
                                @Content(mediaType = "application/yaml", schema = @Schema(type = SchemaType.OBJECT))
                            })
                    byte @Nullable [] body) {
        Documents.checkName(name);
        return switch (FleetConfigReader.read(Documents.orEmpty(body), name, defaults)) {
            case Read.ValidStrategy valid -> {
                permits.demand(Permission.Publish, new Reach.Fleet());
                yield HttpAnswers.of(requests.publish(
                        key(name),
                        valid.canonical(),
                        permits.actor(),
                        Attribution.reason(reason),
                        Documents.origin(origin)));
            }
            case Read.Valid _ -> throw Documents.wrongKind(FleetConfig.KIND, "PUT /api/v1/configs/" + name);
            case Read.Invalid(List<Problem> problems) -> throw Documents.invalid(problems);
        };
    }

    @DELETE
    @Path("/{name}")
    @Operation(
            operationId = "deleteStrategy",
            summary = "Delete a stored strategy; rollouts that have begun keep theirs")
    @APIResponse(responseCode = "200", ref = "Done")
    @APIResponse(responseCode = "202", ref = "Accepted")
    @APIResponse(responseCode = "409", ref = "Refused")
    @APIResponse(responseCode = "429", ref = "TooManyRequests")
    @APIResponse(responseCode = "503", ref = "Unavailable")
    @APIResponse(responseCode = "400", description = "Nothing can have this name")
    public RestResponse<Object> delete(
            @PathParam("name") String name,
            @QueryParam("reason") @Nullable String reason,
            @Parameter(description = "Where in Git it stood, if it comes from there: a URI of scheme git")
                    @QueryParam("origin")
                    @Nullable
                    String origin) {
        Documents.checkName(name);
        permits.demand(Permission.Delete, new Reach.Fleet());
        return HttpAnswers.of(
                requests.withdraw(key(name), permits.actor(), Attribution.reason(reason), Documents.origin(origin)));
    }

    private static String key(String name) {
        return FleetStrategy.KEY_PREFIX + name;
    }
}
