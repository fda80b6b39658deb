package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.fleet.readiness.ReadinessJudge;
import dev.kubeproxyfleet.fleet.view.Campaigns;
import dev.kubeproxyfleet.fleet.view.FleetView;
import dev.kubeproxyfleet.schemas.reason.RequestReason;
import dev.kubeproxyfleet.schemas.view.Campaign;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.InstantSource;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** How far the fleet is on its way to a mode. */
@Path("/api/v1/campaigns")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "configs")
class CampaignResource {

    private final Campaigns campaigns;
    private final InstantSource clock;

    CampaignResource(FleetView view, ReadinessJudge judge, InstantSource clock) {
        this.campaigns = new Campaigns(view, judge);
        this.clock = clock;
    }

    @GET
    @Operation(
            operationId = "listCampaigns",
            summary = "How far each campaign is, by name",
            description = "A campaign is a configuration that names a mode and refers to a strategy of its own name")
    public List<Campaign> campaigns() {
        return campaigns.all(clock.instant());
    }

    @GET
    @Path("/{name}")
    @Operation(operationId = "getCampaign", summary = "How far one campaign is")
    @APIResponse(responseCode = "404", description = "No configuration of this name is a campaign")
    public Campaign campaign(@PathParam("name") String name) {
        return campaigns
                .named(name, clock.instant())
                .orElseThrow(() -> new RefusedException(
                        RequestReason.UnknownConfig,
                        "there is no campaign " + name
                                + ": a campaign is a configuration that names a mode and refers to a strategy of its own"
                                + " name, as kpfleet campaign new writes it"));
    }
}
