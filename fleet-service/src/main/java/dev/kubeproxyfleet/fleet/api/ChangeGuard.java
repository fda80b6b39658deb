package dev.kubeproxyfleet.fleet.api;

import jakarta.ws.rs.container.ContainerRequestContext;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Keeps what one caller asks to be changed within {@link CallerLimits}. */
class ChangeGuard {

    private final Callers callers;
    private final CallerLimits limits;

    ChangeGuard(Callers callers, CallerLimits limits) {
        this.callers = callers;
        this.limits = limits;
    }

    /** On the thread that it comes on: it waits for nothing. */
    @ServerRequestFilter
    void guard(ContainerRequestContext request) {
        if (RequestGuard.isChanging(request)) {
            limits.change(callers.now());
        }
    }
}
