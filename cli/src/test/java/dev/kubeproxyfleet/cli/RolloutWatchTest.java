package dev.kubeproxyfleet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kubeproxyfleet.schemas.message.RolloutClusterStatus;
import dev.kubeproxyfleet.schemas.message.RolloutStatus;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RolloutWatchTest {

    private final FakeFleet fleet = new FakeFleet();
    private final Console console = new Console().server(fleet.address()).inRealTime();

    @AfterEach
    void stop() {
        fleet.close();
    }

    private CompletableFuture<Integer> watch(String... more) {
        String[] arguments = new String[4 + more.length];
        System.arraycopy(new String[] {"get", "rollout", "prod-ipvs", "-w"}, 0, arguments, 0, 4);
        System.arraycopy(more, 0, arguments, 4, more.length);
        return CompletableFuture.supplyAsync(() -> console.run(arguments));
    }

    private void awaitOut(String text) {
        Awaitility.await("the watch prints: " + text)
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(console.out()).contains(text));
    }

    @Test
    void tellsEventsAsTheyComeAndEndsWithTheRollout() throws Exception {
        fleet.streaming().showing("prod-ipvs", Fixtures.running()).showing("prod-ipvs.2", Fixtures.running());

        CompletableFuture<Integer> code = watch();
        fleet.awaitStream();
        fleet.send(Fixtures.cluster("early", "aks-weu-02", RolloutClusterStatus.State.Converged, null, "", 0));
        awaitOut("early aks-weu-02 Converged");
        fleet.send("heartbeat", "");
        fleet.send("rollout", Fixtures.succeeded().rollout());

        assertThat(code.get()).isZero();
        assertThat(console.out()).endsWith("rollout Succeeded: Every selected cluster has converged.\n");
    }

    @Test
    void followsARollbackToItsEndAndSaysThatTheRolloutCameToNothing() throws Exception {
        fleet.streaming().showing("prod-ipvs", Fixtures.running()).showing("prod-ipvs.2", Fixtures.running());

        CompletableFuture<Integer> code = watch();
        fleet.awaitStream();
        fleet.send("rollout", Fixtures.rollout(RolloutStatus.State.RollingBack, "MaxFailuresExceeded", "Going back."));
        awaitOut("rollout RollingBack MaxFailuresExceeded: Going back.");
        fleet.send("rollout", Fixtures.rollout(RolloutStatus.State.RolledBack, null, "All clusters are back."));

        assertThat(code.get()).isEqualTo(ExitCode.OUTCOME_FAILED);
        assertThat(console.out()).endsWith("rollout RolledBack: All clusters are back.\n");
    }

    @Test
    void readsAgainAndAgainWhereThereIsNoEventStream() throws Exception {
        fleet.showing("prod-ipvs", Fixtures.running()).showing("prod-ipvs.2", Fixtures.running());

        CompletableFuture<Integer> code = watch();
        awaitOut("aks-weu-02 Updating");
        fleet.showing("prod-ipvs.2", Fixtures.succeeded());

        assertThat(code.get()).isZero();
    }

    @Test
    void survivesAStreamThatBreaksAndABodyItCannotRead() throws Exception {
        fleet.streaming().showing("prod-ipvs", Fixtures.running()).showing("prod-ipvs.2", Fixtures.running());

        CompletableFuture<Integer> code = watch();
        fleet.awaitStream();
        fleet.send("rollout", "no rollout");
        fleet.showing("prod-ipvs.2", Fixtures.succeeded());
        fleet.endStream();

        assertThat(code.get()).isZero();
    }

    @Test
    void readsAgainAtOnceWhenTheServiceSaysThatEventsWereDropped() throws Exception {
        fleet.streaming().showing("prod-ipvs", Fixtures.running()).showing("prod-ipvs.2", Fixtures.running());

        CompletableFuture<Integer> code = watch();
        fleet.awaitStream();
        fleet.showing("prod-ipvs.2", Fixtures.succeeded());
        fleet.send("reload", "");

        assertThat(code.get()).isZero();
    }

    @Test
    void toleratesAServiceThatIsAwayForAWhile() throws Exception {
        fleet.showing("prod-ipvs", Fixtures.running())
                .onText("GET /api/v1/rollouts/prod-ipvs.2", 503, "application/json", "{}");

        CompletableFuture<Integer> code = watch();
        Awaitility.await("the watch says that nobody answers")
                .untilAsserted(() -> assertThat(console.err()).contains("does not answer since"));
        fleet.showing("prod-ipvs.2", Fixtures.succeeded());

        assertThat(code.get()).isZero();
    }

    @Test
    void stopsWhenItsTimeIsUpAndLeavesTheRolloutAlone() throws Exception {
        fleet.showing("prod-ipvs", Fixtures.running()).showing("prod-ipvs.2", Fixtures.running());

        assertThat(watch("--timeout", "1s").get()).isEqualTo(ExitCode.UNFINISHED);
        assertThat(console.err()).contains("not finished after 1s; the rollout goes on");
        assertThat(fleet.requests()).allMatch(request -> request.method().equals("GET"));
    }

    @Test
    void drawsInPlaceOnATerminalAndGivesTheCursorBack() throws Exception {
        console.on(new Screen() {
            @Override
            public Look look() {
                return new Look(80, 24, false, true);
            }

            @Override
            public boolean live() {
                return true;
            }
        });
        fleet.streaming().showing("prod-ipvs", Fixtures.running()).showing("prod-ipvs.2", Fixtures.running());

        CompletableFuture<Integer> code = watch();
        fleet.awaitStream();
        fleet.send("rollout", Fixtures.succeeded().rollout());

        assertThat(code.get()).isZero();
        assertThat(console.out())
                .startsWith("\u001b[?25l")
                .contains("\u001b[15A", "█")
                .endsWith("\u001b[?25h");
    }
}
