package dev.kubeproxyfleet.fleet.kubernetes;

import static dev.kubeproxyfleet.fleet.kubernetes.Objects.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.avro.ClusterKubernetes;
import dev.kubeproxyfleet.schemas.avro.KubernetesSeen;
import dev.kubeproxyfleet.schemas.reason.KubernetesReason;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TellingTest {

    private static final String UID = "resourceUID:1";
    private static final Instant LATER = NOW.plusSeconds(60);
    private static final Trouble DOWN = new Trouble(KubernetesReason.ServerUnreachable, "ConnectException");
    private static final Trouble FORBIDDEN = new Trouble(KubernetesReason.AccessForbidden, "may not list nodes");

    private final Telling telling = new Telling("/subscriptions/s/c", null);

    private static KubernetesSeen seen(Instant at, int nodes) {
        return Summary.of(Objects.cluster(nodes), null, at);
    }

    private ClusterKubernetes tellSeen(Instant at, int nodes) {
        return telling.seen(UID, seen(at, nodes), null, false, at).orElseThrow();
    }

    @Test
    void whatIsSeenIsTold() {
        ClusterKubernetes told = tellSeen(NOW, 3);

        assertThat(told.getUid()).isEqualTo(UID);
        assertThat(told.getSeen()).isEqualTo(seen(NOW, 3));
        assertThat(told.getTrouble()).isNull();
    }

    @Test
    void theSameIsToldAgainOnlyToRefreshItsTime() {
        tellSeen(NOW, 3);

        assertThat(telling.seen(UID, seen(LATER, 3), null, false, LATER)).isEmpty();
        assertThat(telling.seen(UID, seen(LATER, 3), null, true, LATER)
                        .orElseThrow()
                        .getSeen()
                        .getAt())
                .isEqualTo(LATER.toEpochMilli());
        assertThat(telling.seen(UID, seen(LATER, 4), null, false, LATER)).isPresent();
    }

    @Test
    void troubleKeepsWhatWasSeenWithItsTime() {
        tellSeen(NOW, 3);

        ClusterKubernetes told = telling.unseen(UID, DOWN, LATER).orElseThrow();

        assertThat(told.getSeen()).isEqualTo(seen(NOW, 3));
        assertThat(told.getTrouble().getCode()).isEqualTo("ServerUnreachable");
        assertThat(told.getTrouble().getSince()).isEqualTo(LATER.toEpochMilli());
    }

    @Test
    void theSameTroubleIsToldOnceAndKeepsItsBeginning() {
        telling.unseen(UID, DOWN, NOW);

        assertThat(telling.unseen(UID, DOWN, LATER)).isEmpty();
        assertThat(telling.unseen(UID, new Trouble(DOWN.code(), "TimeoutException"), LATER)
                        .orElseThrow()
                        .getTrouble()
                        .getSince())
                .isEqualTo(NOW.toEpochMilli());
        assertThat(telling.unseen(UID, FORBIDDEN, LATER)
                        .orElseThrow()
                        .getTrouble()
                        .getSince())
                .isEqualTo(LATER.toEpochMilli());
    }

    @Test
    void whatHindersIsToldBesideWhatIsSeen() {
        ClusterKubernetes told =
                telling.seen(UID, seen(NOW, 3), FORBIDDEN, false, NOW).orElseThrow();

        assertThat(told.getSeen()).isNotNull();
        assertThat(told.getTrouble().getMessage()).isEqualTo("may not list nodes");
    }

    @Test
    void nothingOfAnotherClusterIsKept() {
        tellSeen(NOW, 3);

        ClusterKubernetes told = telling.unseen("resourceUID:2", DOWN, LATER).orElseThrow();

        assertThat(told.getUid()).isEqualTo("resourceUID:2");
        assertThat(told.getSeen()).isNull();
    }

    @Test
    void whereAzureShowsNoClusterItIsTheOneThatItWas() {
        tellSeen(NOW, 3);

        ClusterKubernetes told = telling.unseen(null, DOWN, LATER).orElseThrow();

        assertThat(told.getUid()).isEqualTo(UID);
        assertThat(told.getSeen()).isNotNull();
    }

    @Test
    void whatIsOnTheTopicIsRemembered() {
        ClusterKubernetes before = tellSeen(NOW, 3);
        Telling afterRestart = new Telling("/subscriptions/s/c", before);

        assertThat(afterRestart.unseen(UID, DOWN, LATER).orElseThrow().getSeen())
                .isEqualTo(before.getSeen());
    }
}
