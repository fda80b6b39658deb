package dev.kubeproxyfleet.fleet.api;

import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.HttpSecurityPolicy;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;

/** Lets nobody in who has not logged in, where there is a login; what who is in may do, {@link Permits} says. */
@Singleton
class LoginPolicy implements HttpSecurityPolicy {

    private final LoginMechanism login;

    LoginPolicy(LoginMechanism login) {
        this.login = login;
    }

    @Override
    public Uni<CheckResult> checkPermission(
            RoutingContext routing, Uni<SecurityIdentity> identity, AuthorizationRequestContext context) {
        return login.isNeededFor(routing)
                ? identity.map(known -> known.isAnonymous() ? CheckResult.DENY : CheckResult.PERMIT)
                : Uni.createFrom().item(CheckResult.PERMIT);
    }
}
