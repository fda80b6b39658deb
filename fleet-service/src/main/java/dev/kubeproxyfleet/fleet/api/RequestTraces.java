package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.fleet.tracing.Attributes;
import dev.kubeproxyfleet.fleet.tracing.Tracing;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Scope;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ResourceInfo;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;
import org.jspecify.annotations.Nullable;

/** A span of each request that may change something. The filters run on the thread that answers. */
class RequestTraces {

    private static final String SPAN = "kpfleet.span";

    private final Tracing tracing;

    RequestTraces(Tracing tracing) {
        this.tracing = tracing;
    }

    private record Current(Span span, Scope scope) {}

    /** What it makes current, {@link #end} closes. */
    @SuppressWarnings("MustBeClosedChecker")
    @ServerRequestFilter
    void begin(ContainerRequestContext request, ResourceInfo resource) {
        if (!tracing.isOn() || request.getMethod().equals(HttpMethod.GET)) {
            return;
        }
        String route = path(resource.getResourceClass().getAnnotation(Path.class))
                + path(resource.getResourceMethod().getAnnotation(Path.class));
        Span span = tracing.span(request.getMethod() + " " + route, SpanKind.SERVER)
                .setParent(tracing.read(request::getHeaderString))
                .setAttribute(Attributes.HTTP_METHOD, request.getMethod())
                .setAttribute(Attributes.HTTP_ROUTE, route)
                .startSpan();
        request.setProperty(SPAN, new Current(span, span.makeCurrent()));
    }

    @ServerResponseFilter
    void end(ContainerRequestContext request, ContainerResponseContext response) {
        if (request.getProperty(SPAN) instanceof Current(Span span, Scope scope)) {
            scope.close();
            span.setAttribute(Attributes.HTTP_STATUS, (long) response.getStatus());
            span.end();
        }
    }

    private static String path(@Nullable Path path) {
        return path == null ? "" : "/" + path.value().replaceAll("^/|/$", "");
    }
}
