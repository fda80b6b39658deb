package dev.kubeproxyfleet.fleet.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.security.Key;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class IssuerKeysTest {

    private static final String ISSUER = "https://issuer.example/1/";
    private static final Key KEY = new TestIssuer(ISSUER).key().getKey();

    private Instant now = Instant.parse("2026-11-23T12:00:00Z");
    private final Map<String, Key> published = new HashMap<>(Map.of("one", KEY));
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private @Nullable IOException failure;
    private int fetches;
    private final IssuerKeys keys = new IssuerKeys(this::fetch, waiting::add, () -> now);

    private Map<String, Key> fetch(String issuer) throws IOException {
        fetches++;
        if (failure != null) {
            throw failure;
        }
        return Map.copyOf(published);
    }

    private KeySource.Found find(String keyId) {
        return keys.find(ISSUER, keyId);
    }

    private void answer() {
        while (!waiting.isEmpty()) {
            waiting.remove().run();
        }
    }

    private void pass(Duration time) {
        now = now.plus(time);
    }

    @Test
    void whoAsksNeverWaits() {
        assertThat(find("one")).isInstanceOf(KeySource.Found.NotYet.class);
        assertThat(find("one")).isInstanceOf(KeySource.Found.NotYet.class);
        assertThat(waiting).hasSize(1);
        answer();

        assertThat(find("one")).isEqualTo(new KeySource.Found.Known(KEY));
        assertThat(fetches).isOne();
    }

    @Test
    void aNewKeyIsFetchedOnceItIsNamed() {
        find("one");
        answer();
        published.put("two", KEY);
        pass(IssuerKeys.UNKNOWN_KEY);
        assertThat(find("two")).isInstanceOf(KeySource.Found.NotYet.class);
        answer();

        assertThat(find("two")).isInstanceOf(KeySource.Found.Known.class);
    }

    @Test
    void inventedKeysMakeNobodyAskMoreOftenThanOnceAMinute() {
        find("one");
        answer();
        for (int i = 0; i < 1_000; i++) {
            assertThat(find("invented-" + i)).isInstanceOf(KeySource.Found.NotYet.class);
            answer();
            pass(Duration.ofMillis(10));
        }

        assertThat(fetches).isOne();
        assertThat(find("one")).isInstanceOf(KeySource.Found.Known.class);
    }

    @Test
    void aKeyThatTheIssuerHasNotGotIsAbsentUntilItHas() {
        find("one");
        answer();
        pass(IssuerKeys.UNKNOWN_KEY);
        find("two");
        answer();
        assertThat(find("two")).isInstanceOf(KeySource.Found.Absent.class);
        published.put("two", KEY);
        pass(IssuerKeys.UNKNOWN_KEY);
        find("two");
        answer();

        assertThat(find("two")).isInstanceOf(KeySource.Found.Known.class);
    }

    @Test
    void keysCountWhileTheirIssuerIsAwayForADay() {
        find("one");
        answer();
        failure = new IOException("away");
        pass(IssuerKeys.TRUSTED.minusSeconds(1));
        assertThat(find("one")).isInstanceOf(KeySource.Found.Known.class);
        answer();
        pass(Duration.ofSeconds(1));
        assertThat(find("one")).isInstanceOf(KeySource.Found.NotYet.class);
        failure = null;
        pass(IssuerKeys.RETRY);
        find("one");
        answer();

        assertThat(find("one")).isInstanceOf(KeySource.Found.Known.class);
    }

    @Test
    void anIssuerThatCannotBeAskedIsAskedAgainAndNobodyIsAccused() {
        failure = new IOException("away");
        for (int i = 0; i < 100; i++) {
            assertThat(find("one")).isInstanceOf(KeySource.Found.NotYet.class);
            answer();
            pass(Duration.ofSeconds(1));
        }

        assertThat(fetches).isEqualTo(10);
    }

    @Test
    void aKeyThatIsWithdrawnNoLongerCountsWithinAnHour() {
        find("one");
        answer();
        published.clear();
        published.put("two", KEY);
        pass(IssuerKeys.REFRESH);
        find("one");
        answer();

        assertThat(find("one")).isNotInstanceOf(KeySource.Found.Known.class);
    }
}
