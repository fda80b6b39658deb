package dev.kubeproxyfleet.simulator.sandbox;

import dev.kubeproxyfleet.simulator.broker.BrokerOwner;
import dev.kubeproxyfleet.simulator.broker.PrivateFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.jspecify.annotations.Nullable;

/**
 * Kafka as production has it: everybody comes with a password and has exactly the rights of {@code deploy/kafka}. The passwords are
 * other ones at each start, and are nowhere but in files that only the owner of the data folder may read.
 */
final class SecuredKafka {

    /** The user of the fleet service. */
    static final String SERVICE = "kubeproxy-fleet-service";

    /** The user of the agents on all simulated nodes. */
    static final String AGENT = "kubeproxy-fleet-agent";

    /** The user of whoever publishes. */
    static final String PUBLISHER = "kubeproxy-fleet-publisher";

    private static final int PASSWORD_BYTES = 18;
    private static final int ITERATIONS = 4096;
    private static final Duration PROPAGATION = Duration.ofMinutes(1);

    /** Complain of each password that a broker does not know yet. Held, because a logger that nobody holds forgets its level. */
    private static final List<Logger> CLIENTS = Stream.of(
                    "org.apache.kafka.clients.NetworkClient",
                    "org.apache.kafka.clients.admin.internals.AdminMetadataManager")
            .map(Logger::getLogger)
            .toList();

    private final DeployedKafka deployed;
    private final Map<String, String> passwords = new LinkedHashMap<>();
    private final BrokerOwner owner;

    private SecuredKafka(DeployedKafka deployed, SecureRandom random) {
        this.deployed = deployed;
        deployed.rights().keySet().forEach(user -> passwords.put(user, password(random)));
        owner = new BrokerOwner("kubeproxy-fleet-owner", password(random));
    }

    static SecuredKafka withNewPasswords() throws IOException {
        return new SecuredKafka(DeployedKafka.read(), new SecureRandom());
    }

    private static String password(SecureRandom random) {
        byte[] bytes = new byte[PASSWORD_BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** Whom the brokers belong to. */
    BrokerOwner owner() {
        return owner;
    }

    /** Makes the topics that are missing, sets the passwords, and replaces all rights that there are. */
    void setUp(String brokers) throws SandboxFailure, InterruptedException {
        try (Admin admin = Admin.create(new HashMap<>(with(brokers, owner.client())))) {
            List<String> there = List.copyOf(admin.listTopics().names().get());
            List<NewTopic> missing = deployed.topics().stream()
                    .filter(topic -> !there.contains(topic.name()))
                    .toList();
            admin.createTopics(missing).all().get();
            admin.deleteAcls(List.of(AclBindingFilter.ANY)).all().get();
            admin.createAcls(deployed.rights().values().stream()
                            .flatMap(List::stream)
                            .toList())
                    .all()
                    .get();
            List<UserScramCredentialAlteration> credentials = new ArrayList<>();
            passwords.forEach((user, password) -> credentials.add(new UserScramCredentialUpsertion(
                    user, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, ITERATIONS), password)));
            admin.alterUserScramCredentials(credentials).all().get();
        } catch (ExecutionException e) {
            throw new SandboxFailure("Kafka's topics, users and rights cannot be set: " + e.getMessage(), e);
        }
        awaitPasswords(brokers);
    }

    /** Each broker learns a moment later what was set, the passwords last. */
    private void awaitPasswords(String brokers) throws SandboxFailure, InterruptedException {
        List<@Nullable Level> levels = new ArrayList<>();
        CLIENTS.forEach(logger -> levels.add(logger.getLevel()));
        CLIENTS.forEach(logger -> logger.setLevel(Level.OFF));
        long end = System.nanoTime() + PROPAGATION.toNanos();
        try {
            for (String broker : brokers.split(",")) {
                while (!knowsPasswords(broker)) {
                    if (System.nanoTime() > end) {
                        throw new SandboxFailure("the broker " + broker + " has not learnt its users' passwords in "
                                + PROPAGATION.toSeconds() + " s");
                    }
                }
            }
        } finally {
            for (int i = 0; i < levels.size(); i++) {
                CLIENTS.get(i).setLevel(levels.get(i));
            }
        }
    }

    /** A broker answers a wrong password late, so that asking again needs no wait. */
    private boolean knowsPasswords(String broker) throws SandboxFailure, InterruptedException {
        try (Admin admin = Admin.create(new HashMap<>(client(broker, SERVICE)))) {
            admin.describeCluster().clusterId().get();
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SaslAuthenticationException) {
                return false;
            }
            throw new SandboxFailure("the broker " + broker + " does not let its users in: " + e.getMessage(), e);
        }
    }

    /** Settings by which a client in Java comes as a user. */
    Map<String, String> client(String brokers, String user) {
        return with(brokers, security(user));
    }

    /** Settings of the fleet service, which may create no topic. */
    Map<String, String> service() {
        Map<String, String> settings = new LinkedHashMap<>();
        security(SERVICE).forEach((name, value) -> settings.put("kpfleet.kafka.client.\"" + name + "\"", value));
        settings.put("kpfleet.kafka.create-topics", "false");
        return settings;
    }

    /** Writes for each user what Kafka's own tools take as {@code --command-config}, and kcat as {@code -F}. */
    void write(String brokers, Path folder) throws IOException {
        PrivateFolder.create(folder);
        for (Map.Entry<String, String> user : passwords.entrySet()) {
            String name = user.getKey();
            PrivateFolder.writeProperties(folder.resolve(name + ".properties"), client(brokers, name));
            PrivateFolder.writeProperties(
                    folder.resolve(name + ".kcat"),
                    Map.of(
                            "bootstrap.servers",
                            brokers,
                            "security.protocol",
                            "SASL_PLAINTEXT",
                            "sasl.mechanism",
                            "SCRAM-SHA-512",
                            "sasl.username",
                            name,
                            "sasl.password",
                            user.getValue()));
        }
        PrivateFolder.writeProperties(folder.resolve(owner.name() + ".properties"), with(brokers, owner.client()));
    }

    /** For people. */
    List<String> lines(Path folder) {
        return List.of("Kafka users " + folder + " (publish: kcat -P -F " + folder.resolve(PUBLISHER + ".kcat")
                + "; Kafka's own tools: --command-config " + folder.resolve(PUBLISHER + ".properties") + ")");
    }

    private Map<String, String> security(String user) {
        String password = passwords.get(user);
        if (password == null) {
            throw new IllegalArgumentException("deploy/kafka has no user " + user);
        }
        return BrokerOwner.client(user, password);
    }

    private static Map<String, String> with(String brokers, Map<String, String> security) {
        Map<String, String> properties = new LinkedHashMap<>(security);
        properties.put("bootstrap.servers", brokers);
        return properties;
    }
}
