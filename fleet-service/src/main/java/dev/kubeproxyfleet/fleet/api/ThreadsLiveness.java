package dev.kubeproxyfleet.fleet.api;

import dev.kubeproxyfleet.fleet.azure.AzureWorker;
import dev.kubeproxyfleet.fleet.view.ReadModelConsumer;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;

/** Dead once a thread that the service cannot do without has ended, or fails each time that it starts again. */
@Liveness
@ApplicationScoped
class ThreadsLiveness implements HealthCheck {

    private final ReadModelConsumer readModel;
    private final AzureWorker azureWorker;

    ThreadsLiveness(ReadModelConsumer readModel, AzureWorker azureWorker) {
        this.readModel = readModel;
        this.azureWorker = azureWorker;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder answer = HealthCheckResponse.named("threads-alive");
        readModel.failure().ifPresent(why -> answer.withData("read-model", why));
        if (!azureWorker.isAlive()) {
            answer.withData("azure-worker", "its thread has ended");
        }
        return answer.status(readModel.failure().isEmpty() && azureWorker.isAlive())
                .build();
    }
}
