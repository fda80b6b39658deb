package dev.kubeproxyfleet.fleet.view;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Not ready until the read model holds all that the topics held at start: half a fleet would be a wrong answer. */
@Readiness
@ApplicationScoped
class ReadModelReadiness implements HealthCheck {

    private final FleetView view;

    ReadModelReadiness(FleetView view) {
        this.view = view;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("read-model").status(view.caughtUp()).build();
    }
}
