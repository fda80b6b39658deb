package dev.kubeproxyfleet.agent;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

/** Live while the loop turns, ready while Kafka takes the snapshots: Kafka being away is no reason to restart the agent. */
final class AgentHealth {

    AgentHealth() {}

    @Produces
    @Singleton
    @Liveness
    static HealthCheck turns(Agent agent) {
        return () -> HealthCheckResponse.named("the loop turns")
                .status(agent.turns())
                .build();
    }

    @Produces
    @Singleton
    @Readiness
    static HealthCheck shipped(Agent agent) {
        return () -> HealthCheckResponse.named("the last snapshot was acknowledged")
                .status(agent.shipped())
                .build();
    }

    @Produces
    @Singleton
    @Startup
    static HealthCheck started(Agent agent) {
        return () -> HealthCheckResponse.named("a first snapshot was taken")
                .status(agent.started())
                .build();
    }
}
