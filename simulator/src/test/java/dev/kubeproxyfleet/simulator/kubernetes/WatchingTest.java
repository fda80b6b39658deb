package dev.kubeproxyfleet.simulator.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kubeproxyfleet.simulator.world.KubernetesFault;
import dev.kubeproxyfleet.simulator.world.SimulatedCluster;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Watches and informers of Fabric8's client. */
class WatchingTest {

    private static final String IPVS = "{\"enabled\":true,\"mode\":\"IPVS\"}";

    private Lab lab;
    private SimulatedCluster one;
    private KubernetesClient client;

    @BeforeEach
    void start() throws IOException {
        lab = new Lab(2);
        one = lab.one();
        client = lab.client(one);
    }

    @AfterEach
    void stop() {
        client.close();
        lab.close();
    }

    /** What a watch was told, a word for each event, and how it ended. */
    private static final class Told<T extends HasMetadata> implements Watcher<T> {

        final Queue<String> events = new ConcurrentLinkedQueue<>();
        volatile Optional<WatcherException> end = Optional.empty();

        @Override
        public void eventReceived(Action action, T object) {
            events.add(action + " " + object.getMetadata().getName());
        }

        @Override
        public void onClose(WatcherException cause) {
            end = Optional.of(cause);
        }
    }

    @Test
    void anInformerFollowsPodsAsTheyAreReplaced() throws IOException {
        try (SharedIndexInformer<Pod> pods = client.pods()
                .inNamespace("kube-system")
                .withLabel("component", "kube-proxy")
                .inform()) {
            assertThat(pods.getStore().list()).hasSize(5);

            lab.configure(one.id(), IPVS);
            lab.clock.advance(Lab.ROLLED_OUT);

            await().untilAsserted(() -> assertThat(pods.getStore().list())
                    .hasSize(5)
                    .allSatisfy(pod -> assertThat(
                                    pod.getSpec().getContainers().getFirst().getCommand())
                            .contains("--proxy-mode=ipvs")));
        }
    }

    @Test
    void everybodySeesAGenerationBeforeItIsObserved() throws IOException {
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        Watcher<DaemonSet> watcher = new Watcher<>() {
            @Override
            public void eventReceived(Action action, DaemonSet set) {
                seen.add(set.getMetadata().getGeneration() + " observed "
                        + set.getStatus().getObservedGeneration());
            }

            @Override
            public void onClose(WatcherException cause) {}
        };
        try (Watch _ = client.apps()
                .daemonSets()
                .inNamespace("kube-system")
                .withName("kube-proxy")
                .watch(watcher)) {
            await().until(() -> seen.contains("1 observed 1"));
            lab.configure(one.id(), IPVS);
            await().until(() -> seen.contains("2 observed 2"));
        }
        assertThat(seen).containsSubsequence("1 observed 1", "2 observed 1", "2 observed 2");
    }

    @Test
    void whatEntersOrLeavesASelectionIsAddedOrDeleted() {
        Told<Node> told = new Told<>();
        String before = client.nodes().list().getMetadata().getResourceVersion();
        try (Watch _ = client.nodes()
                .withLabel("kubernetes.io/arch", "arm64")
                .watch(new ListOptionsBuilder().withResourceVersion(before).build(), told)) {
            setSize("Standard_D4ps_v5");
            await().until(() -> told.events.size() == 2);
            assertThat(told.events).allSatisfy(event -> assertThat(event).startsWith("ADDED aks-apps"));

            setSize("Standard_D4ds_v5");
            await().until(() -> told.events.size() == 4);
            assertThat(told.events)
                    .filteredOn(event -> event.startsWith("DELETED"))
                    .hasSize(2);
        }
    }

    private void setSize(String size) {
        lab.azure.edit(
                one.id(),
                document -> ((ObjectNode) document.at("/properties/agentPoolProfiles/1")).put("vmSize", size));
    }

    @Test
    void aVersionThatIsTooOldIsGone() {
        Told<Node> told = new Told<>();
        try (Watch _ = client.nodes()
                .watch(new ListOptionsBuilder().withResourceVersion("1").build(), told)) {
            await().until(() -> told.end.filter(WatcherException::isHttpGone).isPresent());
        }
    }

    @Test
    void anInformerGoesOnWhereWatchesEndAllTheTimeAndVersionsAreGone() throws IOException {
        try (SharedIndexInformer<Pod> pods =
                client.pods().inNamespace("kube-system").inform()) {
            lab.azure
                    .kubernetesFaults()
                    .begin(List.of(new KubernetesFault.ClosedWatches(one.id()), new KubernetesFault.Gone(one.id())));
            lab.configure(one.id(), IPVS);
            lab.clock.advance(Lab.ROLLED_OUT);
            await().untilAsserted(() -> assertThat(pods.getStore().list())
                    .hasSize(5)
                    .allSatisfy(pod -> assertThat(
                                    pod.getSpec().getContainers().getFirst().getCommand())
                            .contains("--proxy-mode=ipvs")));
        }
    }

    @Test
    void aWatchTellsWhereTheInitialStateEndsAndEndsAfterItsTime() throws Exception {
        long begin = System.nanoTime();
        List<JsonNode> events = lab.watch(
                one,
                "/api/v1/nodes?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan"
                        + "&allowWatchBookmarks=true&timeoutSeconds=1");

        assertThat(System.nanoTime() - begin).isGreaterThan(900_000_000L);
        assertThat(events)
                .extracting(event -> event.path("type").asText())
                .containsExactly("ADDED", "ADDED", "ADDED", "ADDED", "ADDED", "BOOKMARK");
        JsonNode bookmark = events.getLast().path("object");
        assertThat(bookmark.at("/metadata/annotations")
                        .path("k8s.io/initial-events-end")
                        .asText())
                .isEqualTo("true");
        assertThat(bookmark.path("kind").asText()).isEqualTo("Node");
        assertThat(lab.watch(
                        one,
                        "/api/v1/nodes?watch=true&timeoutSeconds=0&resourceVersion="
                                + bookmark.at("/metadata/resourceVersion").asText()))
                .isEmpty();
    }

    @Test
    void aWatchBeginsAlthoughThereIsNothingToTell() throws Exception {
        try (HttpClient http = HttpClient.newBuilder()
                .sslContext(lab.kubernetes.clientContext())
                .build()) {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create(lab.kubernetes.url(one.id()) + "/api/v1/events?watch=true&timeoutSeconds=60"))
                    .header("Authorization", "Bearer sandbox")
                    .build();
            HttpResponse<InputStream> answer = http.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream())
                    .get(20, TimeUnit.SECONDS);
            assertThat(answer.statusCode()).isEqualTo(200);
            answer.body().close();
        }
    }
}
