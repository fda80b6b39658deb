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
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.resource.ResourceType;

/**
 * An {@link EmbeddedBroker} that lets a user in by password (SCRAM-SHA-512) or certificate (mutual TLS), and do what its ACLs allow, and
 * nothing else. Whoever knows {@link #openServers} may do everything there, without a name. Passwords and keys are other ones at each start.
 */
public final class GuardedBroker implements AutoCloseable {

    private static final Duration VALIDITY = Duration.ofDays(1);
    private static final int PASSWORD_BYTES = 18;
    private static final String CHAIN = "ssl.keystore.certificate.chain";
    private static final String KEY = "ssl.keystore.key";
    private static final String TLS = "listener.name.tls.";
    private static final String MUTUAL = "listener.name.mutual.";

    /** The user is what a certificate's subject has as its common name. */
    private static final String USER_OF_CERTIFICATE = "RULE:^CN=([^,]+)$/$1/";

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
                authority.pem(),
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
    public Map<String, String> tlsClient(String user) {
        Map<String, String> properties = client(user);
        properties.put("bootstrap.servers", tlsServers());
        properties.put("security.protocol", "SASL_SSL");
        properties.putAll(trust(guard.authority));
        return properties;
    }

    /**
     * What a client needs to come by mutual TLS, with the address.
     *
     * @param name in a certificate of the broker's authority that is made for it; the broker has a user of that name or does not know it
     */
    public Map<String, String> certificateClient(String name) throws GeneralSecurityException, IOException {
        Certified client = authority.clientOfKafka("CN=" + name);
        guard.privateKeys.add(client.keyPem());
        return certificateClient(client);
    }

    /** The same with a certificate of whomever. */
    public Map<String, String> certificateClient(Certified client) {
        Map<String, String> properties = new HashMap<>(trust(guard.authority));
        properties.put("bootstrap.servers", EmbeddedBroker.LOOPBACK + ":" + guard.mutualPort);
        properties.put("security.protocol", "SSL");
        properties.put("ssl.keystore.type", "PEM");
        properties.put(CHAIN, client.certificatePem());
        properties.put(KEY, client.keyPem());
        return properties;
    }

    private static Map<String, String> trust(String pem) {
        return Map.of("ssl.truststore.type", "PEM", "ssl.truststore.certificates", pem);
    }

    public String password(String user) {
        String password = guard.passwords.get(user);
        if (password == null) {
            throw new IllegalArgumentException("the broker has no user " + user);
        }
        return password;
    }

    /** Keys of the certificates that the broker has presented, and of those that it has made for clients, in PEM. */
    public List<String> privateKeys() {
        return List.copyOf(guard.privateKeys);
    }

    /**
     * Another certificate for the broker, with another key of the same authority. The broker presents it to whoever connects by TLS a
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
            admin.incrementalAlterConfigs(Map.of(
                            self,
                            Stream.of(TLS, MUTUAL)
                                    .flatMap(listener -> Stream.of(
                                            set(listener + CHAIN, next.certificatePem()),
                                            set(listener + KEY, next.keyPem())))
                                    .toList()))
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
        private final String authority;
        private final Certified first;
        private final String recording;
        private final List<String> privateKeys = new CopyOnWriteArrayList<>();
        private volatile int openPort;
        private volatile int tlsPort;
        private volatile int mutualPort;

        Guard(Map<String, String> passwords, String authority, Certified first, String recording) {
            this.passwords = passwords;
            this.authority = authority;
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
            mutualPort = EmbeddedBroker.freePort(clientPort, controllerPort, openPort, tlsPort);
            String advertised = "CLIENT://%s:%d,TLS://%1$s:%3$d,MUTUAL://%1$s:%4$d,OPEN://%1$s:%5$d"
                    .formatted(EmbeddedBroker.LOOPBACK, clientPort, tlsPort, mutualPort, openPort);
            String scram = "org.apache.kafka.common.security.scram.ScramLoginModule required;";
            Map<String, String> settings = new HashMap<>(Map.of(
                    "listeners",
                    advertised + ",CONTROLLER://%s:%d".formatted(EmbeddedBroker.LOOPBACK, controllerPort),
                    "advertised.listeners",
                    advertised,
                    "listener.security.protocol.map",
                    "CLIENT:SASL_PLAINTEXT,TLS:SASL_SSL,MUTUAL:SSL,OPEN:PLAINTEXT,CONTROLLER:PLAINTEXT",
                    "inter.broker.listener.name",
                    "OPEN",
                    "sasl.enabled.mechanisms",
                    "SCRAM-SHA-512",
                    "listener.name.client.scram-sha-512.sasl.jaas.config",
                    scram,
                    TLS + "scram-sha-512.sasl.jaas.config",
                    scram,
                    "authorizer.class.name",
                    RecordingAuthorizer.class.getName(),
                    RecordingAuthorizer.RECORDING,
                    recording,
                    "super.users",
                    "User:ANONYMOUS"));
            for (String listener : List.of(TLS, MUTUAL)) {
                settings.put(listener + "ssl.keystore.type", "PEM");
                settings.put(listener + CHAIN, first.certificatePem());
                settings.put(listener + KEY, first.keyPem());
            }
            trust(authority).forEach((name, value) -> settings.put(MUTUAL + name, value));
            settings.put(MUTUAL + "ssl.client.auth", "required");
            settings.put(MUTUAL + "ssl.principal.mapping.rules", USER_OF_CERTIFICATE);
            return settings;
        }
    }
}
