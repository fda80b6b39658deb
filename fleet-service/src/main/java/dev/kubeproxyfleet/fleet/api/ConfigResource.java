package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.fleet.intake.IntakeSettings;
import dev.kubeproxyfleet.fleet.view.FleetView;
import dev.kubeproxyfleet.schemas.access.Permission;
import dev.kubeproxyfleet.schemas.config.FleetConfigReader;
import dev.kubeproxyfleet.schemas.config.FleetStrategy;
import dev.kubeproxyfleet.schemas.config.Problem;
import dev.kubeproxyfleet.schemas.config.Read;
import dev.kubeproxyfleet.schemas.config.Strategy;
import dev.kubeproxyfleet.schemas.message.Attribution;
import dev.kubeproxyfleet.schemas.reason.RequestReason;
import dev.kubeproxyfleet.schemas.view.ConfigView;
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

/** Configurations: publishing them, and what is in force. */
@Path("/api/v1/configs")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "configs")
class ConfigResource {

    private final FleetView view;
    private final Requests requests;
    private final Permits permits;
    private final Strategy defaults;

    ConfigResource(FleetView view, Requests requests, Permits permits, IntakeSettings intake) {
        this.view = view;
        this.requests = requests;
        this.permits = permits;
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
    @APIResponse(responseCode = "404", description = "No configuration of this name is in force")
    public ConfigView config(@PathParam("name") String name) {
        return view.configs().stream()
                .filter(config -> config.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new RefusedException(
                        RequestReason.UnknownConfig,
                        "no configuration " + name + " is in force; see what is with kpfleet get configs"));
    }

    @PUT
    @Path("/{name}")
    @Operation(operationId = "publishConfig", summary = "Publish a FleetConfig, JSON or YAML")
    @APIResponse(responseCode = "200", ref = "Done")
    @APIResponse(responseCode = "202", ref = "Accepted")
    @APIResponse(responseCode = "409", ref = "Refused")
    @APIResponse(responseCode = "429", ref = "TooManyRequests")
    @APIResponse(responseCode = "503", ref = "Unavailable")
    @APIResponse(responseCode = "400", description = "The document or its name is not valid")
    public RestResponse<Object> publish(
            @PathParam("name") String name,
            @QueryParam("reason") @Nullable String reason,
            @Parameter(description = "Where in Git it stands, if it comes from there: a URI of scheme git")
                    @QueryParam("origin")
                    @Nullable
                    String origin,
            @RequestBody(
                            description = "A FleetConfig as fleet-config.schema.json describes it",
                            content = {
                                @Content(mediaType = "application/json", schema = @Schema(type = SchemaType.OBJECT)),
                                @Content(mediaType = "application/yaml", schema = @Schema(type = SchemaType.OBJECT))
                            })
                    byte @Nullable [] body) {
        Documents.checkName(name);
        return switch (FleetConfigReader.read(Documents.orEmpty(body), name, defaults)) {
            case Read.Valid valid -> {
                permits.demandPublication(name, valid.config().spec().selector());
                yield HttpAnswers.of(requests.publish(
                        name,
                        valid.canonical(),
                        permits.actor(),
                        Attribution.reason(reason),
                        Documents.origin(origin)));
            }
            case Read.ValidStrategy _ ->
                throw Documents.wrongKind(FleetStrategy.KIND, "PUT /api/v1/strategies/" + name);
            case Read.Invalid(List<Problem> problems) -> throw Documents.invalid(problems);
        };
    }

    @DELETE
    @Path("/{name}")
    @Operation(operationId = "withdrawConfig", summary = "Withdraw a configuration; clusters keep what they have")
    @APIResponse(responseCode = "200", ref = "Done")
    @APIResponse(responseCode = "202", ref = "Accepted")
    @APIResponse(responseCode = "409", ref = "Refused")
    @APIResponse(responseCode = "429", ref = "TooManyRequests")
    @APIResponse(responseCode = "503", ref = "Unavailable")
    @APIResponse(responseCode = "400", description = "Nothing can have this name")
    public RestResponse<Object> withdraw(
            @PathParam("name") String name,
            @QueryParam("reason") @Nullable String reason,
            @Parameter(description = "Where in Git it stood, if it comes from there: a URI of scheme git")
                    @QueryParam("origin")
                    @Nullable
                    String origin) {
        Documents.checkName(name);
        permits.demandChange(Permission.Delete, name);
        return HttpAnswers.of(
                requests.withdraw(name, permits.actor(), Attribution.reason(reason), Documents.origin(origin)));
    }
}
