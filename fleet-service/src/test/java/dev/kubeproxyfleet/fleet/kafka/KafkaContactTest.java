package dev.kubeproxyfleet.fleet.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class KafkaContactTest {

    private static final Duration UNREACHABLE_AFTER = Duration.ofSeconds(20);

    private record Settings() implements KafkaSettings {

        @Override
        public String bootstrapServers() {
            return "unused:1";
        }

        @Override
        public String topicPrefix() {
            return "";
        }

        @Override
        public int partitions() {
            return 1;
        }

        @Override
        public short replicationFactor() {
            return 1;
        }

        @Override
        public Path stateDir() {
            return Path.of("unused");
        }

        @Override
        public Duration unreachableAfter() {
            return UNREACHABLE_AFTER;
        }

        @Override
        public Map<String, String> client() {
            return Map.of();
        }
    }

    /** It may have any value, and become negative on the way. */
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);

    private final KafkaContact contact = new KafkaContact(new KafkaClients(new Settings()), new Settings(), now::get);

    @Test
    void kafkaIsNotAwayAtTheStart() {
        assertThat(contact.awayFor()).isEmpty();
    }

    @Test
    void aShortSilenceIsNone() {
        pass(UNREACHABLE_AFTER);

        assertThat(contact.awayFor()).isEmpty();
    }

    @Test
    void aLongOneCountsFromTheLastAnswerOn() {
        pass(Duration.ofSeconds(7));
        contact.answered();
        pass(UNREACHABLE_AFTER.plusNanos(1));
        assertThat(contact.awayFor()).contains(UNREACHABLE_AFTER.plusNanos(1));

        pass(Duration.ofMinutes(5));
        assertThat(contact.awayFor()).contains(UNREACHABLE_AFTER.plusMinutes(5).plusNanos(1));
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
