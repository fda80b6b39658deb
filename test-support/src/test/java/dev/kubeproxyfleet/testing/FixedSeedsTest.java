package dev.kubeproxyfleet.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.testkit.engine.EngineTestKit;

class FixedSeedsTest {

    private static final List<Long> DRAWN = new ArrayList<>();

    @TempDir
    Path folder;

    @Test
    void aPropertyDrawsTheSameInEveryBuild() {
        assertThat(drawn("any")).hasSize(100).isEqualTo(drawn("any"));
    }

    @Test
    void anotherPropertyDrawsOtherValues() {
        assertThat(drawn("any")).isNotEqualTo(drawn("another"));
    }

    @Test
    void aPropertyKeepsTheSeedThatItNames() {
        System.setProperty(FixedSeeds.SEED, "42");
        try {
            List<Long> withThatSeed = drawn("any");
            assertThat(drawn("named")).isEqualTo(withThatSeed);
        } finally {
            System.clearProperty(FixedSeeds.SEED);
        }
        assertThat(drawn("named")).isNotEqualTo(drawn("any"));
    }

    @Test
    void exploringDrawsOtherValuesEachTime() {
        System.setProperty(FixedSeeds.SEED, FixedSeeds.FRESH);
        try {
            assertThat(drawn("any")).isNotEqualTo(drawn("any"));
        } finally {
            System.clearProperty(FixedSeeds.SEED);
        }
    }

    @Test
    void aFailureIsRecordedWithTheSeedThatReplaysIt() throws IOException {
        Path failures = folder.resolve("failures");
        System.setProperty(FixedSeeds.FAILURES, failures.toString());
        System.setProperty(FixedSeeds.SEED, FixedSeeds.FRESH);
        String line;
        try {
            drawn("failing");
            line = Files.readString(failures).strip();
            assertThat(line).matches(".*Sampled#failing=-?\\d+");
            System.setProperty(FixedSeeds.SEED, line.substring(line.indexOf('=') + 1));
            List<Long> replayed = drawn("failing");
            assertThat(replayed).isEqualTo(drawn("failing"));
        } finally {
            System.clearProperty(FixedSeeds.FAILURES);
            System.clearProperty(FixedSeeds.SEED);
        }
        assertThat(Files.readString(failures).lines()).hasSize(3).containsOnly(line);
    }

    private static List<Long> drawn(String property) {
        DRAWN.clear();
        EngineTestKit.engine("jqwik")
                .configurationParameter("jqwik.database", "")
                .configurationParameter("jqwik.reporting.onlyfailures", "true")
                .selectors(DiscoverySelectors.selectMethod(Sampled.class, property, "long"))
                .execute();
        return List.copyOf(DRAWN);
    }

    /** Not found by Surefire, which goes by the names of top-level classes. */
    static final class Sampled {

        @Property(tries = 100)
        void any(@ForAll long value) {
            DRAWN.add(value);
        }

        @Property(tries = 100)
        void another(@ForAll long value) {
            DRAWN.add(value);
        }

        @Property(tries = 100, seed = "42")
        void named(@ForAll long value) {
            DRAWN.add(value);
        }

        @Property(tries = 100)
        void failing(@ForAll long value) {
            DRAWN.add(value);
            assertThat(value).isLessThan(1_000);
        }
    }
}
