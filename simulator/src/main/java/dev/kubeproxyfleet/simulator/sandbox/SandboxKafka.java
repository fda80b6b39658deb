package dev.kubeproxyfleet.simulator.sandbox;

import dev.kubeproxyfleet.simulator.broker.BrokerCluster;
import dev.kubeproxyfleet.simulator.broker.BrokerOwner;
import dev.kubeproxyfleet.simulator.broker.BrokerStartException;
import dev.kubeproxyfleet.simulator.broker.EmbeddedBroker;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Kafka of a sandbox: a broker in this process, or several in processes of their own; open to everybody, or secured. */
final class SandboxKafka implements AutoCloseable {

    private final String servers;
    private final List<String> lines;
    private final Optional<SecuredKafka> secured;
    private final DataFolder folder;
    private final AutoCloseable brokers;

    private SandboxKafka(
            String servers,
            List<String> lines,
            Optional<SecuredKafka> secured,
            DataFolder folder,
            AutoCloseable brokers) {
        this.servers = servers;
        this.lines = lines;
        this.secured = secured;
        this.folder = folder;
        this.brokers = brokers;
    }

    /**
     * Returns when all brokers serve clients, whose users and rights are still to be {@linkplain #setUp set up}.
     *
     * @param port of the first broker
     * @param giveUp is told of a broker that ends time and again, in a sentence
     */
    static SandboxKafka start(DataFolder folder, int count, int port, boolean secure, Consumer<String> giveUp)
            throws BrokerStartException, IOException, InterruptedException {
        Optional<SecuredKafka> secured = secure ? Optional.of(SecuredKafka.withNewPasswords()) : Optional.empty();
        Optional<BrokerOwner> owner = secured.map(SecuredKafka::owner);
        return count == 1
                ? one(folder, EmbeddedBroker.start(folder.broker(), port, owner), secured)
                : several(folder, BrokerCluster.startAt(folder.broker(), count, port, owner), secured, giveUp);
    }

    /** Makes topics, users and rights, where it is secured. */
    void setUp() throws SandboxFailure, IOException, InterruptedException {
        if (secured.isPresent()) {
            secured.get().setUp(servers);
            secured.get().write(servers, folder.kafkaUsers());
        }
    }

    private static SandboxKafka one(DataFolder folder, EmbeddedBroker broker, Optional<SecuredKafka> secured) {
        return new SandboxKafka(broker.bootstrapServers(), List.of(), secured, folder, broker);
    }

    private static SandboxKafka several(
            DataFolder folder, BrokerCluster cluster, Optional<SecuredKafka> secured, Consumer<String> giveUp) {
        cluster.keepRunning(System.err::println, giveUp);
        List<String> lines = cluster.brokers().stream()
                .map(broker ->
                        "broker      " + broker.name() + " (kill -9 " + broker.pid() + ", log " + broker.log() + ")")
                .toList();
        return new SandboxKafka(cluster.bootstrapServers(), lines, secured, folder, cluster);
    }

    /** Of each broker {@code host:port}. */
    String servers() {
        return servers;
    }

    /** For people: of each of several brokers where it is, and what ends it. */
    List<String> lines() {
        return lines;
    }

    /** For people: who may come, and how; nothing where everybody may. */
    List<String> users() {
        return secured.map(kafka -> kafka.lines(folder.kafkaUsers())).orElse(List.of());
    }

    /** Settings of the fleet service that are secret. */
    Map<String, String> service() {
        return secured.map(SecuredKafka::service).orElse(Map.of());
    }

    /** What a client of the simulated agents is told. */
    Map<String, String> agents() {
        return secured.map(kafka -> kafka.client(servers, SecuredKafka.AGENT))
                .orElse(Map.of("bootstrap.servers", servers));
    }

    @Override
    public void close() throws Exception {
        brokers.close();
    }
}
