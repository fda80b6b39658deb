package dev.kubeproxyfleet.fleet.azure;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecentTest {

    private static final Duration AGE = Duration.ofSeconds(10);

    private final VirtualTime time = new VirtualTime();
    private final List<String> asked = new ArrayList<>();
    private final Recent<String, Integer> recent = new Recent<>(
            key -> {
                asked.add(key);
                return asked.size();
            },
            AGE,
            3,
            time);

    @Test
    void asksAgainOnceTheAnswerIsTooOld() {
        assertThat(recent.get("a")).isEqualTo(1);
        time.sleep(AGE.minusMillis(1));
        assertThat(recent.get("a")).isEqualTo(1);
        time.sleep(Duration.ofMillis(1));
        assertThat(recent.get("a")).isEqualTo(2);
        assertThat(recent.get("b")).isEqualTo(3);
        assertThat(asked).containsExactly("a", "a", "b");
    }

    @Test
    void asksAgainForWhatWasForgotten() {
        recent.get("a");
        recent.forget("a");

        assertThat(recent.get("a")).isEqualTo(2);
    }

    @Test
    void keepsAFewAnswersOnly() {
        for (String key : List.of("a", "b", "c", "a", "d")) {
            recent.get(key);
        }
        assertThat(asked).containsExactly("a", "b", "c", "d");

        assertThat(recent.get("a")).isEqualTo(5);
    }
}
