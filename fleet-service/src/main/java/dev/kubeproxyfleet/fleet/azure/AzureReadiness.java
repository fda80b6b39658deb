package dev.kubeproxyfleet.fleet.azure;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Says why the service cannot work with Azure, if it cannot. */
@Readiness
@ApplicationScoped
class AzureReadiness implements HealthCheck {

    private final AzureCheck check;

    AzureReadiness(AzureCheck check) {
        this.check = check;
    }

    @Override
    public HealthCheckResponse call() {
        return switch (check.state()) {
            case AzureCheck.Ready(String endpoint, List<String> warnings) -> {
                HealthCheckResponseBuilder up =
                        HealthCheckResponse.named("azure").up().withData("endpoint", endpoint);
                yield (warnings.isEmpty() ? up : up.withData("warnings", String.join("; ", warnings))).build();
            }
            case AzureCheck.NotReady(String reason) ->
                HealthCheckResponse.named("azure")
                        .down()
                        .withData("reason", reason)
                        .build();
        };
    }
}
