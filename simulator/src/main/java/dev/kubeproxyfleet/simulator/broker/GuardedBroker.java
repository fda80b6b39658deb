package dev.kubeproxyfleet.simulator.broker;

import dev.kubeproxyfleet.simulator.arm.LocalAuthority;
import dev.kubeproxyfleet.simulator.arm.LocalAuthority.Certified;
import dev.kubeproxyfleet.simulator.world.MachineClock;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.resource.ResourceType;

/**
 * An {@link EmbeddedBroker} that lets a user in by password (SCRAM-SHA-512) and do what its ACLs allow, and nothing else. Whoever
 * knows {@link #openServers} may do everything there, without a name. Passwords and keys are other ones at each start.
 */
public final class GuardedBroker implements AutoCloseable {

    private static final Duration VALIDITY = Duration.ofDays(1);
    private static final int PASSWORD_BYTES = 18;
    private static final String TLS_CHAIN = "listener.name.tls.ssl.keystore.certificate.chain";
    private static final String TLS_KEY = "listener.name.tls.ssl.keystore.key";

    /**
     * What a user did, or was refused to do.
     *
     * @param resource its name
     */
    public record Use(String user, ResourceType type, String resource, AclOperation operation, boolean allowed) {}

    private final EmbeddedBroker broker;
    private final Guard guard;
    private final LocalAuthority authority;

    private GuardedBroker(EmbeddedBroker broker, Guard guard, LocalAuthority authority) {
        this.broker = broker;
        this.guard = guard;
        this.authority = authority;
    }

    public static GuardedBroker start(Path dataFolder, Collection<String> users)
            throws BrokerStartException, GeneralSecurityException, IOException {
        SecureRandom random = new SecureRandom();
        Map<String, String> passwords = new LinkedHashMap<>();
        users.forEach(user -> {
            byte[] bytes = new byte[PASSWORD_BYTES];
            random.nextBytes(bytes);
            passwords.put(user, HexFormat.of().formatHex(bytes));
        });
        Instant now = MachineClock.get().instant();
        LocalAuthority authority = new LocalAuthority("Kubeproxy Fleet guarded broker", now);
        Guard guard = new Guard(
                passwords,
                authority.server(now.plus(VALIDITY)),
                dataFolder.toAbsolutePath().toString());
        return new GuardedBroker(EmbeddedBroker.start(dataFolder, 0, guard), guard, authority);
    }

    /** For users, without encryption. */
    public String bootstrapServers() {
        return broker.bootstrapServers();
    }

    /** For users, by TLS. */
    public String tlsServers() {
        return EmbeddedBroker.LOOPBACK + ":" + guard.tlsPort;
    }

    /** For what a test itself does. */
    public String openServers() {
        return EmbeddedBroker.LOOPBACK + ":" + guard.openPort;
    }

    /** What a client needs to come as a user, beside {@link #bootstrapServers}. */
    public Map<String, String> client(String user) {
        return BrokerOwner.client(user, password(user));
    }

    /** What a client needs to come as a user by TLS, with the address. */
    public Map<String, String> tlsClient(String user) throws IOException {
        Map<String, String> properties = client(user);
        properties.put("bootstrap.servers", tlsServers());
        properties.put("security.protocol", "SASL_SSL");
        properties.put("ssl.truststore.type", "PEM");
        properties.put("ssl.truststore.certificates", authority.pem());
        return properties;
    }

    public String password(String user) {
        String password = guard.passwords.get(user);
        if (password == null) {
            throw new IllegalArgumentException("the broker has no user " + user);
        }
        return password;
    }

    /** Keys of the certificates that {@link #tlsServers} has presented, in PEM. */
    public List<String> privateKeys() {
        return List.copyOf(guard.privateKeys);
    }

    /**
     * Another certificate for {@link #tlsServers}, with another key of the same authority. The broker presents it to whoever connects a
     * moment later; connections stay.
     *
     * @param until which it is valid; may have passed
     */
    public void replaceCertificate(Instant until)
            throws GeneralSecurityException, IOException, InterruptedException, ExecutionException {
        Certified next = authority.server(until);
        guard.privateKeys.add(next.keyPem());
        ConfigResource self = new ConfigResource(ConfigResource.Type.BROKER, Integer.toString(EmbeddedBroker.NODE_ID));
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", openServers()))) {
            admin.incrementalAlterConfigs(
                            Map.of(self, List.of(set(TLS_CHAIN, next.certificatePem()), set(TLS_KEY, next.keyPem()))))
                    .all()
                    .get();
        }
    }

    private static AlterConfigOp set(String name, String value) {
        return new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
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

        private final Map<String, String> passwords;
        private final Certified first;
        private final String recording;
        private final List<String> privateKeys = new CopyOnWriteArrayList<>();
        private volatile int openPort;
        private volatile int tlsPort;

        Guard(Map<String, String> passwords, Certified first, String recording) {
            this.passwords = passwords;
            this.first = first;
            this.recording = recording;
            privateKeys.add(first.keyPem());
        }

        @Override
        public List<String> scramUsers() {
            List<String> arguments = new ArrayList<>();
            passwords.forEach(
                    (user, password) -> arguments.add("SCRAM-SHA-512=[name=%s,password=%s]".formatted(user, password)));
            return arguments;
        }

        @Override
        public Map<String, String> settings(int clientPort, int controllerPort) throws BrokerStartException {
            openPort = EmbeddedBroker.freePort(clientPort, controllerPort);
            tlsPort = EmbeddedBroker.freePort(clientPort, controllerPort, openPort);
            String advertised = "CLIENT://%s:%d,TLS://%1$s:%3$d,OPEN://%1$s:%4$d"
                    .formatted(EmbeddedBroker.LOOPBACK, clientPort, tlsPort, openPort);
            String scram = "org.apache.kafka.common.security.scram.ScramLoginModule required;";
            return Map.ofEntries(
                    Map.entry(
                            "listeners",
                            advertised + ",CONTROLLER://%s:%d".formatted(EmbeddedBroker.LOOPBACK, controllerPort)),
                    Map.entry("advertised.listeners", advertised),
                    Map.entry(
                            "listener.security.protocol.map",
                            "CLIENT:SASL_PLAINTEXT,TLS:SASL_SSL,OPEN:PLAINTEXT,CONTROLLER:PLAINTEXT"),
                    Map.entry("inter.broker.listener.name", "OPEN"),
                    Map.entry("sasl.enabled.mechanisms", "SCRAM-SHA-512"),
                    Map.entry("listener.name.client.scram-sha-512.sasl.jaas.config", scram),
                    Map.entry("listener.name.tls.scram-sha-512.sasl.jaas.config", scram),
                    Map.entry("listener.name.tls.ssl.keystore.type", "PEM"),
                    Map.entry(TLS_CHAIN, first.certificatePem()),
                    Map.entry(TLS_KEY, first.keyPem()),
                    Map.entry("authorizer.class.name", RecordingAuthorizer.class.getName()),
                    Map.entry(RecordingAuthorizer.RECORDING, recording),
                    Map.entry("super.users", "User:ANONYMOUS"));
        }
    }
}
