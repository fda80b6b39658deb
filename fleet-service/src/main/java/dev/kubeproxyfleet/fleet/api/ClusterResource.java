package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.fleet.explain.Explainer;
import dev.kubeproxyfleet.fleet.view.FleetView;
import dev.kubeproxyfleet.fleet.view.Notice;
import dev.kubeproxyfleet.schemas.reason.RequestReason;
import dev.kubeproxyfleet.schemas.view.ClusterDetail;
import dev.kubeproxyfleet.schemas.view.ClusterExplanation;
import dev.kubeproxyfleet.schemas.view.ClusterSelection;
import dev.kubeproxyfleet.schemas.view.ClusterView;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.InstantSource;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Clusters, and why they are in the state they are in. */
@Path("/api/v1")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "clusters")
class ClusterResource {

    private final FleetView view;
    private final Lists lists;
    private final Explainer explainer;
    private final InstantSource clock;

    ClusterResource(FleetView view, Lists lists, Explainer explainer, InstantSource clock) {
        this.view = view;
        this.lists = lists;
        this.explainer = explainer;
        this.clock = clock;
    }

    @GET
    @Path("/clusters")
    @Operation(
            operationId = "listClusters",
            summary = "The clusters of the inventory, by name",
            description = ListQuery.HOW + """
                sort takes id, name, subscription, resourceGroup, location, kubernetesVersion, provisioningState, powerState, \
                nodeCount, mode, scheduler, effective, health.nodesReporting, health.activeConnections, rollout.id, \
                rollout.state and drift.code.\
                """)
    @APIResponse(
            responseCode = "200",
            description = "As asked for",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(type = SchemaType.ARRAY, implementation = ClusterView.class)))
    @APIResponse(responseCode = "400", description = "The query asks for what cannot be; the message says what can")
    @APIResponse(responseCode = "410", ref = "TooLongAgo")
    @APIResponse(responseCode = "503", ref = "NotReadYet")
    public RestResponse<byte[]> clusters(
            @BeanParam ListQuery query,
            @Parameter(description = Selections.TAGS) @QueryParam("select") @Nullable String select,
            @Parameter(description = Selections.NAMES) @QueryParam("select-name") @Nullable String names,
            @Parameter(description = Selections.LOCATIONS) @QueryParam("location") @Nullable String locations) {
        ClusterSelection selection = Selections.of(select, names, locations);
        return lists.answer(
                query,
                new Lists.Listed<>(
                        ClusterView.class,
                        ClusterKeys.ALL,
                        selection.toString(),
                        () -> view.clusters().stream()
                                .filter(selection::matches)
                                .toList(),
                        notice -> notice.event().equals(Notice.CLUSTER)));
    }

    @GET
    @Path("/clusters/{subscription}/{resourceGroup}/{name}")
    @Operation(operationId = "getCluster", summary = "One cluster with its nodes and its connections over time")
    @APIResponse(responseCode = "404", description = "The inventory has no such cluster")
    public ClusterDetail cluster(
            @PathParam("subscription") String subscription,
            @PathParam("resourceGroup") String resourceGroup,
            @PathParam("name") String name) {
        return view.cluster(id(subscription, resourceGroup, name)).orElseThrow(() -> ClusterNames.unknown(name));
    }

    @GET
    @Path("/clusters/{subscription}/{resourceGroup}/{name}/explain")
    @Operation(operationId = "explainCluster", summary = "Why a cluster is in the state it is in, in one sentence")
    @APIResponse(responseCode = "404", description = "Neither the inventory nor a rollout knows such a cluster")
    public ClusterExplanation explain(
            @PathParam("subscription") String subscription,
            @PathParam("resourceGroup") String resourceGroup,
            @PathParam("name") String name) {
        return explained(id(subscription, resourceGroup, name));
    }

    @GET
    @Path("/explain")
    @Operation(operationId = "explainClusterByName", summary = "The same, by the cluster's name or its ARM resource id")
    @APIResponse(responseCode = "400", description = "No cluster is named")
    @APIResponse(responseCode = "404", description = "Neither the inventory nor a rollout knows such a cluster")
    @APIResponse(responseCode = "409", description = "More than one cluster has this name")
    public ClusterExplanation explain(@QueryParam("cluster") @Nullable String cluster) {
        if (cluster == null || cluster.isBlank()) {
            throw new RefusedException(
                    RequestReason.MissingParameter, "say which cluster: ?cluster=<name or ARM resource id>");
        }
        return explained(ClusterNames.idOf(view, cluster));
    }

    private ClusterExplanation explained(String id) {
        return explainer.cluster(id, clock.instant()).orElseThrow(() -> ClusterNames.unknown(id));
    }

    private static String id(String subscription, String resourceGroup, String name) {
        return ("/subscriptions/" + subscription + "/resourcegroups/" + resourceGroup
                        + "/providers/microsoft.containerservice/managedclusters/" + name)
                .toLowerCase(Locale.ROOT);
    }
}
