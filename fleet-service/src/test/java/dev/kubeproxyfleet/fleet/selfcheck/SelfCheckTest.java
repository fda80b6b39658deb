package dev.kubeproxyfleet.fleet.selfcheck;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class SelfCheckTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    @FunctionalInterface
    private interface Look {
        void at(Consumer<Finding> found) throws InterruptedException;
    }

    @Test
    void partsAreToldInTheirOrderWithALineOfNumbers() throws InterruptedException {
        Report report = SelfCheck.look(
                List.of(part(2, found -> found.accept(Finding.missing("a role; grant it"))), part(1, found -> {
                    found.accept(Finding.ok("a topic"));
                    found.accept(Finding.unknown("a group"));
                })),
                LONG);

        assertThat(report.text()).isEqualTo("""
                ok       a topic
                unknown  a group
                missing  a role; grant it
                1 ok, 1 missing, 1 unknown""");
        assertThat(report.exitCode()).isEqualTo(1);
    }

    @Test
    void theExitCodeTellsTheWorst() {
        assertThat(new Report(List.of(Finding.ok("a"))).exitCode()).isZero();
        assertThat(new Report(List.of(Finding.ok("a"), Finding.unknown("b"))).exitCode())
                .as("the service may work all the same")
                .isZero();
        Report invalid = new Report(List.of(Finding.missing("a"), Finding.invalid("b")));
        assertThat(invalid.exitCode()).isEqualTo(2);
        assertThat(invalid.text()).endsWith("\n0 ok, 1 missing, 0 unknown, 1 invalid");
    }

    @Test
    void whatIsNotAnsweredInTimeIsUnknownAndTheRestIsTold() throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);

        Report report = SelfCheck.look(
                List.of(
                        part(1, found -> {
                            found.accept(Finding.ok("a broker"));
                            never.await();
                        }),
                        part(2, found -> found.accept(Finding.ok("a sign-in")))),
                Duration.ofMillis(300));

        assertThat(report.findings())
                .extracting(Finding::status)
                .containsExactly(Finding.Status.OK, Finding.Status.UNKNOWN, Finding.Status.OK);
        assertThat(report.text()).contains("part 1: not all was answered within");
    }

    @Test
    void aFailureOfOnePartIsTold() throws InterruptedException {
        Report report = SelfCheck.look(
                List.of(part(1, _ -> {
                    throw new IllegalStateException("odd");
                })),
                LONG);

        assertThat(report.text()).contains("unknown  part 1: this program failed to look at it", "odd");
    }

    @Test
    void aFindingHasOneLine() {
        assertThat(Finding.missing("Azure says:\r\nok       everything\u001b[31m")
                        .text())
                .isEqualTo("Azure says: ok       everything [31m");
    }

    private static Part part(int order, Look look) {
        return new Part() {
            @Override
            public int order() {
                return order;
            }

            @Override
            public String name() {
                return "part " + order;
            }

            @Override
            public void look(Consumer<Finding> found) throws InterruptedException {
                look.at(found);
            }
        };
    }
}
