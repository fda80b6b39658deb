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

/**
 * Alive unless an application gave up, or none was ever started and none will be; ready once all of them run, none has failed within the
 * last minute, and a broker answers.
 */
@ApplicationScoped
class StreamsHealth {

    private final StreamsRunner runner;
    private final KafkaContact contact;

    StreamsHealth(StreamsRunner runner, KafkaContact contact) {
        this.runner = runner;
        this.contact = contact;
    }

    @Produces
    @Liveness
    HealthCheck alive() {
        return () -> {
            Map<String, KafkaStreams.State> states = runner.states();
            boolean started = runner.isStarting() || states.size() == runner.expected();
            boolean up = started && states.values().stream().noneMatch(KafkaStreams.State::hasCompletedShutdown);
            return response("streams-alive", states, up).build();
        };
    }

    @Produces
    @Readiness
    HealthCheck ready() {
        return () -> {
            Map<String, KafkaStreams.State> states = runner.states();
            Map<String, String> failing = runner.failing();
            boolean up = states.size() == runner.expected()
                    && failing.isEmpty()
                    && states.values().stream().allMatch(state -> state == KafkaStreams.State.RUNNING);
            HealthCheckResponseBuilder response = response("streams-ready", states, up);
            failing.forEach((purpose, why) -> response.withData(purpose + "-failing", why));
            runner.obstacle().ifPresent(why -> response.withData("obstacle", why));
            return response.build();
        };
    }

    @Produces
    @Readiness
    HealthCheck reachable() {
        return () -> {
            HealthCheckResponseBuilder response = HealthCheckResponse.named("kafka");
            contact.awayFor()
                    .ifPresent(since ->
                            response.withData("away", "no broker has answered for " + since.toSeconds() + " s"));
            return response.status(contact.awayFor().isEmpty()).build();
        };
    }

    private static HealthCheckResponseBuilder response(
            String name, Map<String, KafkaStreams.State> states, boolean up) {
        HealthCheckResponseBuilder builder = HealthCheckResponse.named(name).status(up);
        states.forEach((purpose, state) -> builder.withData(purpose, state.name()));
        return builder;
    }
}
