package dev.kubeproxyfleet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Work that goes on and on ends between two pieces of it. */
@Timeout(20)
class PartingTest {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @Test
    void aRestIsCutShort() throws InterruptedException {
        CountDownLatch rests = new CountDownLatch(1);
        AtomicReference<Parting> given = new AtomicReference<>();
        AtomicReference<String> ended = new AtomicReference<>("");
        Thread worker = Thread.ofPlatform().start(() -> {
            try (Parting parting = new Parting(PATIENCE)) {
                given.set(parting);
                while (parting.isFar()) {
                    parting.rest(() -> {
                        rests.countDown();
                        new CountDownLatch(1).await();
                    });
                }
                ended.set(Thread.currentThread().isInterrupted() ? "interrupted" : "in order");
            }
        });
        rests.await();

        given.get().come();

        worker.join();
        assertThat(ended).hasValue("in order");
    }

    @Test
    void whatIsUnderWayIsNotInterruptedAndNoRestFollows() {
        try (Parting parting = new Parting(PATIENCE)) {
            parting.come();

            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            assertThat(parting.isFar()).isFalse();
            parting.rest(() -> {
                throw new AssertionError("there is no time to rest");
            });
        }
    }

    @Test
    void whoeverInterruptsARestEndsIt() {
        try (Parting parting = new Parting(PATIENCE)) {
            parting.rest(() -> {
                throw new InterruptedException("somebody");
            });
            assertThat(parting.isFar()).isFalse();
        }
    }
}
