package dev.kubeproxyfleet.fleet.kafka;

import dev.kubeproxyfleet.fleet.selfcheck.Finding;
import dev.kubeproxyfleet.fleet.selfcheck.Part;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.streams.Topology;

/** Brokers, topics and rights, and the folder of the state. Kafka is only asked to describe. */
@ApplicationScoped
class KafkaPart implements Part {

    private final KafkaSettings settings;
    private final Map<String, Object> client;
    private final NeededTopics topics;

    @Inject
    KafkaPart(KafkaClients clients, KafkaSettings settings, @Any Instance<StreamsApplication> applications) {
        this(
                clients,
                settings,
                () -> applications.stream()
                        .collect(Collectors.toMap(
                                application -> clients.group(application.purpose()), StreamsApplication::topology)));
    }

    /** @param applications topologies by application id */
    KafkaPart(KafkaClients clients, KafkaSettings settings, Supplier<Map<String, Topology>> applications) {
        this.settings = settings;
        this.client = clients.properties();
        this.topics = new NeededTopics(settings, applications);
    }

    @Override
    public int order() {
        return 1;
    }

    @Override
    public String name() {
        return "Kafka";
    }

    @Override
    public void look(Consumer<Finding> found) throws InterruptedException {
        found.accept(StateFolderFinding.look(settings.stateDir()));
        BrokerProbe brokers = new BrokerProbe(client, found);
        List<String> answering = brokers.answering();
        if (answering.isEmpty()) {
            found.accept(Finding.unknown("topics and rights in Kafka: no broker has answered that could tell"));
            return;
        }
        try (Admin admin = brokers.admin(answering)) {
            boolean isLimited = new TopicFindings(admin, settings, topics, found).look();
            new GroupFindings(admin, settings.topicPrefix(), found).look(isLimited);
        }
    }
}
