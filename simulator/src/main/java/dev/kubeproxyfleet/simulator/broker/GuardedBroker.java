package dev.kubeproxyfleet.simulator.broker;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;

/**
 * An {@link EmbeddedBroker} that lets a user in by password (SCRAM-SHA-512) and do what its ACLs allow, and nothing else. Whoever
 * knows {@link #openServers} may do everything there, without a name.
 */
public final class GuardedBroker implements AutoCloseable {

    /**
     * What a user did, or was refused to do.
     *
     * @param resource its name
     */
    public record Use(String user, ResourceType type, String resource, AclOperation operation, boolean allowed) {}

    private final EmbeddedBroker broker;
    private final Guard guard;

    private GuardedBroker(EmbeddedBroker broker, Guard guard) {
        this.broker = broker;
        this.guard = guard;
    }

    /** @param users whose password is their name */
    public static GuardedBroker start(Path dataFolder, Collection<String> users) throws BrokerStartException {
        Guard guard = new Guard(List.copyOf(users), dataFolder.toAbsolutePath().toString());
        return new GuardedBroker(EmbeddedBroker.start(dataFolder, 0, guard), guard);
    }

    /** For users. */
    public String bootstrapServers() {
        return broker.bootstrapServers();
    }

    /** For what a test itself does. */
    public String openServers() {
        return EmbeddedBroker.LOOPBACK + ":" + guard.openPort;
    }

    /** What a client needs to come as a user, beside {@link #bootstrapServers}. */
    public static Map<String, String> client(String user) {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("security.protocol", "SASL_PLAINTEXT");
        properties.put("sasl.mechanism", "SCRAM-SHA-512");
        properties.put(
                "sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\" password=\"%s\";"
                        .formatted(user, user));
        return properties;
    }

    /** Each different use since the start; what an answer leaves out because a user must not see it is no refusal. */
    public Set<Use> uses() {
        return Set.copyOf(RecordingAuthorizer.uses(guard.recording));
    }

    @Override
    public void close() {
        broker.close();
        RecordingAuthorizer.forget(guard.recording);
    }

    private static final class Guard implements BrokerAccess {

        private final List<String> users;
        private final String recording;
        private volatile int openPort;

        Guard(List<String> users, String recording) {
            this.users = users;
            this.recording = recording;
        }

        @Override
        public List<String> scramUsers() {
            List<String> arguments = new ArrayList<>();
            users.forEach(user -> arguments.add("SCRAM-SHA-512=[name=%s,password=%s]".formatted(user, user)));
            return arguments;
        }

        @Override
        public Map<String, String> settings(int clientPort, int controllerPort) throws BrokerStartException {
            openPort = EmbeddedBroker.freePort();
            return Map.ofEntries(
                    Map.entry(
                            "listeners",
                            "CLIENT://%s:%d,OPEN://%1$s:%3$d,CONTROLLER://%1$s:%4$d"
                                    .formatted(EmbeddedBroker.LOOPBACK, clientPort, openPort, controllerPort)),
                    Map.entry(
                            "advertised.listeners",
                            "CLIENT://%s:%d,OPEN://%1$s:%3$d".formatted(EmbeddedBroker.LOOPBACK, clientPort, openPort)),
                    Map.entry(
                            "listener.security.protocol.map",
                            "CLIENT:SASL_PLAINTEXT,OPEN:PLAINTEXT,CONTROLLER:PLAINTEXT"),
                    Map.entry("inter.broker.listener.name", "OPEN"),
                    Map.entry("sasl.enabled.mechanisms", "SCRAM-SHA-512"),
                    Map.entry(
                            "listener.name.client.scram-sha-512.sasl.jaas.config",
                            "org.apache.kafka.common.security.scram.ScramLoginModule required;"),
                    Map.entry("authorizer.class.name", RecordingAuthorizer.class.getName()),
                    Map.entry(RecordingAuthorizer.RECORDING, recording),
                    Map.entry("super.users", "User:ANONYMOUS"));
        }
    }
}
