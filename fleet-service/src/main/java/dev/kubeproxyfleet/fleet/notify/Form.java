package dev.kubeproxyfleet.fleet.notify;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.kubeproxyfleet.fleet.notify.Post.Reply;
import dev.kubeproxyfleet.schemas.json.Json;
import dev.kubeproxyfleet.schemas.limit.Limits;
import dev.kubeproxyfleet.schemas.message.Notification;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a target is told. */
sealed interface Form permits Webhook, Teams, Slack, SlackApi {

    /** Longest that a target's wish to wait is heeded. */
    Duration MAX_WISH = Duration.ofHours(1);

    /** What is told of a target's answer. */
    int MAX_SHOWN = 200;

    /** Where a target is. */
    @FunctionalInterface
    interface Address {
        /** @throws IOException if that cannot be read; its message says why, without the address */
        URI now() throws IOException;

        /** One that a file holds. */
        static Address in(SecretFile file) {
            return () -> {
                try {
                    URI url = new URI(file.line());
                    if (isUsable(url)) {
                        return url;
                    }
                } catch (URISyntaxException e) {
                    // As below; its message quotes the address.
                }
                throw new IOException("was not asked, as the file of its address holds none of http or https");
            };
        }

        static boolean isUsable(URI url) {
            return url.getHost() != null
                    && url.getUserInfo() == null
                    && ("https".equals(url.getScheme()) || "http".equals(url.getScheme()));
        }
    }

    /** Whether people read it, so that what is told of one rollout at a time is one message. */
    boolean isForPeople();

    /**
     * @param notifications all of one subject, in order; one, unless {@link #isForPeople()}
     * @param thread in which the last message of that subject is; null if that is not known
     * @throws IOException if a secret cannot be read; its message says which setting names it
     */
    Letter letter(List<Notification> notifications, @Nullable String thread, Instant now) throws IOException;

    /** What an answer means. */
    default Attempt judge(Reply reply, Instant now) {
        return byStatus(reply, now);
    }

    /** As HTTP has it. A redirect is not followed: where it leads, nobody has allowed. */
    static Attempt byStatus(Reply reply, Instant now) {
        int status = reply.status();
        if (status >= 200 && status < 300) {
            return new Attempt.Taken("answered " + status, null);
        }
        String told = "answered " + status + shown(reply.body());
        boolean mayChange = status == 408 || status == 425 || status == 429 || status >= 500;
        return mayChange ? new Attempt.NotYet(told, wish(reply.retryAfter(), now)) : new Attempt.Refused(told);
    }

    private static String shown(String body) {
        String text = body.replaceAll("\\p{Cntrl}+", " ").strip();
        return text.isEmpty() ? "" : ": " + Limits.cut(text, MAX_SHOWN);
    }

    /** Seconds, or a time. Source: RFC 9110, section 10.2.3. */
    static @Nullable Duration wish(@Nullable String retryAfter, Instant now) {
        if (retryAfter == null) {
            return null;
        }
        Duration wish;
        try {
            wish = retryAfter.strip().chars().allMatch(Character::isDigit)
                    ? Duration.ofSeconds(Long.parseLong(retryAfter.strip()))
                    : Duration.between(
                            now,
                            ZonedDateTime.parse(retryAfter.strip(), DateTimeFormatter.RFC_1123_DATE_TIME)
                                    .toInstant());
        } catch (DateTimeException | NumberFormatException | ArithmeticException e) {
            return null;
        }
        return wish.isNegative() ? Duration.ZERO : wish.compareTo(MAX_WISH) > 0 ? MAX_WISH : wish;
    }

    static String json(Object tree) {
        try {
            return Json.MAPPER.writeValueAsString(tree);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a message cannot be written", e);
        }
    }
}
