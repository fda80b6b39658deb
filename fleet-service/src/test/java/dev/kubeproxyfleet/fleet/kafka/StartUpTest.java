package dev.kubeproxyfleet.fleet.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.cert.CertificateExpiredException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

class StartUpTest {

    private static final int FOR_EVER = Integer.MAX_VALUE;

    /** A service whose pauses take no time. */
    private static final class FakeSteps implements StartUp.Steps {
        /** What becomes of the topics, one try after the other; then they are ready. */
        final Queue<TopicState> topics = new ArrayDeque<>();

        /** How often Kafka does not answer, and then how often the folder is locked. */
        int away;

        Throwable absence = new TimeoutException("no node");
        int locked;
        /** After so many pauses it is being stopped. */
        int stopsAfter = FOR_EVER;

        int started;
        int pauses;
        int givenUp;
        private long now = -5;
        private final Supplier<Optional<String>> obstacle;
        Optional<String> obstacleAtStart = Optional.of("not started");

        FakeSteps(Supplier<Optional<String>> obstacle) {
            this.obstacle = obstacle;
        }

        @Override
        public TopicState prepareTopics() throws ExecutionException {
            if (away-- > 0) {
                throw new ExecutionException(absence);
            }
            return topics.isEmpty() ? new TopicState.Ready() : topics.remove();
        }

        @Override
        public void startApplications() {
            obstacleAtStart = obstacle.get();
            if (locked-- > 0) {
                throw new StreamsException("Unable to initialize state");
            }
            started++;
        }

        @Override
        public boolean isStoppingAfter(Duration pause) {
            now += pause.toNanos();
            return ++pauses >= stopsAfter;
        }

        @Override
        public long nanoTime() {
            return now;
        }

        @Override
        public void giveUp() {
            givenUp++;
        }
    }

    private final FakeSteps steps = new FakeSteps(this::obstacle);
    private final StartUp startUp = new StartUp(steps, "kafka:9092", Path.of("/state"));

    private Optional<String> obstacle() {
        return startUp.obstacle();
    }

    @Test
    void startsOnceTheTopicsAreThere() {
        startUp.run();

        assertThat(steps.started).isEqualTo(1);
        assertThat(steps.pauses).isZero();
        assertThat(steps.givenUp).isZero();
        assertThat(startUp.obstacle()).isEmpty();
    }

    @Test
    void goesOnTryingWhileKafkaIsAwayHoweverLongThatIs() {
        steps.away = 10_000;

        startUp.run();

        assertThat(steps.pauses).isEqualTo(10_000);
        assertThat(steps.started).isEqualTo(1);
        assertThat(steps.givenUp).isZero();
        assertThat(startUp.obstacle()).isEmpty();
    }

    @Test
    void saysWhatIsInTheWay() {
        steps.away = FOR_EVER;
        steps.stopsAfter = 3;
        startUp.run();

        assertThat(startUp.obstacle()).contains("Kafka does not answer");
        assertThat(steps.started).isZero();
    }

    @Test
    void saysWhyNoConnectionIsMade() {
        steps.away = FOR_EVER;
        steps.stopsAfter = 3;
        steps.absence = new SslAuthenticationException(
                "SSL handshake failed", new CertificateExpiredException("NotAfter: yesterday"));
        startUp.run();

        assertThat(startUp.obstacle().orElseThrow())
                .isEqualTo("no connection to Kafka is made: java.security.cert.CertificateExpiredException:"
                        + " NotAfter: yesterday");
    }

    @Test
    void nothingIsInTheWayAnyMoreWhileTheApplicationsStart() {
        steps.away = 1;

        startUp.run();

        assertThat(steps.obstacleAtStart).isEmpty();
    }

    @Test
    void aLockedFolderIsTriedAgainAndHadOnceItIsFree() {
        steps.locked = 5;

        startUp.run();

        assertThat(steps.pauses).isEqualTo(5);
        assertThat(steps.started).isEqualTo(1);
        assertThat(steps.givenUp).isZero();
        assertThat(startUp.obstacle()).isEmpty();
    }

    @Test
    void aFolderThatStaysLockedEndsTheServiceAfterItsPatience() {
        steps.locked = FOR_EVER;

        startUp.run();

        assertThat(StartUp.RETRY.multipliedBy(steps.pauses))
                .isBetween(StartUp.FOLDER_PATIENCE, StartUp.FOLDER_PATIENCE.plus(StartUp.RETRY));
        assertThat(steps.givenUp).isEqualTo(1);
        assertThat(steps.started).isZero();
        assertThat(startUp.obstacle())
                .hasValueSatisfying(why -> assertThat(why).contains("/state").contains("Unable to initialize state"));
    }

    @Test
    void aTopicWithWrongSettingsEndsTheServiceAtOnce() {
        steps.topics.add(new TopicState.Wrong(List.of("topic desired has cleanup.policy=delete")));

        startUp.run();

        assertThat(steps.givenUp).isEqualTo(1);
        assertThat(steps.started).isZero();
        assertThat(steps.pauses).isZero();
    }

    @Test
    void topicsThatOthersCreateAreAwaited() {
        steps.topics.add(new TopicState.Waiting(List.of("topic a is missing", "topic b is missing")));
        steps.topics.add(new TopicState.Waiting(List.of("topic b is missing")));

        startUp.run();

        assertThat(steps.pauses).isEqualTo(2);
        assertThat(steps.started).isEqualTo(1);
        assertThat(steps.givenUp).isZero();
        assertThat(startUp.obstacle()).isEmpty();
    }

    @Test
    void saysWhichTopicIsMissingAndThatThereAreMore() {
        steps.topics.add(new TopicState.Waiting(List.of("topic a is missing", "topic b is missing")));
        steps.stopsAfter = 1;

        startUp.run();

        assertThat(startUp.obstacle()).contains("topic a is missing (the log tells 1 more)");
        assertThat(steps.started).isZero();
    }

    @Test
    void aServiceThatIsBeingStoppedStartsNothingMore() {
        steps.locked = 2;
        steps.stopsAfter = 1;

        startUp.run();

        assertThat(steps.started).isZero();
        assertThat(steps.givenUp).isZero();
    }
}
