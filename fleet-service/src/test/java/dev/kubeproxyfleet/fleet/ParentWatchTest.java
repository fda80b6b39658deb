package dev.kubeproxyfleet.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ParentWatchTest {

    @Test
    void theServiceHearsOfTheEndOfTheProcessThatItBelongsTo() throws Exception {
        Process parent = new ProcessBuilder("sh", "-c", "read line").start();
        CompletableFuture<Long> ended = new CompletableFuture<>();
        ParentWatch.watch(parent.pid(), ended::complete);
        assertThat(ended).isNotDone();

        parent.destroyForcibly();

        assertThat(ended.get(30, TimeUnit.SECONDS)).isEqualTo(parent.pid());
    }

    @Test
    void aParentThatIsGoneAlreadyCountsAsEnded() throws Exception {
        Process parent = new ProcessBuilder("true").start();
        parent.waitFor();
        CompletableFuture<Long> ended = new CompletableFuture<>();

        ParentWatch.watch(parent.pid(), ended::complete);

        assertThat(ended.get(30, TimeUnit.SECONDS)).isEqualTo(parent.pid());
    }
}
