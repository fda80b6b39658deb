package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.fleet.intake.IntakeSettings;
import dev.kubeproxyfleet.schemas.config.FleetConfig;
import dev.kubeproxyfleet.schemas.config.FleetConfigReader;
import dev.kubeproxyfleet.schemas.config.Problem;
import dev.kubeproxyfleet.schemas.config.Read;
import dev.kubeproxyfleet.schemas.config.Strategy;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Publishing configurations. */
@Path("/api/v1/configs")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "configs")
class ConfigResource {

    /** A DNS label (RFC 1123). */
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    private final Requests requests;
    private final Strategy defaults;

    ConfigResource(Requests requests, IntakeSettings intake) {
        this.requests = requests;
        this.defaults = Strategy.defaultWithBake(intake.defaultBake());
    }

    @PUT
    @Path("/{name}")
    @Operation(operationId = "publishConfig", summary = "Publish a FleetConfig, JSON or YAML")
    public Response publish(
            @PathParam("name") String name, @HeaderParam(Actor.HEADER) @Nullable String actor, byte @Nullable [] body) {
        if (!NAME.matcher(name).matches()) {
            return badName(name);
        }
        return switch (FleetConfigReader.read(body == null ? new byte[0] : body, name, defaults)) {
            case Read.Valid(FleetConfig config, var _) -> Answers.of(requests.publish(config, Actor.of(actor)));
            case Read.ValidStrategy _ ->
                new ApiError("WrongKind", "a FleetStrategy is published under /api/v1/strategies", "/kind", null)
                        .with(Response.Status.BAD_REQUEST);
            case Read.Invalid(List<Problem> problems) -> invalid(problems);
        };
    }

    @DELETE
    @Path("/{name}")
    @Operation(operationId = "withdrawConfig", summary = "Withdraw a configuration; clusters keep what they have")
    public Response withdraw(@PathParam("name") String name, @HeaderParam(Actor.HEADER) @Nullable String actor) {
        return NAME.matcher(name).matches() ? Answers.of(requests.withdraw(name, Actor.of(actor))) : badName(name);
    }

    /** The first problem is the answer's; the sentence carries the others too. */
    private static Response invalid(List<Problem> problems) {
        Problem first = problems.getFirst();
        String others = problems.stream()
                .skip(1)
                .map(problem -> " " + problem.message())
                .reduce("", String::concat);
        return new ApiError(first.code(), first.message() + others, first.path(), null)
                .with(Response.Status.BAD_REQUEST);
    }

    private static Response badName(String name) {
        return new ApiError(
                        Problem.INVALID_VALUE,
                        "'" + name
                                + "' cannot name a configuration: use lower-case letters, digits and '-', at most 63",
                        "/metadata/name",
                        null)
                .with(Response.Status.BAD_REQUEST);
    }
}
