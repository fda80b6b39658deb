package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.fleet.view.FleetView;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.view.AgentsView;
import dev.kubeproxyfleet.schemas.view.FleetOverview;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;

/** The fleet as a whole. */
@Path("/api/v1")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "fleet")
class FleetResource {

    private final FleetView view;
    private final AuditPages audit;

    FleetResource(FleetView view, AuditPages audit) {
        this.view = view;
        this.audit = audit;
    }

    @GET
    @Path("/fleet")
    @Operation(operationId = "getFleet", summary = "The fleet in counts")
    public FleetOverview fleet() {
        return view.overview();
    }

    @GET
    @Path("/agents")
    @Operation(operationId = "listAgents", summary = "Which agents run in each cluster, and where they are missing")
    public AgentsView agents() {
        return view.agents();
    }

    @GET
    @Path("/audit")
    @Operation(
            operationId = "listAudit",
            summary = "Who did what, newest first",
            description = "Without limit, from, until and continue: the latest that the replica has in memory"
                    + " (kpfleet.api.audit-records). With any of them: pages of all that the topic audit keeps, read back from"
                    + " Kafka. A page may have few rows or none although another one follows: header Link names it.")
    @APIResponse(
            responseCode = "200",
            description = "As asked for",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(type = SchemaType.ARRAY, implementation = AuditRecord.class)))
    @APIResponse(responseCode = "400", description = "The query asks for what cannot be; the message says what can")
    @APIResponse(responseCode = "429", ref = "TooManyRequests")
    @APIResponse(responseCode = "503", ref = "Unavailable")
    public RestResponse<List<AuditRecord>> audit(@BeanParam AuditQuery query) {
        return query.isOfMemory() ? RestResponse.ok(view.audit(query.config)) : audit.answer(query);
    }
}
