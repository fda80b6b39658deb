package dev.kubeproxyfleet.fleet.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kubeproxyfleet.schemas.message.Notification;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetTest {

    @Test
    void withoutSettingsNobodyIsTold() {
        assertThat(targets(Map.of())).isEmpty();
    }

    @Test
    void eachFormIsConfigured() {
        List<Target> targets = targets(Map.of(
                "hook.type", "webhook",
                "hook.url", "https://hooks.example/x",
                "hook.secret-file", "/secrets/hook",
                "room.type", "teams",
                "room.url-file", "/secrets/room",
                "slack.type", "slack",
                "slack.url-file", "/secrets/slack",
                "bot.type", "slack-api",
                "bot.token-file", "/secrets/bot",
                "bot.channel", "C1"));

        assertThat(targets).extracting(Target::name).containsExactly("bot", "hook", "room", "slack");
        assertThat(targets)
                .extracting(target -> target.form().getClass().getSimpleName())
                .containsExactly("SlackApi", "Webhook", "Teams", "Slack");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "type=webhook | kpfleet.notify.targets.ops: give either url or url-file",
                "type=webhook,url=https://a.example,url-file=/x | kpfleet.notify.targets.ops: give either url or url-file",
                "type=webhook,url=ftp://a.example | kpfleet.notify.targets.ops.url: it begins with https://, or http://, and has a host",
                "type=teams,url=https://a.example,secret-file=/x | kpfleet.notify.targets.ops.secret-file: only a webhook has one, not teams",
                "type=slack,url=https://a.example,channel=C1 | kpfleet.notify.targets.ops: only slack-api has a token-file and a channel, not slack",
                "type=slack-api,channel=C1 | kpfleet.notify.targets.ops.token-file is missing",
                "type=slack-api,token-file=/x | kpfleet.notify.targets.ops.channel is missing",
                "type=slack-api,token-file=/x,channel=C1,url-file=/x | kpfleet.notify.targets.ops.url-file: Slack's API is at an address of its own",
                "type=slack,url=https://a.example,headline={foo} | kpfleet.notify.targets.ops.headline: {foo} is no placeholder; there are subject, what, message, config, code, severity, count, actor"
            })
    void whatCannotWorkIsToldWithItsSetting(String given, String message) {
        assertThatThrownBy(() -> targets(ops(given))).hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "                                    | true",
                "severity=warning                    | true",
                "severity=error                      | false",
                "configs=pr*,dev                     | true",
                "configs=dev                         | false",
                "codes=ApprovalAwaited               | true",
                "codes=Succeeded,Started             | false"
            })
    void aTargetIsToldWhatItWants(String filter, boolean takes) {
        String given = "type=webhook;url=https://a.example" + (filter == null ? "" : ";" + filter);
        Map<String, String> settings = new HashMap<>();
        for (String setting : given.split(";", -1)) {
            settings.put("ops." + setting.split("=", 2)[0], setting.split("=", 2)[1]);
        }
        Notification notification = News.approvalAwaited("1");

        assertThat(targets(settings).getFirst().takes(notification)).isEqualTo(takes);
    }

    private static Map<String, String> ops(String given) {
        Map<String, String> settings = new HashMap<>();
        for (String setting : given.split(",", -1)) {
            settings.put("ops." + setting.split("=", 2)[0], setting.split("=", 2)[1]);
        }
        return settings;
    }

    private static List<Target> targets(Map<String, String> settings) {
        Map<String, String> properties = new HashMap<>();
        settings.forEach((name, value) -> properties.put("kpfleet.notify.targets." + name, value));
        SmallRyeConfig config = new SmallRyeConfigBuilder()
                .withMapping(NotifySettings.class)
                .withSources(new PropertiesConfigSource(properties, "test", 100))
                .build();
        return Target.of(config.getConfigMapping(NotifySettings.class).targets());
    }
}
