package dev.kubeproxyfleet.fleet.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.fleet.kubernetes.KubernetesLab.Told;
import dev.kubeproxyfleet.schemas.avro.KubeProxyPods;
import dev.kubeproxyfleet.schemas.avro.KubernetesSeen;
import dev.kubeproxyfleet.schemas.reason.KubernetesReason;
import dev.kubeproxyfleet.simulator.world.KubernetesFault;
import dev.kubeproxyfleet.simulator.world.NodeFault;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Watches against the simulated Azure and the simulated Kubernetes API. */
class ClusterWatchTest {

    private static final String IPVS =
            "{\"enabled\":true,\"mode\":\"IPVS\",\"ipvsConfig\":{\"scheduler\":\"LeastConnection\"}}";

    private KubernetesLab lab;
    private String cluster;

    @BeforeEach
    void start() throws IOException {
        lab = new KubernetesLab(3);
        cluster = lab.cluster(0);
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    private static boolean isRolledOut(Told.One told, String mode) {
        return told.seen() != null
                && told.sight().getDaemonSet() != null
                && mode.equals(told.sight().getDaemonSet().getFlags().getMode())
                && told.sight().getPods().size() == 1
                && told.sight().getPods().getFirst().getNewest();
    }

    @Test
    void showsKubeProxyOfAllNodes() throws Exception {
        Told.One told = lab.watch(cluster).next();

        assertThat(told.trouble()).isNull();
        KubernetesSeen seen = told.sight();
        assertThat(seen.getAt()).isEqualTo(lab.now().toEpochMilli());
        assertThat(seen.getLinuxNodes()).isEqualTo(KubernetesLab.NODES);
        assertThat(seen.getDaemonSet().getObservedGeneration())
                .isEqualTo(seen.getDaemonSet().getGeneration());
        assertThat(seen.getPods()).singleElement().satisfies(pods -> {
            assertThat(pods.getCount()).isEqualTo(KubernetesLab.NODES);
            assertThat(pods.getNewest()).isTrue();
            assertThat(pods.getReady()).isTrue();
            assertThat(pods.getFlags().getKnown()).isTrue();
        });
        assertThat(seen.getNodes())
                .hasSize(KubernetesLab.NODES)
                .allSatisfy(node -> assertThat(node.getPod()).isNotNull());
    }

    @Test
    void followsARollout() throws Exception {
        Told told = lab.watch(cluster);
        told.next();

        lab.configure(cluster, IPVS);
        lab.pass(Duration.ofMinutes(3));

        KubernetesSeen seen = told.until(one -> isRolledOut(one, "ipvs")).sight();
        assertThat(seen.getPods().getFirst().getFlags().getMode()).isEqualTo("ipvs");
        assertThat(seen.getPods().getFirst().getFlags().getScheduler()).isEqualTo("lc");
    }

    @Test
    void showsThatNoControllerBegins() throws Exception {
        Told told = lab.watch(cluster);
        told.next();
        lab.begin(new KubernetesFault.NotRolledOut(cluster));

        lab.configure(cluster, IPVS);
        lab.pass(Duration.ofMinutes(3));

        KubernetesSeen seen = told.until(one -> one.seen() != null
                        && "ipvs".equals(one.sight().getDaemonSet().getFlags().getMode()))
                .sight();
        assertThat(seen.getDaemonSet().getObservedGeneration())
                .isLessThan(seen.getDaemonSet().getGeneration());
    }

    @Test
    void showsThatPodsAreNotReplaced() throws Exception {
        Told told = lab.watch(cluster);
        told.next();
        lab.begin(new KubernetesFault.StuckPods(cluster, null));

        lab.configure(cluster, IPVS);
        lab.pass(Duration.ofMinutes(3));

        assertThat(told.until(one -> one.seen() != null
                                && one.sight().getPods().stream().noneMatch(KubeProxyPods::getNewest))
                        .sight()
                        .getPods())
                .hasSize(1);
    }

    /** Each pod runs for half of a period, and waits for the other half; each at another time. */
    @Test
    void restartsAreNewWhetherAContainerRunsOrWaits() throws Exception {
        Duration period = Duration.ofSeconds(20);
        Told told = lab.watch(cluster);
        told.next();
        lab.configure(cluster, IPVS);
        lab.pass(Duration.ofMinutes(3));
        told.until(one -> isRolledOut(one, "ipvs"));
        Instant begin = lab.now();
        lab.azure.nodeFaults().begin(List.of(new NodeFault.CrashLoop(cluster, null, period)));
        lab.pass(period.multipliedBy(3));

        Set<Boolean> waits = new HashSet<>();
        for (int i = 0; i < 4; i++) {
            lab.pass(period.dividedBy(4));
            long now = lab.now().toEpochMilli();
            KubernetesSeen seen = told.until(one -> one.seen() != null
                            && one.sight().getAt() == now
                            && one.sight().getRestartedAt().size() == KubernetesLab.NODES)
                    .sight();
            assertThat(seen.getRestartedAt())
                    .allSatisfy(
                            restart -> assertThat(Instant.ofEpochMilli(restart)).isAfter(begin));
            seen.getNodes().forEach(node -> waits.add(node.getPod().getWaiting() != null));
        }
        assertThat(waits).containsExactlyInAnyOrder(true, false);
    }

    @Test
    void watchesThatEndAtOnceHideNothing() throws Exception {
        lab.begin(new KubernetesFault.ClosedWatches(cluster));
        Told told = lab.watch(cluster);

        lab.configure(cluster, IPVS);
        lab.pass(Duration.ofMinutes(3));

        told.until(one -> isRolledOut(one, "ipvs"));
    }

    @Test
    void watchesWhoseVersionIsGoneAreBegunAnew() throws Exception {
        lab.begin(new KubernetesFault.Gone(cluster));
        Told told = lab.watch(cluster);

        lab.configure(cluster, IPVS);
        lab.pass(Duration.ofMinutes(3));

        told.until(one -> isRolledOut(one, "ipvs") || one.trouble() != null);
    }

    private static void assertFails(Told told, KubernetesReason code, String words) throws InterruptedException {
        Told.One failed = told.until(one -> one.seen() == null);

        assertThat(failed.reason().code()).as(failed.toString()).isEqualTo(code);
        assertThat(failed.reason().message()).contains(words);
    }

    @Test
    void aServerThatEndsConnectionsIsUnreachable() throws Exception {
        lab.begin(new KubernetesFault.Unreachable(cluster));

        assertFails(lab.watch(cluster), KubernetesReason.ServerUnreachable, "");
    }

    @Test
    void aSlowServerIsUnreachable() throws Exception {
        lab.begin(new KubernetesFault.Slow(cluster, Duration.ofSeconds(9)));

        assertFails(lab.watch(cluster), KubernetesReason.ServerUnreachable, "");
    }

    @Test
    void garbageIsUnreadable() throws Exception {
        lab.begin(new KubernetesFault.Garbage(cluster));

        assertFails(lab.watch(cluster), KubernetesReason.AnswerUnreadable, "no object of Kubernetes");
    }

    @Test
    void aRedirectIsNotFollowed() throws Exception {
        lab.begin(new KubernetesFault.Redirect(cluster, lab.kubernetes.url(lab.cluster(1))));

        assertFails(lab.watch(cluster), KubernetesReason.AnswerUnreadable, "not followed");
    }

    @Test
    void aServerThatFailsIsUnreachable() throws Exception {
        lab.begin(new KubernetesFault.ServerError(cluster, 500));

        assertFails(lab.watch(cluster), KubernetesReason.ServerUnreachable, "500");
    }

    @Test
    void aTokenThatIsRefusedTwiceIsRefused() throws Exception {
        lab.begin(new KubernetesFault.TokenRefused(cluster));

        assertFails(lab.watch(cluster), KubernetesReason.TokenRefused, "401");
    }

    @Test
    void aCertificateOfAnotherNameIsNotTrusted() throws Exception {
        lab.begin(new KubernetesFault.OtherName(cluster));

        assertFails(lab.watch(cluster), KubernetesReason.CertificateUntrusted, "localhost");
    }

    @Test
    void anExpiredCertificateIsNotTrusted() throws Exception {
        lab.begin(new KubernetesFault.ExpiredCertificate(cluster));

        assertFails(lab.watch(cluster), KubernetesReason.CertificateUntrusted, "CertificateExpiredException");
    }

    @Test
    void withoutTheRightToTheDaemonSetNothingIsSeen() throws Exception {
        lab.begin(new KubernetesFault.Forbidden(cluster, "get apps/daemonsets kube-system"));

        assertFails(lab.watch(cluster), KubernetesReason.AccessForbidden, "get daemonsets.apps in kube-system");
    }

    @Test
    void withoutTheRightToNodesTheRestIsSeen() throws Exception {
        lab.begin(new KubernetesFault.Forbidden(cluster, "list /nodes"));

        Told.One told = lab.watch(cluster).next();

        assertThat(told.reason().code()).isEqualTo(KubernetesReason.AccessForbidden);
        assertThat(told.reason().message()).contains("list and watch nodes");
        assertThat(told.sight().getPods())
                .singleElement()
                .extracting(KubeProxyPods::getCount)
                .isEqualTo(KubernetesLab.NODES);
        assertThat(told.sight().getLinuxNodes()).isEqualTo(KubernetesLab.NODES);
    }

    @Test
    void withoutTheRightToPodsFlagsAreSeen() throws Exception {
        lab.begin(new KubernetesFault.Forbidden(cluster, "list /pods"));

        Told.One told = lab.watch(cluster).next();

        assertThat(told.reason().message()).contains("list and watch pods in kube-system");
        assertThat(told.sight().getDaemonSet()).isNotNull();
        assertThat(told.sight().getPods()).isEmpty();
    }

    @Test
    void withoutTheRightToRevisionsTheNewestIsDerived() throws Exception {
        lab.begin(new KubernetesFault.Forbidden(cluster, "list apps/controllerrevisions"));

        Told.One told = lab.watch(cluster).next();

        assertThat(told.reason().message()).contains("list controllerrevisions.apps");
        assertThat(told.sight().getPods()).allMatch(KubeProxyPods::getNewest);
    }

    @Test
    void aClusterWithTooManyNodesIsNotWatched() throws Exception {
        assertFails(lab.watch(cluster, KubernetesLab.NODES - 1), KubernetesReason.TooManyObjects, "more than 4 nodes");
        assertThat(lab.watch(cluster, KubernetesLab.NODES).next().sight().getLinuxNodes())
                .isEqualTo(KubernetesLab.NODES);
    }

    @Test
    void noCredentialIsAskedForWithoutEntra() throws Exception {
        lab.azure.edit(cluster, document -> ((ObjectNode) document.at("/properties")).remove("aadProfile"));

        assertFails(lab.watch(cluster), KubernetesReason.LocalAccountsOnly, "aadProfile");
        assertThat(lab.azure.journal().entries())
                .as("calls to ARM")
                .noneMatch(entry -> entry.toString().contains("listClusterUserCredential"));
    }

    @Test
    void aStoppedClusterIsNotAsked() throws Exception {
        lab.azure.edit(
                cluster, document -> ((ObjectNode) document.at("/properties/powerState")).put("code", "Stopped"));

        assertFails(lab.watch(cluster), KubernetesReason.ClusterNotRunning, "Stopped");
    }

    @Test
    void aClusterThatIsGoneIsNotAsked() throws Exception {
        lab.azure.remove(cluster);

        assertFails(lab.watch(cluster), KubernetesReason.ClusterNotRunning, "ResourceNotFound");
    }
}
