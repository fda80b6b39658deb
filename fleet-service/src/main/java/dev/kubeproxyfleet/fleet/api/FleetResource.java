package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.fleet.view.FleetView;
import dev.kubeproxyfleet.schemas.message.AuditRecord;
import dev.kubeproxyfleet.schemas.view.AgentsView;
import dev.kubeproxyfleet.schemas.view.FleetOverview;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** The fleet as a whole. */
@Path("/api/v1")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "fleet")
class FleetResource {

    private final FleetView view;

    FleetResource(FleetView view) {
        this.view = view;
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
    @Operation(operationId = "listAudit", summary = "Who did what, newest first")
    public List<AuditRecord> audit(@QueryParam("config") @Nullable String config) {
        return view.audit(config);
    }
}
