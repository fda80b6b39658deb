package dev.kubeproxyfleet.fleet.api;

import io.quarkus.security.AuthenticationCompletionException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/** What a browser shows whose login the issuer has answered with something that cannot be used. {@link RefusedTokens} logs why. */
@Singleton
class UnfinishedLogins {

    /** After {@link RequestGate}'s, and before Quarkus', which answers with nothing. */
    private static final int ORDER = Integer.MIN_VALUE + 1;

    private static final int UNAUTHORIZED = 401;

    private static final String PAGE = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <meta name="color-scheme" content="light dark">
            <title>Not logged in - Kubeproxy Fleet</title>
            </head>
            <body>
            <main>
            <h1>You are not logged in</h1>
            <p>The login was not completed, since the answer of its page could not be used. The page may have been open for too long, or
            twice.</p>
            <p><a href="/">Log in again</a></p>
            <p>If it happens once more, ask whoever runs this service: its log has a line with “is not completed”, which says why.</p>
            </main>
            </body>
            </html>
            """;

    void register(@Observes Router router) {
        router.route().order(ORDER).failureHandler(UnfinishedLogins::answer);
    }

    private static void answer(RoutingContext routing) {
        if (routing.failure() instanceof AuthenticationCompletionException
                && !routing.response().ended()) {
            routing.response()
                    .setStatusCode(UNAUTHORIZED)
                    .putHeader(HttpHeaders.CONTENT_TYPE, "text/html; charset=utf-8")
                    .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                    .end(PAGE);
        } else {
            routing.next();
        }
    }
}
