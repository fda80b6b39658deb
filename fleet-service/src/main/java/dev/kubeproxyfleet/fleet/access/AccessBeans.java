package dev.kubeproxyfleet.fleet.access;

import dev.kubeproxyfleet.schemas.access.Grant;
import dev.kubeproxyfleet.schemas.topic.Topic;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Puts the rules of access together, and refuses settings that contradict each other. */
@ApplicationScoped
class AccessBeans {

    /** Of what sessions are encrypted with, and records are vouched for. */
    private static final int MIN_SECRET_LENGTH = 32;

    @Produces
    @Singleton
    Claims claims(AccessSettings settings) {
        if (settings.login()) {
            issuer(needed("issuer", settings.issuer()));
            needed("client-id", settings.clientId());
            secret(settings);
        }
        return new Claims(settings.nameClaim(), settings.roleClaim(), grants(settings.grants()));
    }

    @Produces
    @Singleton
    Vouchers vouchers(AccessSettings settings) {
        return settings.login() ? Vouchers.by(secret(settings)) : Vouchers.NONE;
    }

    @Produces
    @Singleton
    KafkaWriters kafkaWriters(AccessSettings settings, KafkaGrantsSettings given) {
        return new KafkaWriters(
                settings.login(),
                Map.of(
                        Topic.DESIRED, grants("desired", given.desired()),
                        Topic.COMMANDS, grants("commands", given.commands()),
                        Topic.NEW_CLUSTERS, grants("new-clusters", given.newClusters())),
                settings.separationOfDuties());
    }

    private static List<Grant> grants(String topic, Optional<List<String>> texts) {
        return parsed("kpfleet.access.kafka-grants." + topic, texts.orElseGet(List::of));
    }

    private static String needed(String name, Optional<String> value) {
        return value.orElseThrow(() -> new IllegalArgumentException(
                "kpfleet.access.login is true, and kpfleet.access." + name + " is not set; set it"));
    }

    private static String secret(AccessSettings settings) {
        String secret = needed("session-secret", settings.sessionSecret());
        if (secret.length() < MIN_SECRET_LENGTH) {
            throw new IllegalArgumentException("kpfleet.access.session-secret has " + secret.length()
                    + " characters; give it " + MIN_SECRET_LENGTH + " or more");
        }
        return secret;
    }

    /** Whoever could change what comes from the issuer would be whoever they like. */
    private static void issuer(String text) {
        URI issuer = URI.create(text);
        boolean local = List.of("localhost", "127.0.0.1", "[::1]").contains(String.valueOf(issuer.getHost()));
        if (!"https".equals(issuer.getScheme()) && !local) {
            throw new IllegalArgumentException("kpfleet.access.issuer is " + text
                    + "; it has to begin with https://, but for one on this machine");
        }
    }

    private static Map<String, List<Grant>> grants(Map<String, List<String>> settings) {
        Map<String, List<Grant>> grants = new HashMap<>();
        settings.forEach((value, texts) -> grants.put(value, parsed("kpfleet.access.grants.\"" + value + "\"", texts)));
        return grants;
    }

    private static List<Grant> parsed(String setting, List<String> texts) {
        try {
            return texts.stream().map(Grant::parse).toList();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(setting + ": " + e.getMessage(), e);
        }
    }
}
