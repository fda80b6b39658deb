package dev.kubeproxyfleet.fleet.notify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.AuditRecord.Verdict;
import dev.kubeproxyfleet.schemas.reason.NotificationReason;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutboxTest {

    private final World world = new World();
    private final Outbox outbox = world.outbox(world.webhook());

    @TempDir
    Path folder;

    @Test
    void sendsInOrderOneAtATime() {
        outbox.put(List.of(News.started("1"), News.approvalAwaited("2"), News.failed("3")));
        drain();

        assertThat(world.ids()).containsExactly("1", "2", "3");
        assertThat(world.counted("taken")).isEqualTo(3);
    }

    @Test
    void waitsLongerAfterEachFailureAndHoldsUpWhatFollows() {
        world.answer = () -> null;
        outbox.put(List.of(News.started("1"), News.failed("2")));
        outbox.attempt();
        outbox.attempt();
        assertThat(world.ids()).as("not again at once").containsExactly("1");

        world.pass(Duration.ofSeconds(1));
        outbox.attempt();
        world.pass(Duration.ofMillis(900));
        outbox.attempt();
        assertThat(world.ids()).as("the second pause is one to two seconds").containsExactly("1", "1");
        assertThat(world.waiting()).isEqualTo(1.9);

        world.answer = () -> World.reply(200);
        world.pass(Duration.ofSeconds(2));
        drain();
        assertThat(world.ids()).containsExactly("1", "1", "1", "2");
        assertThat(world.waiting()).isZero();
        assertThat(world.metrics.get("kpfleet.notify.failures").counter().count())
                .isEqualTo(2);
    }

    @Test
    void waitsAsLongAsTheTargetAsksFor() {
        world.answer = () -> new Post.Reply(429, "60", "");
        outbox.put(List.of(News.started("1")));
        outbox.attempt();
        world.pass(Duration.ofSeconds(59));
        outbox.attempt();
        assertThat(world.sent).hasSize(1);

        world.pass(Duration.ofSeconds(1));
        outbox.attempt();
        assertThat(world.sent).hasSize(2);
    }

    @Test
    void whatIsRefusedForGoodIsOnRecordAndHoldsUpNothing() {
        world.answer = () -> new Post.Reply(404, null, "no_service");
        outbox.put(List.of(News.failed("1")));
        outbox.attempt();
        world.answer = () -> World.reply(200);
        outbox.put(List.of(News.started("2")));
        drain();

        assertThat(world.ids()).containsExactly("1", "2");
        assertThat(world.audited).singleElement().satisfies(record -> {
            assertThat(record.action()).isEqualTo("Notify");
            assertThat(record.verdict()).isEqualTo(Verdict.Refused);
            assertThat(record.code()).isEqualTo(NotificationReason.NotificationRefused);
            assertThat(record.rollout()).isEqualTo("prod.3");
            assertThat(record.requestId()).isEqualTo("1");
            assertThat(record.message())
                    .isEqualTo("target ops was not told that prod.3 is paused: it answered 404: no_service");
        });
        assertThat(world.counted("refused")).isEqualTo(1);
    }

    @Test
    void whatWasSentInVainForADayIsGivenUpAndWhatIsOlderIsSentOnceMore() {
        world.answer = () -> World.reply(503);
        outbox.put(List.of(News.failed("1")));
        for (int hour = 0; hour < 24; hour++) {
            outbox.attempt();
            world.pass(Duration.ofHours(1));
        }
        outbox.attempt();
        assertThat(world.audited).isEmpty();

        world.pass(Duration.ofMinutes(5));
        outbox.attempt();
        assertThat(outbox.isEmpty()).isTrue();
        assertThat(world.audited)
                .singleElement()
                .satisfies(record -> assertThat(record.code()).isEqualTo(NotificationReason.NotificationExpired));
        assertThat(world.counted("expired")).isEqualTo(1);

        world.answer = () -> World.reply(200);
        outbox.put(List.of(News.started("2")));
        world.pass(Duration.ofMinutes(5));
        drain();
        assertThat(world.ids()).as("a day old, and taken").endsWith("2");
    }

    @Test
    void nothingIsGivenUpBeforeTheAuditTrailSaysSo() {
        world.answer = () -> World.reply(404);
        world.isAuditAway = true;
        outbox.put(List.of(News.failed("1")));
        outbox.attempt();
        assertThat(outbox.isEmpty()).isFalse();

        world.isAuditAway = false;
        world.pass(Duration.ofSeconds(1));
        outbox.attempt();
        assertThat(outbox.isEmpty()).isTrue();
        assertThat(world.audited).hasSize(1);
    }

    /** Whatever piles up while a chat is away is one message of the rollout. */
    @Test
    void peopleAreToldOfARolloutByOneMessageAtATimeInItsThread() throws Exception {
        SecretFile token = new SecretFile("token-file", Files.writeString(folder.resolve("token"), "xoxb-1"));
        Outbox slack = world.outbox(
                world.target(new SlackApi(URI.create("https://slack.example/"), token, "C1", new Headline("{what}"))));
        world.answer = () -> new Post.Reply(200, null, "{\"ok\":true,\"ts\":\"1.5\"}");
        slack.put(List.of(News.started("1"), News.drifted("2", 1), News.drifted("3", 2), News.failed("4")));
        slack.attempt();
        slack.put(List.of(News.approvalAwaited("5")));
        slack.attempt();

        assertThat(world.sent).hasSize(2);
        JsonNode first = Json.MAPPER.readTree(world.sent.getFirst().body());
        assertThat(world.sent.getFirst().body()).contains("\"2 clusters, the latest: aks-2: it changed [Drifted]\"");
        assertThat(first.has("thread_ts")).isFalse();
        assertThat(Json.MAPPER
                        .readTree(world.sent.getLast().body())
                        .path("thread_ts")
                        .asText())
                .isEqualTo("1.5");

        Threads others = new Threads();
        others.read(slack.threads().text());
        assertThat(others.of("prod.3")).as("by another replica").isEqualTo("1.5");
    }

    private void drain() {
        while (!outbox.isEmpty()) {
            outbox.attempt();
        }
    }
}
