package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.fleet.view.FleetView;
import dev.kubeproxyfleet.schemas.view.OriginView;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What Git has said last. */
@Path("/api/v1/origins")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "configs")
class OriginResource {

    private final FleetView view;

    OriginResource(FleetView view) {
        this.view = view;
    }

    @GET
    @Operation(
            operationId = "listOrigins",
            summary = "Every configuration and strategy that was published from Git, with what was done past Git since")
    public List<OriginView> origins() {
        return view.origins();
    }
}
