package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.fleet.access.Reach;
import dev.kubeproxyfleet.schemas.access.Permission;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.util.Set;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Shows the fleet to nobody who may not see it. */
class ViewGuard {

    /** What is answered to who may see nothing of the fleet. */
    private static final Set<String> OF_THE_CALLER =
            Set.of("/api/v1/login", "/api/v1/whoami", "/api/v1/access", "/api/v1/permissions");

    private final Permits permits;

    ViewGuard(Permits permits) {
        this.permits = permits;
    }

    /** On the thread that it comes on: it waits for nothing. */
    @ServerRequestFilter
    void guard(ContainerRequestContext request) {
        if (!OF_THE_CALLER.contains(request.getUriInfo().getPath())) {
            permits.demand(Permission.View, new Reach.Nothing());
        }
    }
}
