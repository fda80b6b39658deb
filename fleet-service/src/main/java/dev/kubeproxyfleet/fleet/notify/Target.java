package dev.kubeproxyfleet.fleet.notify;

import dev.kubeproxyfleet.schemas.config.Glob;
import dev.kubeproxyfleet.schemas.limit.Limits;
import dev.kubeproxyfleet.schemas.message.Notification;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Who is told.
 *
 * @param configs names with {@code *}; empty for all
 * @param codes empty for all
 */
record Target(
        String name,
        FormName type,
        Form form,
        boolean allowPrivate,
        Set<String> configs,
        Notification.Severity severity,
        Set<String> codes) {

    Target {
        configs = Set.copyOf(configs);
        codes = Set.copyOf(codes);
    }

    /**
     * In the order of their names.
     *
     * @throws IllegalArgumentException if a target cannot be told anything; its message names the setting
     */
    static List<Target> of(Map<String, NotifySettings.TargetSettings> settings) {
        List<Target> targets = new ArrayList<>();
        new TreeMap<>(settings).forEach((name, given) -> targets.add(of(name, given)));
        return targets;
    }

    private static Target of(String name, NotifySettings.TargetSettings given) {
        String prefix = "kpfleet.notify.targets." + name;
        if (!Limits.isName(name)) {
            throw new IllegalArgumentException(prefix + ": names of targets have lower-case letters, digits and '-'");
        }
        return new Target(
                name,
                given.type(),
                form(prefix, given),
                given.allowPrivate(),
                given.configs().orElse(Set.of()),
                given.severity(),
                given.codes().orElse(Set.of()));
    }

    private static Form form(String prefix, NotifySettings.TargetSettings given) {
        Headline headline;
        try {
            headline = new Headline(given.headline());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(prefix + ".headline: " + e.getMessage(), e);
        }
        String only = given.type().text();
        if (given.type() != FormName.WEBHOOK && given.secretFile().isPresent()) {
            throw new IllegalArgumentException(prefix + ".secret-file: only a webhook has one, not " + only);
        }
        if (given.type() != FormName.SLACK_API
                && (given.tokenFile().isPresent() || given.channel().isPresent())) {
            throw new IllegalArgumentException(prefix + ": only slack-api has a token-file and a channel, not " + only);
        }
        return switch (given.type()) {
            case WEBHOOK ->
                new Webhook(
                        address(prefix, given),
                        given.secretFile()
                                .map(file -> new SecretFile(prefix + ".secret-file", file))
                                .orElse(null));
            case TEAMS -> new Teams(address(prefix, given), headline);
            case SLACK -> new Slack(address(prefix, given), headline);
            case SLACK_API -> {
                Path token = given.tokenFile().orElseThrow(() -> missing(prefix + ".token-file"));
                if (given.urlFile().isPresent()) {
                    throw new IllegalArgumentException(prefix + ".url-file: Slack's API is at an address of its own");
                }
                yield new SlackApi(
                        given.url().orElse(SlackApi.API),
                        new SecretFile(prefix + ".token-file", token),
                        given.channel().orElseThrow(() -> missing(prefix + ".channel")),
                        headline);
            }
        };
    }

    private static Form.Address address(String prefix, NotifySettings.TargetSettings given) {
        Optional<URI> url = given.url();
        if (url.isPresent() == given.urlFile().isPresent()) {
            throw new IllegalArgumentException(prefix + ": give either url or url-file");
        }
        if (url.isEmpty()) {
            return Form.Address.in(
                    new SecretFile(prefix + ".url-file", given.urlFile().orElseThrow()));
        }
        if (!Form.Address.isUsable(url.get())) {
            throw new IllegalArgumentException(prefix + ".url: it begins with https://, or http://, and has a host");
        }
        return url::get;
    }

    private static IllegalArgumentException missing(String setting) {
        return new IllegalArgumentException(setting + " is missing");
    }

    /** Whether it is to be told. */
    boolean takes(Notification notification) {
        return notification.severity().compareTo(severity) >= 0
                && (codes.isEmpty() || codes.contains(notification.code().code()))
                && (configs.isEmpty()
                        || configs.stream().anyMatch(pattern -> new Glob(pattern).matches(notification.config())));
    }
}
