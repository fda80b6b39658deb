package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.fleet.access.AccessSettings;
import io.quarkus.vertx.http.runtime.filters.Filters;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * Tells a browser that has come by https to come by nothing else for a year (RFC 6797). Where it comes through a proxy,
 * {@code kpfleet.access.https} says that it comes by https.
 */
@Singleton
class StrictTransport {

    static final String HEADER = "Strict-Transport-Security";
    static final String A_YEAR = "max-age=31536000";

    private final boolean byProxy;

    StrictTransport(AccessSettings access) {
        this.byProxy = access.login() && access.https();
    }

    /** What is refused has it too. */
    void register(@Observes Filters filters) {
        filters.register(
                routing -> {
                    if (byProxy || routing.request().isSSL()) {
                        routing.response().putHeader(HEADER, A_YEAR);
                    }
                    routing.next();
                },
                RequestGate.FIRST + 1);
    }
}
