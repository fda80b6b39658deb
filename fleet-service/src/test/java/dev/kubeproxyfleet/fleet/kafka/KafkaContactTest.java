package dev.kubeproxyfleet.fleet.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class KafkaContactTest {

    private static final KafkaSettings SETTINGS = new GivenKafkaSettings("", true);

    /** It may have any value, and become negative on the way. */
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);

    private final KafkaContact contact = new KafkaContact(new KafkaClients(SETTINGS), SETTINGS, now::get);

    @Test
    void kafkaIsNotAwayAtTheStart() {
        assertThat(contact.awayFor()).isEmpty();
    }

    @Test
    void aShortSilenceIsNone() {
        pass(GivenKafkaSettings.UNREACHABLE_AFTER);

        assertThat(contact.awayFor()).isEmpty();
    }

    @Test
    void aLongOneCountsFromTheLastAnswerOn() {
        pass(Duration.ofSeconds(7));
        contact.answered();
        pass(GivenKafkaSettings.UNREACHABLE_AFTER.plusNanos(1));
        assertThat(contact.awayFor()).contains(GivenKafkaSettings.UNREACHABLE_AFTER.plusNanos(1));

        pass(Duration.ofMinutes(5));
        assertThat(contact.awayFor())
                .contains(GivenKafkaSettings.UNREACHABLE_AFTER.plusMinutes(5).plusNanos(1));
    }

    @Test
    void oneAnswerEndsIt() {
        pass(Duration.ofHours(1));
        contact.answered();

        assertThat(contact.awayFor()).isEmpty();
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }
}
