package dev.kubeproxyfleet.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.agent.SnapshotTransport.Delivery;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ShipperTest {

    private final List<Byte> sent = new ArrayList<>();
    private final ArrayDeque<CompletableFuture<Delivery>> open = new ArrayDeque<>();
    private final ArrayDeque<Runnable> later = new ArrayDeque<>();
    private final List<Duration> delays = new ArrayList<>();
    private final Shipper shipper = new Shipper(
            snapshot -> {
                sent.add(snapshot[0]);
                CompletableFuture<Delivery> acknowledgement = new CompletableFuture<>();
                open.add(acknowledgement);
                return acknowledgement;
            },
            "broker:9092",
            (delay, task) -> {
                delays.add(delay);
                later.add(task);
            },
            () -> 0.5,
            3);

    @Test
    void shipsOneAtATimeAndInOrder() {
        offer(1, 2, 3);
        assertThat(sent).containsExactly((byte) 1);
        acknowledge();
        acknowledge();
        acknowledge();

        assertThat(sent).containsExactly((byte) 1, (byte) 2, (byte) 3);
        assertThat(shipper.acknowledged()).isEqualTo(3);
        assertThat(shipper.lastAcknowledged()).isTrue();
    }

    @Test
    void keepsTheNewestAndCountsTheDroppedWhileKafkaIsAway() {
        offer(1);
        fail();
        offer(2, 3, 4, 5);
        assertThat(shipper.waiting()).isEqualTo(3);
        assertThat(shipper.dropped()).isEqualTo(2);
        assertThat(shipper.lastAcknowledged()).isFalse();
        later.remove().run();
        acknowledge();
        acknowledge();
        acknowledge();

        assertThat(sent).containsExactly((byte) 1, (byte) 3, (byte) 4, (byte) 5);
        assertThat(shipper.failed()).isEqualTo(1);
        assertThat(shipper.dropped()).isEqualTo(2);
    }

    @Test
    void triesASnapshotAgainBeforeTheNextOne() {
        offer(1, 2);
        fail();
        assertThat(sent).hasSize(1);
        later.remove().run();

        assertThat(sent).containsExactly((byte) 1, (byte) 1);
    }

    @Test
    void doesNotKeepAFailedSnapshotBeyondTheLimit() {
        offer(1, 2, 3, 4);
        fail();

        assertThat(shipper.waiting()).isEqualTo(3);
        assertThat(shipper.dropped()).isEqualTo(1);
    }

    @Test
    void waitsLongerAfterEachFailureUpToALimit() {
        offer(1);
        for (int i = 0; i < 10; i++) {
            fail();
            later.remove().run();
        }

        assertThat(delays).startsWith(Duration.ofMillis(750), Duration.ofMillis(1500), Duration.ofMillis(3000));
        assertThat(delays).endsWith(Duration.ofSeconds(45));
        assertThat(Shipper.retryAfter(100, 0.999999)).isLessThanOrEqualTo(Shipper.LONGEST_RETRY);
    }

    @Test
    void aTransportThatThrowsIsAFailureLikeAnyOther() {
        Shipper broken = new Shipper(
                snapshot -> {
                    throw new IllegalStateException("no subscriber");
                },
                "broker:9092",
                (delay, task) -> later.add(task),
                () -> 0,
                3);
        broken.offer(new byte[] {1});

        assertThat(broken.failed()).isEqualTo(1);
        assertThat(broken.waiting()).isEqualTo(1);
    }

    @Test
    void dropsWhatKafkaWillNeverTakeAndGoesOn() {
        offer(1, 2);
        open.remove().complete(Delivery.REFUSED);

        assertThat(sent).containsExactly((byte) 1, (byte) 2);
        assertThat(shipper.dropped()).isEqualTo(1);
        assertThat(shipper.lastAcknowledged()).isFalse();
        acknowledge();
        assertThat(shipper.lastAcknowledged()).isTrue();
        assertThat(later).isEmpty();
    }

    private void offer(int... snapshots) {
        for (int snapshot : snapshots) {
            shipper.offer(new byte[] {(byte) snapshot});
        }
    }

    private void acknowledge() {
        open.remove().complete(Delivery.ACKNOWLEDGED);
    }

    private void fail() {
        open.remove().completeExceptionally(new IllegalStateException("no broker"));
    }
}
