package dev.kubeproxyfleet.fleet.notify;

import dev.kubeproxyfleet.schemas.message.Notification;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Who is told what becomes of rollouts. Without a target nothing is read or sent. */
@ConfigMapping(prefix = "kpfleet.notify")
interface NotifySettings {

    /**
     * Where people reach the dashboard, such as {@code https://fleet.example}. Messages have links to its pages then.
     *
     * @since 0.2.0
     */
    Optional<URI> dashboard();

    /** Each under a name of its own. */
    Map<String, TargetSettings> targets();

    /** One target. */
    interface TargetSettings {

        /**
         * What it takes: CloudEvents, an Adaptive Card of Microsoft Teams, a message to an incoming webhook of Slack, or one by Slack's API,
         * which keeps the messages of a rollout in a thread.
         *
         * @since 0.2.0
         */
        FormName type();

        /**
         * Where it is; for `slack-api` Slack's own API unless set. An address that lets whoever knows it send belongs into a file, `url-file`.
         *
         * @since 0.2.0
         */
        Optional<URI> url();

        /**
         * File with the address, which is read for each message.
         *
         * @since 0.2.0
         */
        Optional<Path> urlFile();

        /**
         * For `webhook`: file with the secret that messages are signed with, {@code whsec_} and 24 to 64 bytes in base64. With two lines,
         * each is signed with both, so that one can be replaced.
         *
         * @since 0.2.0
         */
        Optional<Path> secretFile();

        /**
         * For `slack-api`: file with the token of the bot, which may {@code chat:write}.
         *
         * @since 0.2.0
         */
        Optional<Path> tokenFile();

        /**
         * For `slack-api`: id of the channel.
         *
         * @since 0.2.0
         */
        Optional<String> channel();

        /**
         * Names of configs that it is told of, with {@code *} for any text; all of them unless set.
         *
         * @since 0.2.0
         */
        Optional<Set<String>> configs();

        /**
         * It is told what matters at least so much: `info`, `warning` or `error`.
         *
         * @since 0.2.0
         */
        @WithDefault("info")
        Notification.Severity severity();

        /**
         * Reason codes that it is told of, such as {@code ApprovalAwaited}; all of them unless set.
         *
         * @since 0.2.0
         */
        Optional<Set<String>> codes();

        /**
         * The first line of a message to people. It may have the placeholders that docs/notifications.md lists.
         *
         * @since 0.2.0
         */
        @WithDefault("{subject} {what}")
        String headline();

        /**
         * Whether it may be at a private, local or link-local address, or be sent to by plain http.
         *
         * @since 0.2.0
         */
        @WithDefault("false")
        boolean allowPrivate();
    }
}
