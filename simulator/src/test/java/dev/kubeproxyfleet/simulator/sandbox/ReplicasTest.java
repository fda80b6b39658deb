package dev.kubeproxyfleet.simulator.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two replicas behind their front, with {@link StandIn} in the place of the service. */
@SuppressWarnings("NullAway.Init")
class ReplicasTest {

    private static final Pattern KILL = Pattern.compile("\\(kill -9 (\\d+), log ");
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** As many as go round several times. */
    private static final int CONNECTIONS = 8;

    @TempDir
    Path temporary;

    private final HttpClient client = HttpClient.newHttpClient();
    private DataFolder folder;
    private Replicas replicas;
    private int port;

    @BeforeEach
    void start() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        folder = DataFolder.open(temporary.resolve("data"), new DataFolder.Fleet(20, 5, 1, 1));
        replicas = new Replicas(StandIn.jar(temporary.resolve("service.jar")), 2, port, folder, Map.of());
        replicas.awaitReady(PATIENCE);
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        replicas.close();
        folder.close();
    }

    @Test
    void connectionsGoToEachThatIsReady() {
        assertThat(processes()).hasSize(2);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(answering()).isEqualTo(processes()));
    }

    @Test
    void oneThatIsKilledGetsNoneAndIsStartedAgain() {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(answering()).isEqualTo(processes()));
        Set<Long> before = processes();
        long killed = before.iterator().next();

        ProcessHandle.of(killed).orElseThrow().destroyForcibly();

        await().atMost(PATIENCE)
                .until(() -> !processes().contains(killed) && answering().equals(processes()));
        assertThat(processes()).hasSize(2).containsAnyElementsOf(before);
        assertThat(replicas.givenUp()).isNotDone();
    }

    @Test
    void oneThatIsNotReadyGetsNone() throws Exception {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(answering()).isEqualTo(processes()));
        Set<Long> before = processes();

        ask(StandIn.RETIRE);

        await().atMost(PATIENCE).until(() -> answering().size() == 1);
        assertThat(processes()).as("it goes on running").isEqualTo(before);
    }

    /** As people are told. */
    private Set<Long> processes() {
        return replicas.lines().stream()
                .map(KILL::matcher)
                .filter(Matcher::find)
                .map(found -> Long.parseLong(found.group(1)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Set<Long> answering() throws InterruptedException {
        Set<Long> answering = new TreeSet<>();
        try {
            for (int i = 0; i < CONNECTIONS; i++) {
                answering.add(Long.parseLong(ask(StandIn.WHO)));
            }
        } catch (IOException e) {
            return Set.of();
        }
        return answering;
    }

    /** By a connection of its own: the answer closes it. */
    private String ask(String path) throws IOException, InterruptedException {
        return client.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
