package dev.kubeproxyfleet.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UnknownSettingsTest {

    @ConfigMapping(prefix = "kpfleet.mill")
    interface Mill {

        @WithDefault("PT1S")
        Duration turnTime();

        Map<String, String> grain();

        Map<String, Stone> stones();

        interface Stone {
            Duration turnTime();
        }
    }

    private static final Set<String> KNOWN = UnknownSettings.names(Set.of(Mill.class));

    @Test
    void whatIsKnownPasses() {
        assertThat(unknown("kpfleet.mill.turn-time", "kpfleet.mill.grain.rye", "KPFLEET_MILL_TURN_TIME"))
                .isEmpty();
        assertThat(unknown("KPFLEET_MILL_GRAIN_RYE", "quarkus.http.port", "%test.kpfleet.mill.turn-time"))
                .isEmpty();
    }

    @Test
    void aNameInTheMiddleMayBeAnyAndWhatFollowsMayNot() {
        assertThat(unknown("kpfleet.mill.stones.lower.turn-time", "KPFLEET_MILL_STONES_LOWER_TURN_TIME"))
                .isEmpty();
        assertThat(unknown("kpfleet.mill.stones.lower.turntime", "kpfleet.mill.stones..turn-time"))
                .containsExactly("kpfleet.mill.stones..turn-time", "kpfleet.mill.stones.lower.turntime");
    }

    @Test
    void whatIsMisspeltIsTold() {
        assertThat(unknown("kpfleet.mill.turntime", "kpfleet.mil.turn-time", "kpfleet.mill.turn-time"))
                .containsExactly("kpfleet.mil.turn-time", "kpfleet.mill.turntime");
        assertThat(unknown("KPFLEET_MILL_TURNTIME")).containsExactly("KPFLEET_MILL_TURNTIME");
    }

    @Test
    void aVariableIsToldOnce() {
        assertThat(unknown("KPFLEET_MILL_TURNTIME", "kpfleet.mill.turntime")).containsExactly("KPFLEET_MILL_TURNTIME");
        assertThat(unknown("KPFLEET_SERVICE_HOST", "kpfleet.service.host")).isEmpty();
    }

    @Test
    void variablesOfOthersAreNotLookedAt() {
        assertThat(unknown("KPFLEET_SERVICE_HOST", "KPFLEET_PORT", "KPFLEET_AGENT_NODE_NAME", "PATH"))
                .isEmpty();
    }

    private static List<String> unknown(String... names) {
        return UnknownSettings.among(Set.of(names), KNOWN);
    }
}
