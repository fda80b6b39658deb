package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.schemas.reason.RequestReason;
import dev.kubeproxyfleet.schemas.view.ApiError;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jspecify.annotations.Nullable;

/**
 * Keeps web pages of others from changing things through a visitor's browser: a form cannot send JSON or YAML, and a browser
 * names the origin of its page. Calls without an origin come from programs and pass.
 */
class RequestGuard {

    private static final Set<String> CHANGING =
            Set.of(HttpMethod.POST, HttpMethod.PUT, HttpMethod.DELETE, HttpMethod.PATCH);
    private static final Set<String> YAML =
            Set.of("application/yaml", "application/x-yaml", "text/yaml", "application/vnd.yaml");

    @ServerRequestFilter(preMatching = true)
    Optional<RestResponse<ApiError>> guard(ContainerRequestContext request) {
        if (!isChanging(request)) {
            return Optional.empty();
        }
        String origin = request.getHeaderString("Origin");
        if (origin != null && !own(origin, request.getHeaderString(HttpHeaders.HOST))) {
            return Optional.of(HttpAnswers.of(
                    RequestReason.ForeignOrigin,
                    "a page of " + origin + " may not change anything here; use the dashboard of this service"));
        }
        if (!request.getMethod().equals(HttpMethod.DELETE) && !readable(request.getHeaderString("Content-Type"))) {
            return Optional.of(HttpAnswers.of(
                    RequestReason.UnsupportedMediaType,
                    "send the header Content-Type: application/json (or application/yaml for a configuration)"));
        }
        return Optional.empty();
    }

    static boolean isChanging(ContainerRequestContext request) {
        return CHANGING.contains(request.getMethod());
    }

    /** The host is one of ours: {@link RequestGate} lets no other in. */
    private static boolean own(String origin, @Nullable String host) {
        try {
            URI uri = URI.create(origin);
            String authority = uri.getAuthority();
            return authority != null && authority.equalsIgnoreCase(host);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean readable(@Nullable String contentType) {
        if (contentType == null) {
            return false;
        }
        String type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return type.equals(MediaType.APPLICATION_JSON) || YAML.contains(type);
    }
}
