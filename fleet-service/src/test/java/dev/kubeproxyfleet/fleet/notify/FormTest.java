package dev.kubeproxyfleet.fleet.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.kubeproxyfleet.fleet.notify.Post.Reply;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.message.Notification;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormTest {

    private static final Form.Address ADDRESS = () -> URI.create("https://hooks.example/secret-path");
    private static final Headline HEADLINE = new Headline("{subject} {what}");
    private static final Instant NOW = Instant.ofEpochSecond(1_614_265_330);
    private static final String KEY = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    @TempDir
    Path folder;

    @Test
    void aWebhookGetsACloudEvent() throws Exception {
        Letter letter = new Webhook(ADDRESS, null).letter(List.of(News.failed("audit-0-7")), null, NOW);
        JsonNode event = Json.MAPPER.readTree(letter.body());

        assertThat(letter.headers())
                .containsEntry("Content-Type", "application/cloudevents+json; charset=UTF-8")
                .containsEntry("webhook-id", "audit-0-7")
                .containsEntry("webhook-timestamp", "1614265330")
                .doesNotContainKey("webhook-signature");
        assertThat(event.path("specversion").asText()).isEqualTo("1.0");
        assertThat(event.path("id").asText()).isEqualTo("audit-0-7");
        assertThat(event.path("type").asText()).isEqualTo("dev.kubeproxyfleet.notification.rollout-paused.v1");
        assertThat(event.path("subject").asText()).isEqualTo("prod.3");
        assertThat(event.path("time").asText()).isEqualTo("2026-05-04T03:02:01Z");
        assertThat(Json.MAPPER.treeToValue(event.path("data"), Notification.class))
                .isEqualTo(News.failed("audit-0-7"));
    }

    /** The signature that the specification's own libraries make, over what a receiver gets. */
    @Test
    void aWebhookIsSignedWithEachSecretOfItsFile() throws Exception {
        String other = Base64.getEncoder().encodeToString(new byte[24]);
        Letter letter = new Webhook(ADDRESS, file("whsec_" + KEY + "\nwhsec_" + other + "\n"))
                .letter(List.of(News.failed("audit-0-7")), null, NOW);

        String signed = "audit-0-7.1614265330." + letter.body();
        assertThat(letter.headers())
                .containsEntry("webhook-signature", "v1," + hmac(KEY, signed) + " v1," + hmac(other, signed));
        assertThat(hmac(KEY, "msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{\"test\": 2432232314}"))
                .as("the example of Standard Webhooks")
                .isEqualTo("g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    @ParameterizedTest
    @CsvSource({"whsec_c2hvcnQ=", "whsec_!!!", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "''"})
    void aSecretThatIsNoneKeepsTheMessageHereAndIsNotTold(String secret) throws Exception {
        SecretFile file = file(secret);
        assertThatThrownBy(() -> new Webhook(ADDRESS, file).letter(List.of(News.failed("1")), null, NOW))
                .isInstanceOf(IOException.class)
                .message()
                .startsWith("was not asked, as ")
                .doesNotContain(secret.isEmpty() ? "\0" : secret);
    }

    @Test
    void teamsGetsAnAdaptiveCardWithALinkToDecide() throws Exception {
        JsonNode message = json(new Teams(ADDRESS, HEADLINE), List.of(News.started("1"), News.approvalAwaited("2")));

        assertThat(problems("teams-message", message)).isEmpty();
        JsonNode card = message.at("/attachments/0/content");
        assertThat(card.at("/body/0/inlines/0/text").asText()).isEqualTo("prod.3 waits for approval");
        assertThat(card.at("/body/0/inlines/0/color").asText()).isEqualTo("Warning");
        assertThat(card.at("/body/2/inlines/0/text").asText())
                .isEqualTo("stage rest begins once it is approved [ApprovalAwaited]");
        assertThat(card.at("/actions/0/title").asText()).isEqualTo("Look and decide");
        assertThat(card.at("/actions/0/url").asText()).isEqualTo("https://fleet.example/#/rollouts/prod.3");
    }

    @Test
    void slackGetsBlocksWithPlainTexts() throws Exception {
        JsonNode message = json(new Slack(ADDRESS, HEADLINE), List.of(News.failed("1")));

        assertThat(problems("slack-message", message)).isEmpty();
        assertThat(message.path("text").asText()).isEqualTo("prod.3 is paused");
        assertThat(message.at("/blocks/0/text/text").asText()).isEqualTo("🔴 prod.3 is paused");
        assertThat(message.at("/blocks/1/text/text").asText())
                .isEqualTo("1000 clusters failed in stage rest, which tolerates 0 [MaxFailuresExceeded]");
    }

    @Test
    void slacksApiGetsTheThreadOfTheRollout() throws Exception {
        SlackApi form = new SlackApi(SlackApi.API, file("xoxb-1\n"), "C1", HEADLINE);
        JsonNode first = json(form, List.of(News.started("1")));
        Letter next = form.letter(List.of(News.failed("2")), "1712345678.000100", NOW);
        JsonNode reply = Json.MAPPER.readTree(next.body());

        assertThat(problems("slack-message", first)).isEmpty();
        assertThat(first.has("thread_ts")).isFalse();
        assertThat(problems("slack-message", reply)).isEmpty();
        assertThat(reply.path("thread_ts").asText()).isEqualTo("1712345678.000100");
        assertThat(reply.path("reply_broadcast").asBoolean()).isTrue();
        assertThat(reply.path("channel").asText()).isEqualTo("C1");
        assertThat(next.headers()).containsEntry("Authorization", "Bearer xoxb-1");
        assertThat(next.toString()).doesNotContain("xoxb");
    }

    /** What somebody has written in a reason must not call everybody, or look like a link of ours. */
    @Test
    void othersWordsAreNoMarkup() throws Exception {
        Notification hostile = new Notification(
                "1",
                Notification.Kind.Paused,
                Notification.Severity.Warning,
                "prod",
                "prod.3",
                News.failed("1").code(),
                "<!channel> [click](https://evil.example)\r\n# & more",
                1,
                List.of(),
                "<@U1>",
                "<https://evil.example|here>",
                News.AT,
                null);
        Headline headline = new Headline("{message}");
        JsonNode slack = json(new Slack(ADDRESS, headline), List.of(hostile));
        JsonNode teams = json(new Teams(ADDRESS, headline), List.of(hostile));

        assertThat(slack.path("text").asText())
                .isEqualTo("&lt;!channel&gt; [click](https://evil.example) # &amp; more");
        assertThat(problems("slack-message", slack)).as("plain texts alone").isEmpty();
        assertThat(problems("teams-message", teams)).as("runs of text alone").isEmpty();
    }

    @Test
    void aMessageStaysWithinWhatTargetsTake() throws Exception {
        List<Notification> many = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            many.add(News.of(News.byItself("Pause", News.failed("1").code(), "€".repeat(4_000)), Integer.toString(i)));
        }
        Headline headline = new Headline("{message}");

        JsonNode slack = json(new Slack(ADDRESS, headline), many);
        Letter teams = new Teams(ADDRESS, headline).letter(many, null, NOW);

        assertThat(problems("slack-message", slack)).isEmpty();
        assertThat(slack.at("/blocks/1/text/text").asText()).isEqualTo("1980 earlier events are in the audit trail");
        assertThat(teams.body().getBytes(StandardCharsets.UTF_8).length)
                .as("Teams takes 28 KB")
                .isLessThan(28 * 1024);
    }

    @ParameterizedTest
    @CsvSource({
        "200, Taken",
        "204, Taken",
        "301, Refused",
        "400, Refused",
        "404, Refused",
        "410, Refused",
        "408, NotYet",
        "425, NotYet",
        "429, NotYet",
        "500, NotYet",
        "503, NotYet"
    })
    void anAnswerMeansWhatHttpSays(int status, String attempt) {
        Attempt judged = new Webhook(ADDRESS, null).judge(new Reply(status, null, "because\n"), NOW);

        assertThat(judged.getClass().getSimpleName()).isEqualTo(attempt);
        assertThat(judged.told()).startsWith("answered " + status);
    }

    @ParameterizedTest
    @CsvSource({
        "120, PT2M",
        "86400, PT1H",
        "'Thu, 25 Feb 2021 15:03:10 GMT', PT1M",
        "'Thu, 25 Feb 2021 15:00:10 GMT', PT0S",
        "soon,",
        "99999999999999999999,"
    })
    void aWishToWaitIsHeededForAnHour(String header, Duration wish) {
        assertThat(Form.wish(header, NOW)).isEqualTo(wish);
    }

    @ParameterizedTest
    @CsvSource({
        "'{\"ok\":true,\"ts\":\"1712345678.000100\"}', Taken",
        "'{\"ok\":false,\"error\":\"ratelimited\"}', NotYet",
        "'{\"ok\":false,\"error\":\"channel_not_found\"}', Refused",
        "'<html>', NotYet"
    })
    void slacksApiSaysInItsBodyWhetherItHasTakenAMessage(String body, String attempt) throws Exception {
        Attempt judged =
                new SlackApi(SlackApi.API, file("xoxb-1"), "C1", HEADLINE).judge(new Reply(200, null, body), NOW);

        assertThat(judged.getClass().getSimpleName()).isEqualTo(attempt);
        if (judged instanceof Attempt.Taken taken) {
            assertThat(taken.thread()).isEqualTo("1712345678.000100");
        }
    }

    @Test
    void aPlaceholderThatThereIsNotIsRefused() {
        assertThatThrownBy(() -> new Headline("{subject} {inject:foo}"))
                .hasMessage("{inject:foo} is no placeholder; there are subject, what, message, config, code, severity,"
                        + " count, actor");
    }

    private static JsonNode json(Form form, List<Notification> notifications) throws Exception {
        return Json.MAPPER.readTree(form.letter(notifications, null, NOW).body());
    }

    private static List<?> problems(String schema, JsonNode message) throws IOException {
        try (InputStream in = FormTest.class.getResourceAsStream(schema + ".schema.json")) {
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(Json.MAPPER.readTree(in))
                    .validate(message);
        }
    }

    private SecretFile file(String content) throws IOException {
        return new SecretFile(
                "kpfleet.notify.targets.ops.secret-file", Files.writeString(folder.resolve("secret"), content));
    }

    private static String hmac(String key, String content) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Base64.getDecoder().decode(key), "HmacSHA256"));
        return Base64.getEncoder().encodeToString(mac.doFinal(content.getBytes(StandardCharsets.UTF_8)));
    }
}
