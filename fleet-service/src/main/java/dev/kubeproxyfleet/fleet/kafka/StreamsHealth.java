package dev.kubeproxyfleet.fleet.kafka;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.util.Map;
import org.apache.kafka.streams.KafkaStreams;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;

/** Alive unless an application gave up; ready once all of them run. */
@ApplicationScoped
class StreamsHealth {

    private final StreamsRunner runner;

    StreamsHealth(StreamsRunner runner) {
        this.runner = runner;
    }

    @Produces
    @Liveness
    HealthCheck alive() {
        return () -> {
            Map<String, KafkaStreams.State> states = runner.states();
            boolean up = states.values().stream().noneMatch(KafkaStreams.State::hasCompletedShutdown);
            return response("streams-alive", states, up);
        };
    }

    @Produces
    @Readiness
    HealthCheck ready() {
        return () -> {
            Map<String, KafkaStreams.State> states = runner.states();
            boolean up = states.size() == runner.expected()
                    && states.values().stream().allMatch(state -> state == KafkaStreams.State.RUNNING);
            return response("streams-ready", states, up);
        };
    }

    private static HealthCheckResponse response(String name, Map<String, KafkaStreams.State> states, boolean up) {
        HealthCheckResponseBuilder builder = HealthCheckResponse.named(name).status(up);
        states.forEach((purpose, state) -> builder.withData(purpose, state.name()));
        return builder.build();
    }
}
