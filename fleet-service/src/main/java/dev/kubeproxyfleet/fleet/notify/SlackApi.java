package dev.kubeproxyfleet.fleet.notify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.kubeproxyfleet.fleet.notify.Post.Reply;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.limit.Limits;
import dev.kubeproxyfleet.schemas.message.Notification;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The same blocks by Slack's API, as a bot. The messages of a rollout are a thread; what is more than information is shown in the channel too.
 *
 * <p>Source: Slack, "chat.postMessage".
 */
record SlackApi(URI api, SecretFile token, String channel, Headline headline) implements Form {

    static final URI API = URI.create("https://slack.com/api/chat.postMessage");

    /** Errors that pass. Every other one stays until somebody mends it. */
    private static final Set<String> PASSING = Set.of(
            "ratelimited",
            "rate_limited",
            "internal_error",
            "fatal_error",
            "service_unavailable",
            "request_timeout",
            "team_added_to_org");

    @Override
    public boolean isForPeople() {
        return true;
    }

    @Override
    public Letter letter(List<Notification> notifications, @Nullable String thread, Instant now) throws IOException {
        Wording wording = Wording.of(notifications, headline);
        Map<String, Object> message = Slack.message(wording);
        message.put("channel", channel);
        message.put("unfurl_links", false);
        if (thread != null) {
            message.put("thread_ts", thread);
            message.put("reply_broadcast", wording.severity() != Notification.Severity.Info);
        }
        return new Letter(
                api,
                Map.of("Content-Type", "application/json; charset=utf-8", "Authorization", "Bearer " + token.line()),
                Form.json(message));
    }

    /** Slack says in the body of its answer whether it has taken a message. */
    @Override
    public Attempt judge(Reply reply, Instant now) {
        Attempt byStatus = Form.byStatus(reply, now);
        if (!(byStatus instanceof Attempt.Taken)) {
            return byStatus;
        }
        JsonNode answer;
        try {
            answer = Json.MAPPER.readTree(reply.body());
        } catch (JsonProcessingException e) {
            return new Attempt.NotYet("answered what is no JSON", null);
        }
        if (answer.path("ok").asBoolean(false)) {
            return new Attempt.Taken(byStatus.told(), answer.path("ts").asText(null));
        }
        String error = Limits.cut(answer.path("error").asText("unknown").replaceAll("\\p{Cntrl}", " "), MAX_SHOWN);
        String told = "answered " + reply.status() + ": " + error;
        return PASSING.contains(error)
                ? new Attempt.NotYet(told, Form.wish(reply.retryAfter(), now))
                : new Attempt.Refused(told);
    }
}
