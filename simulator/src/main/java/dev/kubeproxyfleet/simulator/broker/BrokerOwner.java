package dev.kubeproxyfleet.simulator.broker;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The one user who may do everything in Kafka, and the name under which brokers come to each other. Brokers that have an owner let
 * everybody else in by password only (SCRAM-SHA-512), and let them do what ACLs allow.
 *
 * @param password of letters and digits
 */
public record BrokerOwner(String name, String password) {

    private static final String PLAIN = "PLAIN";
    private static final String SCRAM = "SCRAM-SHA-512";
    private static final String PLAIN_MODULE = "org.apache.kafka.common.security.plain.PlainLoginModule required";
    private static final String SCRAM_MODULE = "org.apache.kafka.common.security.scram.ScramLoginModule required";

    /** What a client needs to come as the owner, beside the brokers' addresses. */
    public Map<String, String> client() {
        return client(PLAIN, PLAIN_MODULE, name, password);
    }

    /** What a client needs to come as another user, beside the brokers' addresses. */
    public static Map<String, String> client(String user, String password) {
        return client(SCRAM, SCRAM_MODULE, user, password);
    }

    private static Map<String, String> client(String mechanism, String module, String user, String password) {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("security.protocol", "SASL_PLAINTEXT");
        properties.put("sasl.mechanism", mechanism);
        properties.put("sasl.jaas.config", "%s username=\"%s\" password=\"%s\";".formatted(module, user, password));
        return properties;
    }

    /** Settings of a broker, for whichever of its listeners it has: all ask who comes, and only clients may be others than the owner. */
    Map<String, String> guard() {
        Map<String, String> settings = new HashMap<>();
        settings.put(
                "listener.security.protocol.map",
                "CLIENT:SASL_PLAINTEXT,LINK:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT");
        // A quorum cannot ask for users that are kept in what it agrees on.
        settings.put("sasl.mechanism.inter.broker.protocol", PLAIN);
        settings.put("sasl.mechanism.controller.protocol", PLAIN);
        settings.put("sasl.enabled.mechanisms", PLAIN);
        settings.put("listener.name.client.sasl.enabled.mechanisms", SCRAM + "," + PLAIN);
        settings.put("listener.name.client.scram-sha-512.sasl.jaas.config", SCRAM_MODULE + ";");
        for (String listener : List.of("client", "link", "controller")) {
            settings.put(
                    "listener.name." + listener + ".plain.sasl.jaas.config",
                    "%s username=\"%s\" password=\"%s\" user_%2$s=\"%3$s\";".formatted(PLAIN_MODULE, name, password));
        }
        settings.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        settings.put("super.users", "User:" + name);
        return settings;
    }

    @Override
    public String toString() {
        return name;
    }
}
