package dev.kubeproxyfleet.fleet.api;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.kubeproxyfleet.fleet.access.AccessSettings;
import dev.kubeproxyfleet.fleet.access.Claims;
import dev.kubeproxyfleet.schemas.access.Caller;
import dev.kubeproxyfleet.schemas.access.Grant;
import dev.kubeproxyfleet.schemas.access.Role;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.Attribution;
import dev.kubeproxyfleet.schemas.reason.RequestReason;
import io.quarkus.oidc.AccessTokenCredential;
import io.quarkus.security.identity.SecurityIdentity;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jspecify.annotations.Nullable;

/** Of the token or the session that a request comes with. Without a login, a header is all there is to know a caller by. */
@Singleton
class RequestCallers implements Callers {

    private static final List<Grant> EVERYTHING = List.of(new Grant(Role.Admin, List.of()));

    private final boolean login;
    private final boolean byAccessToken;
    private final Claims claims;
    private final SecurityIdentity identity;
    private final HttpServerRequest request;

    RequestCallers(AccessSettings settings, Claims claims, SecurityIdentity identity, HttpServerRequest request) {
        this.login = settings.login();
        this.byAccessToken = settings.rolesFromAccessToken();
        this.claims = claims;
        this.identity = identity;
        this.request = request;
    }

    @Override
    public Caller now() {
        return login ? holder() : named(request.getHeader(Attribution.ACTOR_HEADER));
    }

    static Caller named(@Nullable String actor) {
        return new Caller(false, null, Attribution.actor(actor), EVERYTHING, null);
    }

    private Caller holder() {
        if (!(identity.getPrincipal() instanceof JsonWebToken token)) {
            throw new RefusedException(RequestReason.LoginRequired, LoginMechanism.LOG_IN);
        }
        // Of a program both are the same one. That of a person at the dashboard is verified before, as the settings of
        // OIDC say.
        Map<String, Object> payload = payload(
                byAccessToken
                        ? identity.getCredential(AccessTokenCredential.class).getToken()
                        : token.getRawToken());
        return switch (claims.holder(payload, end(payload))) {
            case Claims.Holder.Known(Caller caller) -> caller;
            case Claims.Holder.TooManyGroups(Caller caller) ->
                throw new RefusedException(
                        RequestReason.TooManyGroups,
                        caller.name() + " is in so many groups that the issuer leaves all of them out of the token;"
                                + " give app roles instead (kpfleet.access.role-claim=roles)");
        };
    }

    /** As the issuer has written it; the principal has other types in place of JSON's. */
    private static Map<String, Object> payload(String token) {
        String[] parts = token.split("\\.", 3);
        try {
            return Json.MAPPER.readValue(Base64.getUrlDecoder().decode(parts[1]), new TypeReference<>() {});
        } catch (IOException e) {
            throw new IllegalStateException("a token that was verified has a payload that is no JSON");
        }
    }

    private static Instant end(Map<String, Object> payload) {
        if (payload.get("exp") instanceof Number seconds) {
            return Instant.ofEpochSecond(seconds.longValue());
        }
        throw new IllegalStateException("a token that was verified has no end");
    }
}
