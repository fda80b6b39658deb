package dev.kubeproxyfleet.fleet.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

class StateRefusedTest {

    @Test
    void isFoundBehindWhatKafkaStreamsMakesOfIt() {
        StateRefused refused = new StateRefused("the stores are of format 2");

        assertThat(StateRefused.behind(new StreamsException("failed to initialize", new StreamsException(refused))))
                .containsSame(refused);
        assertThat(StateRefused.behind(refused)).containsSame(refused);
        assertThat(StateRefused.behind(new StreamsException("another", new IllegalStateException())))
                .isEmpty();
    }
}
