package dev.kubeproxyfleet.fleet.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kubeproxyfleet.fleet.azure.Fence;
import dev.kubeproxyfleet.fleet.azure.Fences;
import dev.kubeproxyfleet.schemas.config.AgentConfig;
import dev.kubeproxyfleet.schemas.message.Outcome;
import dev.kubeproxyfleet.schemas.reason.InstallReason;
import dev.kubeproxyfleet.schemas.reason.KubernetesReason;
import dev.kubeproxyfleet.schemas.reason.WorkerReason;
import dev.kubeproxyfleet.simulator.world.KubernetesFault;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Installation of agents that something comes between: trouble, a crash, another owner, a withdrawal, the deadline. */
class AgentInterruptionTest {

    private static final AgentConfig NONE = AgentConfig.DISABLED;
    private static final AgentConfig FIRST = AgentLab.FIRST;
    private static final AgentConfig SECOND = AgentLab.SECOND;

    private static final int CLUSTERS = 120;

    private static AgentLab lab;

    @BeforeAll
    static void start() throws IOException {
        lab = new AgentLab(CLUSTERS);
    }

    @AfterAll
    static void stop() {
        lab.close();
    }

    @BeforeEach
    void takeACluster() {
        lab.nextCluster();
    }

    private static class Killed extends Error {
        private static final long serialVersionUID = 1;
    }

    /** Does something before the call of this number, from 1 on. */
    private void beforeCall(int number, Runnable action) {
        AtomicInteger calls = new AtomicInteger();
        lab.beforeCall = () -> {
            // The first look is the client's own, before there is any call.
            if (calls.getAndIncrement() == number) {
                action.run();
            }
        };
    }

    static Stream<KubernetesFault> passing() {
        return Stream.of(
                new KubernetesFault.ServerError("*", 503),
                new KubernetesFault.Unreachable("*"),
                new KubernetesFault.Garbage("*"),
                new KubernetesFault.TokenRefused("*"),
                new KubernetesFault.Redirect("*", "https://localhost:1"));
    }

    private static KubernetesReason reasonOf(KubernetesFault fault) {
        return switch (fault) {
            case KubernetesFault.TokenRefused _ -> KubernetesReason.TokenRefused;
            case KubernetesFault.Garbage _, KubernetesFault.Redirect _ -> KubernetesReason.AnswerUnreadable;
            default -> KubernetesReason.ServerUnreachable;
        };
    }

    @ParameterizedTest
    @MethodSource("passing")
    void waitsForTroubleToPass(KubernetesFault fault) {
        lab.lab.begin(fault);
        AtomicInteger pauses = new AtomicInteger();
        lab.meanwhile = () -> {
            if (pauses.incrementAndGet() == 2) {
                lab.lab.endFaults();
            }
        };

        assertThat(lab.run(FIRST)).isEqualTo(new Outcome.Delivered(NONE, true));

        assertThat(lab.waits).extracting(Outcome.Waiting::code).containsExactly(reasonOf(fault));
        assertThat(pauses).hasValue(2);
    }

    @ParameterizedTest
    @MethodSource("passing")
    void troubleThatLastsIsToldAtTheDeadline(KubernetesFault fault) {
        lab.lab.begin(fault);
        var begin = lab.lab.now();

        AgentLab.assertEnds(lab.run(FIRST), Outcome.Failed.class, reasonOf(fault), "until its deadline: ");

        assertThat(lab.lab.now())
                .isBetween(
                        begin.plus(AgentLab.DEADLINE),
                        begin.plus(AgentLab.DEADLINE).plusSeconds(1));
        lab.lab.endFaults();
        assertThat(lab.there()).isEmpty();
    }

    @Test
    void whatIsBeingDeletedIsWaitedFor() {
        lab.run(FIRST);
        lab.people.namespaces().withName(AgentLab.NAMESPACE).delete();

        // The simulated API ends a namespace some time after two of these seconds.
        assertThat(lab.run(SECOND)).isInstanceOf(Outcome.Delivered.class);

        assertThat(lab.waits).extracting(Outcome.Waiting::code).containsExactly(InstallReason.StillChanging);
        assertThat(lab.image("node-agent")).isEqualTo("agent:2");
    }

    /** Reads are 1 to 5; trials 6 to 10; then each object is written, the rest being tried once its namespace is there. */
    private static final int LAST_TRIAL = 10;

