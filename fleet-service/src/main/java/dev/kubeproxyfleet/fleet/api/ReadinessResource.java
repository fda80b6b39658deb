package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.fleet.readiness.ReadinessJudge;
import dev.kubeproxyfleet.fleet.view.FleetView;
import dev.kubeproxyfleet.fleet.view.KnownClusters;
import dev.kubeproxyfleet.fleet.view.Notice;
import dev.kubeproxyfleet.schemas.config.KubeProxyMode;
import dev.kubeproxyfleet.schemas.reason.RequestReason;
import dev.kubeproxyfleet.schemas.view.ClusterReadiness;
import dev.kubeproxyfleet.schemas.view.ClusterSelection;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.time.InstantSource;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Which clusters can leave their mode. */
@Path("/api/v1/readiness")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "clusters")
class ReadinessResource {

    private final FleetView view;
    private final Lists lists;
    private final ReadinessJudge judge;
    private final InstantSource clock;

    ReadinessResource(FleetView view, Lists lists, ReadinessJudge judge, InstantSource clock) {
        this.view = view;
        this.lists = lists;
        this.judge = judge;
        this.clock = clock;
    }

    @GET
    @Operation(
            operationId = "listReadiness",
            summary = "Whether each cluster can leave its mode for another one, and what stands between",
            description = ListQuery.HOW + """
                sort takes id, name, subscription, resourceGroup, location, kubernetesVersion, mode, verdict and \
                support.endOfLife.\
                """)
    @APIResponse(
            responseCode = "200",
            description = "As asked for",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(type = SchemaType.ARRAY, implementation = ClusterReadiness.class)))
    @APIResponse(responseCode = "400", description = "The query asks for what cannot be; the message says what can")
    @APIResponse(responseCode = "410", ref = "TooLongAgo")
    @APIResponse(responseCode = "503", ref = "NotReadYet")
    public RestResponse<byte[]> readiness(
            @BeanParam ListQuery query,
            @Parameter(
                            description =
                                    "The mode to change to: NFTABLES, or IPTABLES to name it where Azure shows no mode")
                    @QueryParam("to")
                    @Nullable
                    String to,
            @Parameter(description = Selections.TAGS) @QueryParam("select") @Nullable String select,
            @Parameter(description = Selections.NAMES) @QueryParam("select-name") @Nullable String names,
            @Parameter(description = Selections.LOCATIONS) @QueryParam("location") @Nullable String locations) {
        KubeProxyMode mode = ReadinessJudge.TO.stream()
                .filter(known -> known.name().equalsIgnoreCase(to))
                .findFirst()
                .orElseThrow(() -> new RefusedException(
                        RequestReason.QueryNotValid,
                        "to is the mode to change to, and what it needs is known of NFTABLES and IPTABLES alone"
                                + (to == null ? "" : ", not of '" + to + "'")));
        ClusterSelection selection = Selections.of(select, names, locations);
        Instant now = clock.instant();
        return lists.answer(
                query,
                new Lists.Listed<>(
                        ClusterReadiness.class,
                        ReadinessKeys.ALL,
                        mode + " " + selection,
                        () -> KnownClusters.of(
                                        view,
                                        cluster ->
                                                selection.matches(cluster.tags(), cluster.name(), cluster.location()))
                                .stream()
                                .map(known -> judge.judge(known, mode, now))
                                .toList(),
                        notice -> notice.event().equals(Notice.CLUSTER)));
    }
}
