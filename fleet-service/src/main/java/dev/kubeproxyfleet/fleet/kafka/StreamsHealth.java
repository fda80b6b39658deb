package dev.kubeproxyfleet.fleet.kafka;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;

/**
 * Alive unless an application gave up, or none was ever started and none will be; ready once all of them run, none has failed within the
 * last minute, and a broker answers.
 */
@ApplicationScoped
class StreamsHealth {

    private final Supplier<StreamsStatus> applications;
    private final Supplier<Optional<Duration>> away;

    @Inject
    StreamsHealth(StreamsRunner runner, KafkaContact contact) {
        this(runner::status, contact::awayFor);
    }

    /** @param away {@link KafkaContact#awayFor} */
    StreamsHealth(Supplier<StreamsStatus> applications, Supplier<Optional<Duration>> away) {
        this.applications = applications;
        this.away = away;
    }

    @Produces
    @Liveness
    HealthCheck alive() {
        return () -> {
            StreamsStatus status = applications.get();
            return response("streams-alive", status, status.isAlive()).build();
        };
    }

    @Produces
    @Readiness
    HealthCheck ready() {
        return () -> {
            StreamsStatus status = applications.get();
            HealthCheckResponseBuilder response = response("streams-ready", status, status.isReady());
            status.failing().forEach((purpose, why) -> response.withData(purpose + "-failing", why));
            if (status.obstacle() != null) {
                response.withData("obstacle", status.obstacle());
            }
            return response.build();
        };
    }

    @Produces
    @Readiness
    HealthCheck reachable() {
        return () -> {
            Optional<Duration> silence = away.get();
            HealthCheckResponseBuilder response =
                    HealthCheckResponse.named("kafka").status(silence.isEmpty());
            silence.ifPresent(
                    length -> response.withData("away", "no broker has answered for " + length.toSeconds() + " s"));
            return response.build();
        };
    }

    private static HealthCheckResponseBuilder response(String name, StreamsStatus status, boolean up) {
        HealthCheckResponseBuilder builder = HealthCheckResponse.named(name).status(up);
        status.states().forEach((purpose, state) -> builder.withData(purpose, state.name()));
        return builder;
    }
}
