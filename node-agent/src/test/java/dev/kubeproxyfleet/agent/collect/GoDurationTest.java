package dev.kubeproxyfleet.agent.collect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoDurationTest {

    @ParameterizedTest
    @CsvSource({"15m0s,900", "2m,120", "1h0m0.5s,3600", "1500ms,1", "300s,300", "1h1m1s1ms,3661"})
    void readsWholeSeconds(String text, int seconds) {
        assertThat(GoDuration.seconds(text)).hasValue(seconds);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0s", "0", "", "-5s", "15", "15m 0s", "999ms", "9999999999999h", "one minute", "1d"})
    void takesZeroAndWhatIsNoDurationForUnset(String text) {
        assertThat(GoDuration.seconds(text)).isEmpty();
    }
}
