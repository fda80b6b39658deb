package dev.kubeproxyfleet.fleet.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.message.Notification;
import dev.kubeproxyfleet.schemas.message.Notification.Kind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DigestTest {

    @Test
    void aThousandClustersAreOneNotificationWithACount() {
        List<Notification> digest = Digest.of(IntStream.range(0, 1000)
                .mapToObj(cluster -> News.drifted("audit-0-" + cluster, cluster))
                .toList());

        assertThat(digest).singleElement().satisfies(one -> {
            assertThat(one.count()).isEqualTo(1000);
            assertThat(one.clusters())
                    .hasSize(Notification.MAX_CLUSTERS)
                    .first()
                    .isEqualTo("/subscriptions/s/aks-0");
            assertThat(one.message()).startsWith("aks-999");
            assertThat(one.id()).isEqualTo("audit-0-0x1000");
        });
    }

    @Test
    void whatHappensToARolloutIsToldOneByOneAndStandsBetween() {
        List<Notification> digest = Digest.of(List.of(
                News.drifted("1", 1), News.drifted("2", 2), News.started("3"), News.drifted("4", 4), News.failed("5")));

        assertThat(digest).extracting(Notification::id).containsExactly("1x2", "3", "4", "5");
    }

    @Test
    void ofAClusterOnlyItsPresentStateIsTold() {
        List<Notification> digest = Digest.of(
                List.of(News.drifted("1", 1), News.driftEnded("2", 1), News.drifted("3", 2), News.drifted("4", 1)));

        assertThat(digest)
                .singleElement()
                .satisfies(one -> assertThat(one.count()).isEqualTo(2));
    }

    @Test
    void messagesForPeopleAreOneForEachRollout() {
        Notification other = new Notification(
                "2",
                Kind.Started,
                Notification.Severity.Info,
                "dev",
                "dev.1",
                News.started("").code(),
                "",
                1,
                List.of(),
                "controller",
                null,
                News.AT,
                null);

        assertThat(Digest.bySubject(List.of(News.started("1"), other, News.failed("3"))))
                .extracting(message -> message.stream().map(Notification::id).toList())
                .containsExactly(List.of("1", "3"), List.of("2"));
    }

    /** Whatever happens in whatever order: the life of the rollout is whole and in order, and each cluster's last state is counted once. */
    @Test
    void nothingIsLostWhateverHappens() {
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            List<Notification> all = IntStream.range(0, random.nextInt(1, 60))
                    .mapToObj(i -> switch (random.nextInt(4)) {
                        case 0 -> News.started("" + i);
                        case 1 -> News.approvalAwaited("" + i);
                        case 2 -> News.drifted("" + i, random.nextInt(10));
                        default -> News.driftEnded("" + i, random.nextInt(10));
                    })
                    .toList();

            List<Notification> digest = Digest.of(all);

            assertThat(life(digest)).as("seed %d", seed).isEqualTo(life(all));
            Map<String, Kind> last = new HashMap<>();
            all.stream()
                    .filter(Digest::isOfMany)
                    .forEach(each -> last.put(each.clusters().getFirst(), each.kind()));
            for (Kind kind : List.of(Kind.Drifted, Kind.DriftEnded)) {
                int told = digest.stream()
                        .filter(each -> each.kind() == kind)
                        .mapToInt(Notification::count)
                        .sum();
                assertThat((long) told)
                        .as("seed %d %s", seed, kind)
                        .isEqualTo(last.values().stream().filter(kind::equals).count());
            }
        }
    }

    private static List<String> life(List<Notification> notifications) {
        return notifications.stream()
                .filter(each -> !Digest.isOfMany(each))
                .map(Notification::id)
                .toList();
    }
}
