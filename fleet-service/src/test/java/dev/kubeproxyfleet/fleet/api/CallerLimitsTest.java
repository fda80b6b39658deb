package dev.kubeproxyfleet.fleet.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kubeproxyfleet.schemas.access.Caller;
import dev.kubeproxyfleet.schemas.reason.RequestReason;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CallerLimitsTest {

    private final AtomicLong nanos = new AtomicLong();
    private final CallerLimits limits = new CallerLimits(60, new TimeMeter() {
        @Override
        public long currentTimeNanos() {
            return nanos.get();
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }
    });

    private static Caller caller(String subject) {
        return new Caller(true, subject, "name of " + subject, List.of(), null);
    }

    @Test
    void whatIsSpentComesBackEvenlyWithinAMinute() {
        for (int i = 0; i < 60; i++) {
            limits.change(caller("one"));
        }
        assertThatThrownBy(() -> limits.change(caller("one")))
                .isInstanceOfSatisfying(RefusedException.class, refused -> {
                    assertThat(refused.error().code()).isEqualTo(RequestReason.TooManyOwnChanges);
                    assertThat(refused.getMessage()).startsWith("name of one has sent 60 requests within a minute");
                    assertThat(refused.retryAfter()).contains(Duration.ofSeconds(1));
                });
        assertThatCode(() -> limits.change(caller("another"))).doesNotThrowAnyException();

        nanos.addAndGet(Duration.ofSeconds(1).toNanos());

        assertThatCode(() -> limits.change(caller("one"))).doesNotThrowAnyException();
        assertThatThrownBy(() -> limits.change(caller("one"))).isInstanceOf(RefusedException.class);
    }

    @Test
    void whoeverCallsWithoutALoginHasNoLimitOfItsOwn() {
        for (int i = 0; i < 1000; i++) {
            limits.change(RequestCallers.named("anybody"));
        }
        assertThat(limits.callers()).isZero();
    }

    @Test
    void notMoreCallersAreRememberedThanTheLimit() {
        for (int i = 0; i < CallerLimits.MAX_CALLERS * 2; i++) {
            limits.change(caller("caller-" + i));
        }
        assertThat(limits.callers()).isLessThanOrEqualTo(CallerLimits.MAX_CALLERS);
    }
}
