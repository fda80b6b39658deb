package dev.kubeproxyfleet.fleet.view;

import static dev.kubeproxyfleet.fleet.view.Fleet.cluster;
import static dev.kubeproxyfleet.fleet.view.Fleet.rollout;
import static dev.kubeproxyfleet.fleet.view.Fleet.stage;
import static dev.kubeproxyfleet.fleet.view.Fleet.tell;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

class FleetMetersTest {

    private final FleetView view = new FleetView(_ -> {}, _ -> {}, 4, 3);
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void theLatestRolloutOfEachConfigCounts() {
        new FleetMeters(view).bindTo(registry);
        RolloutStatus.Counts counts = new RolloutStatus.Counts(4, 1, 2, 3, 1, 0, 0);
        tell(view, rollout("prod", 1, RolloutStatus.State.Failed));
        tell(
                view,
                rollout(
                        "prod",
                        2,
                        RolloutStatus.State.Paused,
                        stage("canary", RolloutStatus.StageState.Done, counts),
                        stage("rest", RolloutStatus.StageState.Updating, counts)));
        tell(view, rollout("test", 1, RolloutStatus.State.Succeeded));
        view.apply(cluster("a", null));

        assertThat(value("kpfleet.latest.rollouts", "Paused"))
                .as("unknown until the topics are read")
                .isNaN();
        Fleet.markCaughtUp(view);

        assertThat(value("kpfleet.latest.rollouts", "Paused")).isEqualTo(1);
        assertThat(value("kpfleet.latest.rollouts", "Succeeded")).isEqualTo(1);
        assertThat(value("kpfleet.latest.rollouts", "Failed"))
                .as("an earlier one")
                .isZero();
        assertThat(value("kpfleet.latest.rollout.clusters", "Waiting")).isEqualTo(8);
        assertThat(value("kpfleet.latest.rollout.clusters", "Failed")).isEqualTo(2);
        assertThat(registry.get("kpfleet.evidence.clusters")
                        .tag("source", "nobody")
                        .gauge()
                        .value())
                .isEqualTo(1);
        assertThat(registry.get("kpfleet.drifted.clusters").gauge().value()).isZero();
    }

    private double value(String name, String state) {
        return registry.get(name).tag("state", state).gauge().value();
    }
}
