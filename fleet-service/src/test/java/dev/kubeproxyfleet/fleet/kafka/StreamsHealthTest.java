package dev.kubeproxyfleet.fleet.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.streams.KafkaStreams.State;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class StreamsHealthTest {

    private static final Map<String, State> BOTH_RUN = Map.of("controller", State.RUNNING, "health", State.RUNNING);

    private StreamsStatus status = new StreamsStatus(2, true, Map.of(), Map.of(), null);
    private Optional<Duration> away = Optional.empty();
    private final StreamsHealth health = new StreamsHealth(() -> status, () -> away);

    @Test
    void isAliveButNotReadyWhileNothingIsStartedAndSaysWhy() {
        status = new StreamsStatus(2, true, Map.of(), Map.of(), "Kafka does not answer");

        assertThat(alive()).isEqualTo(Status.UP);
        assertThat(ready().getStatus()).isEqualTo(Status.DOWN);
        assertThat(data(ready())).containsEntry("obstacle", "Kafka does not answer");
    }

    @Test
    void isNotAliveWhereNothingWasStartedAndNothingWillBe() {
        status = new StreamsStatus(2, false, Map.of(), Map.of(), null);
        assertThat(alive()).isEqualTo(Status.DOWN);

        status = new StreamsStatus(2, false, Map.of("health", State.RUNNING), Map.of(), null);
        assertThat(alive()).isEqualTo(Status.DOWN);
    }

    @Test
    void isReadyOnceAllRun() {
        status = new StreamsStatus(2, true, Map.of("health", State.RUNNING), Map.of(), null);
        assertThat(ready().getStatus()).isEqualTo(Status.DOWN);

        status = new StreamsStatus(2, false, BOTH_RUN, Map.of(), null);
        assertThat(ready().getStatus()).isEqualTo(Status.UP);
        assertThat(alive()).isEqualTo(Status.UP);
        assertThat(data(ready())).isEqualTo(Map.of("controller", "RUNNING", "health", "RUNNING"));
    }

    @Test
    void anApplicationThatFailsIsNotReadyAlthoughItRunsAndIsNamed() {
        status = new StreamsStatus(2, false, BOTH_RUN, Map.of("controller", "StreamsException: poison"), null);

        assertThat(alive()).isEqualTo(Status.UP);
        assertThat(ready().getStatus()).isEqualTo(Status.DOWN);
        assertThat(data(ready())).containsEntry("controller-failing", "StreamsException: poison");
    }

    @ParameterizedTest
    @CsvSource({
        "CREATED,UP",
        "REBALANCING,UP",
        "RUNNING,UP",
        "PENDING_SHUTDOWN,UP",
        "PENDING_ERROR,UP",
        "NOT_RUNNING,DOWN",
        "ERROR,DOWN"
    })
    void isAliveUntilAnApplicationHasEnded(State state, Status expected) {
        status = new StreamsStatus(2, false, Map.of("controller", state, "health", State.RUNNING), Map.of(), null);

        assertThat(alive()).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource(value = State.class, mode = EnumSource.Mode.EXCLUDE, names = "RUNNING")
    void isNotReadyInAnyOtherState(State state) {
        status = new StreamsStatus(2, false, Map.of("controller", state, "health", State.RUNNING), Map.of(), null);

        assertThat(ready().getStatus()).isEqualTo(Status.DOWN);
    }

    @Test
    void isNotReadyWhileNoBrokerAnswersAndSaysForHowLong() {
        assertThat(health.reachable().call().getStatus()).isEqualTo(Status.UP);

        away = Optional.of(Duration.ofMillis(65_400));

        assertThat(health.reachable().call().getStatus()).isEqualTo(Status.DOWN);
        assertThat(data(health.reachable().call())).containsEntry("away", "no broker has answered for 65 s");
    }

    @Test
    void aFailureCountsForAMinuteAndIsCut() {
        AtomicLong now = new AtomicLong(Long.MAX_VALUE - 10);
        RecentFailures failures = new RecentFailures(now::get);
        failures.failed("controller", new IllegalStateException("x".repeat(10_000)));
        failures.failed("health", new IllegalStateException("first"));

        now.addAndGet(RecentFailures.FAILING_FOR.toNanos() - 1);
        failures.failed("health", new IllegalStateException("second"));
        assertThat(failures.failing())
                .containsEntry("health", "java.lang.IllegalStateException: second")
                .hasEntrySatisfying(
                        "controller",
                        why -> assertThat(why.length()).isLessThanOrEqualTo(RecentFailures.MAX_SHOWN + 1));

        now.incrementAndGet();
        assertThat(failures.failing()).containsOnlyKeys("health");
    }

    private Status alive() {
        return health.alive().call().getStatus();
    }

    private HealthCheckResponse ready() {
        return health.ready().call();
    }

    private static Map<String, Object> data(HealthCheckResponse response) {
        return response.getData().orElse(Map.of());
    }
}
