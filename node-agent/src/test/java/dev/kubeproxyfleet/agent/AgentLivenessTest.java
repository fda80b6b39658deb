package dev.kubeproxyfleet.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The loop never turns here, as if its first snapshot hung. */
class AgentLivenessTest {

    private Instant now = Instant.parse("2026-11-23T12:00:00Z");
    private final Agent agent =
            new Agent(GivenSettings.of(Map.of()), GivenSettings.config(Map.of()), () -> now, "kubeproxy.", "1.0");

    @Test
    void isLiveWhileTheFirstTurnMayStillCome() {
        now = now.plus(Agent.SHORTEST_DEAD_TIME);

        assertThat(agent.turns()).isTrue();
        assertThat(agent.started()).isFalse();
        assertThat(agent.shipped()).isFalse();
    }

    @Test
    void isNotLiveWhenTheFirstTurnNeverCame() {
        now = now.plus(Agent.SHORTEST_DEAD_TIME).plusMillis(1);

        assertThat(agent.turns()).isFalse();
    }
}
