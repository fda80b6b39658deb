package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.fleet.access.AccessSettings;
import dev.kubeproxyfleet.fleet.access.Decision;
import dev.kubeproxyfleet.fleet.access.Reach;
import dev.kubeproxyfleet.fleet.view.FleetView;
import dev.kubeproxyfleet.schemas.access.AccessReview;
import dev.kubeproxyfleet.schemas.access.Caller;
import dev.kubeproxyfleet.schemas.access.LoginInfo;
import dev.kubeproxyfleet.schemas.access.Permission;
import dev.kubeproxyfleet.schemas.reason.RequestReason;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Who the caller is, and what it may do. */
@Path("/api/v1")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "access")
class AccessResource {

    private final AccessSettings settings;
    private final Permits permits;
    private final FleetView view;

    AccessResource(AccessSettings settings, Permits permits, FleetView view) {
        this.settings = settings;
        this.permits = permits;
        this.view = view;
    }

    @GET
    @Path("/login")
    @Operation(operationId = "getLogin", summary = "How to log in; answered without a login")
    public LoginInfo login() {
        return settings.login()
                ? new LoginInfo(
                        true,
                        settings.issuer().orElseThrow(),
                        settings.cliClientId().or(settings::clientId).orElseThrow(),
                        settings.cliScopes())
                : new LoginInfo(false, null, null, List.of());
    }

    @GET
    @Path("/whoami")
    @Operation(operationId = "getCaller", summary = "Who the service takes the caller for")
    public Caller caller() {
        return permits.caller();
    }

    @GET
    @Path("/access")
    @Operation(operationId = "reviewAccess", summary = "Whether the caller may do something", description = """
                Without a cluster the answer is whether there is anything that the caller may do it to. \
                The action itself can still be refused: by its clusters, and by what it is asked of.\
                """)
    @APIResponse(responseCode = "400", description = "There is no such action")
    @APIResponse(responseCode = "404", description = "The inventory has no such cluster")
    @APIResponse(responseCode = "409", description = "Several clusters have that name")
    public AccessReview review(
            @QueryParam("action") @Nullable String action, @QueryParam("cluster") @Nullable String cluster) {
        Permission permission = Permission.parse(action == null ? "" : action)
                .orElseThrow(() -> new RefusedException(
                        RequestReason.QueryNotValid,
                        "action is one of "
                                + Arrays.stream(Permission.values())
                                        .map(Permission::text)
                                        .collect(Collectors.joining(", "))));
        return review(permission, cluster == null ? null : ClusterNames.idOf(view, cluster));
    }

    @GET
    @Path("/permissions")
    @Operation(
            operationId = "listPermissions",
            summary = "The same as /api/v1/access without a cluster, for every action")
    public List<AccessReview> permissions() {
        return Arrays.stream(Permission.values())
                .map(permission -> review(permission, null))
                .toList();
    }

    /** @param cluster ARM resource id */
    private AccessReview review(Permission permission, @Nullable String cluster) {
        Decision decision =
                permits.decide(permission, cluster == null ? new Reach.Nothing() : permits.cluster(cluster));
        return new AccessReview(permission, cluster, decision instanceof Decision.Permitted, decision.message());
    }
}
