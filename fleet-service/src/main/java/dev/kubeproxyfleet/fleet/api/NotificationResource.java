package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.fleet.access.Reach;
import dev.kubeproxyfleet.fleet.notify.Notifier;
import dev.kubeproxyfleet.schemas.access.Permission;
import dev.kubeproxyfleet.schemas.reason.RequestReason;
import dev.kubeproxyfleet.schemas.view.ApiError;
import dev.kubeproxyfleet.schemas.view.NotificationTarget;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;

/** Who is told what becomes of rollouts. */
@Path("/api/v1/notifications/targets")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "notifications")
class NotificationResource {

    private final Notifier notifier;
    private final Permits permits;

    NotificationResource(Notifier notifier, Permits permits) {
        this.notifier = notifier;
        this.permits = permits;
    }

    @GET
    @Operation(operationId = "listNotificationTargets", summary = "Every target, by name")
    public List<NotificationTarget> all() {
        return notifier.targets();
    }

    @POST
    @Path("/{name}/test")
    @Operation(
            operationId = "testNotificationTarget",
            summary = "Send the target a test message once, and say what it answered")
    @APIResponse(responseCode = "404", description = "There is no such target")
    @APIResponse(responseCode = "429", ref = "TooManyRequests")
    public NotificationTarget.Test test(@PathParam("name") String name) {
        permits.demand(Permission.TestNotification, new Reach.Fleet());
        return notifier.test(name, permits.actor()).orElseThrow(() -> unknown(name));
    }

    private RefusedException unknown(String name) {
        List<String> names =
                notifier.targets().stream().map(NotificationTarget::name).toList();
        return new RefusedException(
                RestResponse.StatusCode.NOT_FOUND,
                new ApiError(
                        RequestReason.UnknownTarget,
                        "no target of notifications is called " + name + "; see kpfleet.notify.targets",
                        null,
                        names));
    }
}
