package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.fleet.intake.IntakeSettings;
import dev.kubeproxyfleet.fleet.view.FleetView;
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
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Strategies that are stored for configurations to refer to. */
@Path("/api/v1/strategies")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "strategies")
class StrategyResource {

    private final FleetView view;
    private final Requests requests;
    private final Strategy defaults;

    StrategyResource(FleetView view, Requests requests, IntakeSettings intake) {
        this.view = view;
        this.requests = requests;
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
    public Response strategy(@PathParam("name") String name) {
        return view.strategy(name)
                .map(strategy -> Response.ok(strategy).build())
                .orElseGet(() -> ApiError.of(
                                RequestReason.UnknownStrategy,
                                "no strategy " + name + " is stored; see what is with kpfleet get strategies")
                        .with(Response.Status.NOT_FOUND));
    }

    @PUT
    @Path("/{name}")
    @Operation(
            operationId = "storeStrategy",
            summary = "Store a FleetStrategy, JSON or YAML; rollouts that have begun keep the copy that they have")
    public Response store(
            @PathParam("name") String name,
            @HeaderParam(Attribution.ACTOR_HEADER) @Nullable String actor,
            @QueryParam("reason") @Nullable String reason,
            byte @Nullable [] body) {
        if (!Documents.mayBeNamed(name)) {
            return Documents.badName(name);
        }
        return switch (FleetConfigReader.read(Documents.orEmpty(body), name, defaults)) {
            case Read.ValidStrategy valid ->
                Answers.of(requests.publish(
                        key(name), valid.canonical(), Attribution.actor(actor), Attribution.reason(reason)));
            case Read.Valid _ -> Documents.wrongKind(FleetConfig.KIND, "PUT /api/v1/configs/" + name);
            case Read.Invalid(List<Problem> problems) -> Documents.invalid(problems);
        };
    }

    @DELETE
    @Path("/{name}")
    @Operation(
            operationId = "deleteStrategy",
            summary = "Delete a stored strategy; rollouts that have begun keep theirs")
    public Response delete(
            @PathParam("name") String name,
            @HeaderParam(Attribution.ACTOR_HEADER) @Nullable String actor,
            @QueryParam("reason") @Nullable String reason) {
        return Documents.mayBeNamed(name)
                ? Answers.of(requests.withdraw(key(name), Attribution.actor(actor), Attribution.reason(reason)))
                : Documents.badName(name);
    }

    private static String key(String name) {
        return FleetStrategy.KEY_PREFIX + name;
    }
}
