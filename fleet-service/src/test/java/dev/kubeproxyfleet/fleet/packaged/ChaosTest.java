package dev.kubeproxyfleet.fleet.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.fleet.chaos.Chaos;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code ./kpfleet chaos} does, for as long as a build can wait. */
class ChaosTest {

    private static final long SEED = 3;
    private static final Duration LENGTH = Duration.ofMinutes(2);
    private static final int REPLICAS = 2;

    @TempDir
    Path folder;

    @Test
    void whateverIsKilledFrozenOrCutOffNoPromiseIsBroken() throws Exception {
        assertThat(Chaos.run(SEED, LENGTH, REPLICAS, WholeSystem.packaged(), folder, System.out))
                .isEmpty();
    }
}
