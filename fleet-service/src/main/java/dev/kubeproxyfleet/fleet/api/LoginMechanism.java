package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.fleet.access.AccessSettings;
import dev.kubeproxyfleet.schemas.reason.RequestReason;
import io.quarkus.oidc.runtime.OidcAuthenticationMechanism;
import io.quarkus.security.AuthenticationCompletionException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;
import java.util.Set;

/**
 * OpenID Connect where there is a login: a program shows a token, a browser has a session. A browser that opens a page without one is
 * sent to the issuer; whoever else has neither is told in JSON.
 */
@Alternative
@Priority(1)
@Singleton
class LoginMechanism implements HttpAuthenticationMechanism {

    static final String LOG_IN = "there is a login: run kpfleet login, or log in at the dashboard";

    private static final String API = "/api/";

    /** How to log in and how to ask, which say nothing of the fleet. */
    private static final Set<String> OPEN = Set.of("/api/v1/login", "/q/openapi");

    static final String WWW_AUTHENTICATE = "WWW-Authenticate";
    static final String BEARER = "Bearer";
    private static final int UNAUTHORIZED = 401;

    /** After {@link RequestGate}, and before anything that answers. */
    private static final int BEFORE_ANSWERS = 9_000;

    private final boolean login;
    private final OidcAuthenticationMechanism oidc;
    private final RefusalWriter refusals;
    private final RefusedTokens refusedTokens;

    LoginMechanism(
            AccessSettings settings,
            OidcAuthenticationMechanism oidc,
            RefusalWriter refusals,
            RefusedTokens refusedTokens) {
        this.login = settings.login();
        this.oidc = oidc;
        this.refusals = refusals;
        this.refusedTokens = refusedTokens;
    }

    /** The page that a browser has kept is confirmed before anybody asks who it is; without a session it has to go to the login. */
    void register(@Observes Filters filters) {
        filters.register(
                routing -> {
                    if (isNeededFor(routing) && isForBrowser(routing)) {
                        routing.request().headers().remove(HttpHeaders.IF_NONE_MATCH);
                        routing.request().headers().remove(HttpHeaders.IF_MODIFIED_SINCE);
                    }
                    routing.next();
                },
                BEFORE_ANSWERS);
    }

    /** Whether the request is answered to nobody but who has logged in. */
    boolean isNeededFor(RoutingContext routing) {
        String path = routing.normalizedPath();
        return login && !Exposure.isForEverybody(path) && !OPEN.contains(path);
    }

    @Override
    public Uni<SecurityIdentity> authenticate(RoutingContext routing, IdentityProviderManager identities) {
        return isNeededFor(routing)
                ? oidc.authenticate(routing, identities)
                        .onFailure(
                                failure -> bringsToken(routing) || failure instanceof AuthenticationCompletionException)
                        .invoke(failure -> refusedTokens.tell(
                                bringsToken(routing) ? RefusedTokens.Shown.Token : RefusedTokens.Shown.Login,
                                failure,
                                routing.request().remoteAddress().hostAddress()))
                : Uni.createFrom().nullItem();
    }

    @Override
    public Uni<ChallengeData> getChallenge(RoutingContext routing) {
        return isForBrowser(routing)
                ? oidc.getChallenge(routing)
                : Uni.createFrom().item(new ChallengeData(UNAUTHORIZED, WWW_AUTHENTICATE, BEARER));
    }

    @Override
    public Uni<Boolean> sendChallenge(RoutingContext routing) {
        if (isForBrowser(routing)) {
            return HttpAuthenticationMechanism.super.sendChallenge(routing);
        }
        routing.response().putHeader(WWW_AUTHENTICATE, BEARER);
        refusals.write(routing, refusal(routing));
        return Uni.createFrom().item(true);
    }

    /** Why a request comes without a login that is taken. */
    static Refusal refusal(RoutingContext routing) {
        return bringsToken(routing)
                ? new Refusal(
                        RequestReason.TokenNotValid,
                        "the token is not taken: it has ended, is not signed by the issuer of kpfleet.access.issuer, or is"
                                + " for another service; log in again")
                : new Refusal(RequestReason.LoginRequired, LOG_IN);
    }

    private static boolean isForBrowser(RoutingContext routing) {
        String path = routing.normalizedPath();
        return routing.request().method() == HttpMethod.GET
                && !path.startsWith(API)
                && !path.startsWith("/q/")
                && !bringsToken(routing);
    }

    private static boolean bringsToken(RoutingContext routing) {
        return routing.request().headers().contains(HttpHeaders.AUTHORIZATION);
    }

    @Override
    public Set<Class<? extends AuthenticationRequest>> getCredentialTypes() {
        return oidc.getCredentialTypes();
    }
}
