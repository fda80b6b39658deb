package dev.kubeproxyfleet.fleet;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/**
 * Serves the metrics as Prometheus' text format 0.0.4 to everyone who does not ask for OpenMetrics.
 *
 * <p>Quarkus answers OpenMetrics to a plain {@code curl}, and names a counter's HELP without {@code _total} there, so that {@code
 * promtool check metrics}, which reads the text format only, finds no help for any counter.
 */
@ApplicationScoped
class MetricsFormat {

    private static final String PATH = "/q/metrics";
    private static final String OPEN_METRICS = "application/openmetrics-text";
    private static final String TEXT = "text/plain";
    /** Before Quarkus' own routes. */
    private static final int PRIORITY = 1_000;

    void register(@Observes Filters filters) {
        filters.register(MetricsFormat::choose, PRIORITY);
    }

    private static void choose(RoutingContext context) {
        if (PATH.equals(context.request().path())) {
            String accepted = context.request().getHeader(HttpHeaders.ACCEPT);
            if (accepted == null || !accepted.contains(OPEN_METRICS)) {
                context.request().headers().set(HttpHeaders.ACCEPT, TEXT);
            }
        }
        context.next();
    }
}
