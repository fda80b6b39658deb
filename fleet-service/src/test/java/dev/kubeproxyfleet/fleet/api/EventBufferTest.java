package dev.kubeproxyfleet.fleet.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kubeproxyfleet.fleet.view.Notice;
import dev.kubeproxyfleet.schemas.reason.RequestReason;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EventBufferTest {

    @Test
    void aReaderThatOwesMoreThanTheLimitIsToldToReloadAndThenGoesOn() throws InterruptedException {
        EventBuffer buffer = new EventBuffer(2, null, null);
        assertThat(buffer.offer(notice("a"))).isFalse();
        assertThat(buffer.offer(notice("b"))).isFalse();
        assertThat(buffer.offer(notice("b"))).isFalse();

        assertThat(buffer.offer(notice("c"))).isTrue();
        assertThat(buffer.offer(notice("d"))).isFalse();

        assertThat(buffer.take(Duration.ZERO)).extracting(Notice::event).containsExactly(Notice.RELOAD);
        buffer.offer(notice("e"));
        assertThat(buffer.take(Duration.ZERO)).extracting(Notice::id).containsExactly("e");
    }

    @Test
    void manyNoticesOfOneThingAreSentAsTheNewest() throws InterruptedException {
        EventBuffer buffer = new EventBuffer(2, null, null);
        Notice newest = notice("a");
        buffer.offer(notice("a"));
        buffer.offer(notice("b"));
        buffer.offer(newest);

        List<Notice> taken = buffer.take(Duration.ZERO);

        assertThat(taken).extracting(Notice::id).containsExactly("a", "b");
        assertThat(taken.getFirst()).isSameAs(newest);
    }

    @Test
    void aStreamOfOneRolloutHearsNothingElse() throws InterruptedException {
        EventBuffer buffer = new EventBuffer(2, "prod.1", null);
        buffer.offer(notice("a"));
        buffer.offer(new Notice(Notice.ROLLOUT, "dev.1", "dev.1", Optional::empty));
        buffer.offer(new Notice(Notice.ROLLOUT, "prod.1", "prod.1", Optional::empty));

        assertThat(buffer.take(Duration.ZERO)).extracting(Notice::id).containsExactly("prod.1");
    }

    @Test
    void closingEndsTheWait() throws InterruptedException {
        EventBuffer buffer = new EventBuffer(2, null, null);
        Thread closer = Thread.ofVirtual().start(buffer::close);

        assertThat(buffer.take(Duration.ofMinutes(1))).isEmpty();

        closer.join();
        assertThat(buffer.closed()).isTrue();
    }

    @Test
    void noMoreStreamsThanTheLimitAndEachLossIsCounted() {
        SimpleMeterRegistry metrics = new SimpleMeterRegistry();
        Subscribers subscribers = new Subscribers(1, 1, 1, metrics);
        assertThat(metrics.get("kpfleet.sse.subscribers").gauge().value()).isZero();
        assertThat(metrics.get("kpfleet.sse.overflows").counter().count()).isZero();

        EventBuffer first = subscribers.add(null, null);
        assertThatThrownBy(() -> subscribers.add(null, null)).hasMessageContaining("kpfleet.api.max-subscribers ");
        subscribers.tell(notice("a"));
        subscribers.tell(notice("b"));

        assertThat(metrics.get("kpfleet.sse.subscribers").gauge().value()).isEqualTo(1);
        assertThat(metrics.get("kpfleet.sse.refused").counter().count()).isEqualTo(1);
        assertThat(metrics.get("kpfleet.sse.overflows").counter().count()).isEqualTo(1);
        subscribers.remove(first);
        assertThat(subscribers.add(null, null).closed()).isFalse();
    }

    @Test
    void whoHasAsManyStreamsAsOneMayLeavesRoomForOthers() {
        Subscribers subscribers = new Subscribers(3, 2, 1, new SimpleMeterRegistry());
        EventBuffer first = subscribers.add(null, "one");
        subscribers.add("prod.1", "one");

        assertThatThrownBy(() -> subscribers.add(null, "one"))
                .isInstanceOfSatisfying(RefusedException.class, refused -> {
                    assertThat(refused.error().code()).isEqualTo(RequestReason.TooManyOwnStreams);
                    assertThat(refused.retryAfter()).isPresent();
                });
        EventBuffer ofAnother = subscribers.add(null, "another");
        subscribers.remove(ofAnother);
        subscribers.remove(first);
        assertThat(subscribers.add(null, "one").closed()).isFalse();
    }

    private static Notice notice(String key) {
        return new Notice(Notice.CLUSTER, key, null, () -> Optional.of(key));
    }
}