    private static final int CALLS_TO_INSTALL = 20;
    private static final int CALLS_TO_UPGRADE = 15;

    @Test
    void theNumbersOfCallsAreThose() {
        AtomicInteger calls = new AtomicInteger(-1);
        lab.beforeCall = calls::incrementAndGet;

        lab.run(FIRST);
        assertThat(calls.getAndSet(-1)).isEqualTo(CALLS_TO_INSTALL);
        lab.run(SECOND);
        assertThat(calls).hasValue(CALLS_TO_UPGRADE);
    }

    static Stream<Integer> callsToInstall() {
        return Stream.iterate(1, call -> call + 1).limit(CALLS_TO_INSTALL);
    }

    static Stream<Integer> callsToUpgrade() {
        return Stream.iterate(1, call -> call + 1).limit(CALLS_TO_UPGRADE);
    }

    @ParameterizedTest
    @MethodSource("callsToUpgrade")
    void theNextRunEndsWhatACrashHasLeft(int call) {
        lab.run(FIRST);
        beforeCall(call, () -> {
            throw new Killed();
        });
        assertThatThrownBy(() -> lab.run(SECOND)).isInstanceOf(Killed.class);
        lab.beforeCall = () -> {};

        // Between the two DaemonSets it cannot be told what was there.
        boolean isBetween = call == CALLS_TO_UPGRADE;
        assertThat(lab.run(SECOND)).isEqualTo(new Outcome.Delivered(isBetween ? null : FIRST, true));

        assertThat(lab.image("node-agent")).isEqualTo("agent:2");
        assertThat(lab.image("node-agent-jvm")).isEqualTo("agent-jvm:2");
    }

    @ParameterizedTest
    @MethodSource("callsToInstall")
    void theNextOwnerEndsWhatAStopHasLeft(int call) {
        Fence fence = Fences.open();
        AtomicInteger calls = new AtomicInteger();
        lab.beforeCall = () -> {
            if (calls.getAndIncrement() == call) {
                Fences.stop(fence);
            }
        };
        assertThat(lab.run(lab.operation("agents.1", FIRST), fence)).isEmpty();
        // What had begun ends, and so do trials, which change nothing; no write begins.
        assertThat(lab.there().size()).isLessThanOrEqualTo(Math.max(0, call - LAST_TRIAL));
        lab.beforeCall = () -> {};

        assertThat(lab.run(lab.operation("agents.1", FIRST), Fences.open()))
                .get()
                .isInstanceOf(Outcome.Delivered.class);
        assertThat(lab.there()).hasSize(5);
    }

    @ParameterizedTest
    @MethodSource("callsToInstall")
    void whoeverWithdrawsGetsNothingOrAll(int call) {
        Fence fence = Fences.open();
        beforeCall(call, () -> Fences.cancel(fence));

        Optional<Outcome.Result> result = lab.run(lab.operation("agents.1", FIRST), fence);
        lab.beforeCall = () -> {};

        if (call <= LAST_TRIAL) {
            assertThat(result).isEmpty();
            assertThat(lab.there()).isEmpty();
        } else {
            assertThat(result).contains(new Outcome.Delivered(NONE, true));
            assertThat(lab.there()).hasSize(5);
        }
    }

    @Test
    void whatWasWithdrawnHalfDoneIsToldAsFailed() {
        Fence fence = Fences.open();
        beforeCall(LAST_TRIAL + 7, () -> {
            lab.lab.begin(new KubernetesFault.ServerError(lab.cluster, 503));
            Fences.cancel(fence);
        });
        lab.meanwhile = () -> {
            lab.beforeCall = () -> {};
            lab.lab.endFaults();
        };

        assertThat(lab.run(lab.operation("agents.1", FIRST), fence))
                .get()
                .satisfies(result ->
                        AgentLab.assertEnds(result, Outcome.Failed.class, KubernetesReason.ServerUnreachable, "503"));
    }

    @Test
    void afterTheDeadlineNothingIsWritten() {
        beforeCall(LAST_TRIAL, () -> lab.lab.pass(AgentLab.DEADLINE));

        AgentLab.assertEnds(lab.run(FIRST), Outcome.Failed.class, WorkerReason.DeadlineExceeded, "before the write");
        assertThat(lab.there()).isEmpty();
    }
}
