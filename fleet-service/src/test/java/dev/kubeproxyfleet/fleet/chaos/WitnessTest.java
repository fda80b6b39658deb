package dev.kubeproxyfleet.fleet.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.fleet.chaos.Evidence.Asked;
import dev.kubeproxyfleet.fleet.chaos.Evidence.Ordered;
import dev.kubeproxyfleet.fleet.chaos.Evidence.Position;
import dev.kubeproxyfleet.fleet.chaos.Evidence.Rollout;
import dev.kubeproxyfleet.fleet.chaos.Evidence.Shown;
import dev.kubeproxyfleet.fleet.chaos.Evidence.Timeout;
import dev.kubeproxyfleet.fleet.chaos.Evidence.Write;
import dev.kubeproxyfleet.fleet.chaos.Violation.Promise;
import dev.kubeproxyfleet.schemas.message.RolloutStatus.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A run in which all is well, into which each test plants what must not happen. */
class WitnessTest {

    private static final Instant START = Instant.parse("2026-11-30T08:00:00Z");
    private static final Duration OPERATION = Duration.ofSeconds(2);
    private static final Timeout OLD = new Timeout(1000);
    private static final Timeout NEW = new Timeout(1001);
    private static final int ACCEPTED = 200;
    private static final int CONFLICT = 409;
    private static final int PRECONDITION_FAILED = 412;

    private final Witness witness =
            new Witness(Map.of("one", "a, rest", "two", "a, rest", "three", "a, rest", "canary", "a, canary"), 2);
    private final List<Write> writes = new ArrayList<>();
    private final List<Ordered> operations = new ArrayList<>();
    private final List<Asked> asked = new ArrayList<>();
    private final Map<String, Integer> answers = new HashMap<>();
    private final Set<Position> rejected = new HashSet<>();
    private final Set<String> acknowledged = new HashSet<>();
    private final List<Rollout> rollouts = new ArrayList<>();
    private final List<Shown> shown = new ArrayList<>();

    @BeforeEach
    void allIsWell() {
        operation(0, "one", OLD);
        write(1, "one", OLD);
        operation(4, "one", null);
        operation(20, "one", NEW);
        write(21, "one", NEW);
        operation(24, "one", null);
        ask(0, "event");
        ask(1, "nonsense");
        answers.put("event", 1);
        rejected.add(position(1));
        acknowledged.add("event");
        rollouts.add(rollout(1, State.Running, 1));
        rollouts.add(rollout(1, State.Superseded, 0));
        rollouts.add(rollout(2, State.Running, 2));
        rollouts.add(rollout(2, State.Succeeded, 0));
        shown.add(new Shown("chaos-0", "one", NEW, NEW, Set.of(NEW)));
    }

    @Test
    void nothingIsFoundWhereAllIsWell() {
        assertThat(broken()).isEmpty();
    }

    @Test
    void aWriteBesideOneThatStillRuns() {
        write(22, "one", OLD, CONFLICT);

        assertThat(broken()).contains(Promise.ONE_WRITER);
    }

    @Test
    void aWriteThatItsETagKeptFromDoingHarmIsNone() {
        write(22, "one", OLD, PRECONDITION_FAILED);

        assertThat(broken()).isEmpty();
    }

    @Test
    void aWriteThatChangesSomethingElse() {
        Write good = writes.removeLast();
        writes.add(new Write(
                good.at(), good.cluster(), good.timeout(), good.status(), good.until(), List.of("/tags/env")));

        assertThat(broken()).containsExactly(Promise.KUBE_PROXY_ONLY);
    }

    @Test
    void aWriteOfWhatTheClusterHas() {
        write(24, "one", NEW);

        assertThat(broken()).containsExactly(Promise.TO_A_PURPOSE);
    }

    @Test
    void aWriteOfWhatIsNoLongerWanted() {
        operation(30, "two", OLD);
        operation(31, "two", null);
        write(32 + (int) Witness.HEARD_WITHIN.toSeconds(), "two", OLD);

        assertThat(broken()).containsExactly(Promise.IN_FORCE);
    }

