package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.fleet.intake.IntakeSettings;
import dev.kubeproxyfleet.fleet.view.ConfigView;
import dev.kubeproxyfleet.fleet.view.FleetView;
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

/** Configurations: publishing them, and what is in force. */
@Path("/api/v1/configs")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "configs")
class ConfigResource {

    private final FleetView view;
    private final Requests requests;
    private final Strategy defaults;

    ConfigResource(FleetView view, Requests requests, IntakeSettings intake) {
        this.view = view;
        this.requests = requests;
        this.defaults = Strategy.defaultWithBake(intake.defaultBake());
    }

    @GET
    @Operation(operationId = "listConfigs", summary = "Every configuration that is in force, by name")
    public List<ConfigView> configs() {
        return view.configs();
    }

    @GET
    @Path("/{name}")
    @Operation(operationId = "getConfig", summary = "One configuration that is in force")
    public Response config(@PathParam("name") String name) {
        return view.configs().stream()
                .filter(config -> config.name().equals(name))
                .findFirst()
                .map(config -> Response.ok(config).build())
                .orElseGet(() -> ApiError.of(
                                RequestReason.UnknownConfig,
                                "no configuration " + name + " is in force; see what is with kpfleet get configs")
                        .with(Response.Status.NOT_FOUND));
    }

    @PUT
    @Path("/{name}")
    @Operation(operationId = "publishConfig", summary = "Publish a FleetConfig, JSON or YAML")
    public Response publish(
            @PathParam("name") String name,
            @HeaderParam(Attribution.ACTOR_HEADER) @Nullable String actor,
            @QueryParam("reason") @Nullable String reason,
            byte @Nullable [] body) {
        if (!Documents.mayBeNamed(name)) {
            return Documents.badName(name);
        }
        return switch (FleetConfigReader.read(Documents.orEmpty(body), name, defaults)) {
            case Read.Valid valid ->
                Answers.of(requests.publish(
                        name, valid.canonical(), Attribution.actor(actor), Attribution.reason(reason)));
            case Read.ValidStrategy _ -> Documents.wrongKind(FleetStrategy.KIND, "PUT /api/v1/strategies/" + name);
            case Read.Invalid(List<Problem> problems) -> Documents.invalid(problems);
        };
    }

    @DELETE
    @Path("/{name}")
    @Operation(operationId = "withdrawConfig", summary = "Withdraw a configuration; clusters keep what they have")
    public Response withdraw(
            @PathParam("name") String name,
            @HeaderParam(Attribution.ACTOR_HEADER) @Nullable String actor,
            @QueryParam("reason") @Nullable String reason) {
        return Documents.mayBeNamed(name)
                ? Answers.of(requests.withdraw(name, Attribution.actor(actor), Attribution.reason(reason)))
                : Documents.badName(name);
    }
}