    @Test
    void aWriteAfterOneOfWhatWasWantedLater() {
        write(24, "one", OLD);

        assertThat(broken()).containsExactly(Promise.IN_ORDER);
    }

    @Test
    void aWriteThatNobodyEverWanted() {
        write(30, "one", new Timeout(5));

        assertThat(broken()).containsExactlyInAnyOrder(Promise.IN_FORCE, Promise.IN_ORDER);
    }

    @Test
    void moreClustersThanAllowedInAzure() {
        for (String cluster : List.of("two", "three")) {
            operation(20, cluster, NEW);
            write(21, cluster, NEW);
        }

        assertThat(broken()).containsExactly(Promise.CAPPED);
    }

    @Test
    void aStageThatGoesBackBesideAnother() {
        for (String cluster : List.of("two", "canary")) {
            operation(20, cluster, NEW);
            write(21, cluster, NEW);
        }

        assertThat(broken()).isEmpty();
    }

    @Test
    void moreClustersThanAllowedByTheControllersWord() {
        rollouts.add(2, rollout(1, State.Superseded, 3));

        assertThat(broken()).containsExactly(Promise.CAPPED);
    }

    @Test
    void anEventWithoutAnAnswer() {
        answers.clear();

        assertThat(broken()).containsExactly(Promise.ANSWERED);
    }

    @Test
    void anEventThatIsAnsweredTwice() {
        answers.put("event", 2);

        assertThat(broken()).containsExactly(Promise.ANSWERED);
    }

    @Test
    void anEventThatWasTakenAndIsGone() {
        acknowledged.add("another");

        assertThat(broken()).containsExactly(Promise.KEPT);
    }

    @Test
    void aGenerationThatComesTwice() {
        rollouts.addFirst(rollout(2, State.Succeeded, 0));
        rollouts.add(rollout(2, State.Succeeded, 0));

        assertThat(broken()).containsExactly(Promise.FORWARD);
    }

    @Test
    void aRolloutThatGoesOnAfterItsEnd() {
        rollouts.add(rollout(1, State.Running, 0));
        rollouts.add(rollout(1, State.Superseded, 0));

        assertThat(broken()).containsExactly(Promise.FORWARD);
    }

    @Test
    void aRolloutThatDoesNotEnd() {
        rollouts.removeLast();

        assertThat(broken()).containsExactly(Promise.ENDED);
    }

    @Test
    void aClusterThatHasSomethingElse() {
        shown.set(0, new Shown("chaos-0", "one", NEW, OLD, Set.of(NEW)));

        assertThat(broken()).containsExactly(Promise.AS_WANTED);
    }

    @Test
    void aNodeThatReportsSomethingElse() {
        shown.set(0, new Shown("chaos-0", "one", NEW, NEW, Set.of(NEW, OLD)));

        assertThat(broken()).containsExactly(Promise.AS_WANTED);
    }

    private Set<Promise> broken() {
        Set<Promise> broken = new HashSet<>();
        writes.sort((one, other) -> one.at().compareTo(other.at()));
        witness.of(new Evidence(writes, operations, asked, acknowledged, answers, rejected, rollouts, shown))
                .forEach(violation -> broken.add(violation.promise()));
        return broken;
    }

    private void operation(int second, String cluster, @Nullable Timeout timeout) {
        operations.add(new Ordered(START.plusSeconds(second), cluster, timeout));
    }

    private void write(int second, String cluster, Timeout timeout) {
        write(second, cluster, timeout, ACCEPTED);
    }

    private void write(int second, String cluster, Timeout timeout, int status) {
        Instant at = START.plusSeconds(second);
        writes.add(new Write(at, cluster, timeout, status, status == ACCEPTED ? at.plus(OPERATION) : null, List.of()));
    }

    private void ask(int offset, String id) {
        asked.add(new Asked(position(offset), id));
    }

    private static Position position(int offset) {
        return new Position("kubeproxy.desired", 0, offset);
    }

    private static Rollout rollout(int generation, State state, int inFlight) {
        return new Rollout("chaos-0", generation, NEW, state, false, inFlight, "");
    }
}
