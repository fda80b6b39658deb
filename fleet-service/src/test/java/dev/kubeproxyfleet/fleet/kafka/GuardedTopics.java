package dev.kubeproxyfleet.fleet.kafka;

import static org.awaitility.Awaitility.await;

import dev.kubeproxyfleet.simulator.broker.GuardedBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.ResourcePattern;

/** A broker as the files of {@code deploy/kafka} make it: their topics, users and rights, and nothing else. */
public final class GuardedTopics {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private GuardedTopics() {}

    public static GuardedBroker start(Path folder) throws Exception {
        GuardedBroker broker = GuardedBroker.start(
                folder, Arrays.stream(Party.values()).map(Party::user).toList());
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.openServers()))) {
            for (NeededTopic topic : KafkaFiles.topics()) {
                create(admin, topic.name());
            }
            Set<AclBinding> rights =
                    Arrays.stream(Party.values()).flatMap(GuardedTopics::acls).collect(Collectors.toSet());
            admin.createAcls(rights).all().get();
            // The controller has them then, and the broker a moment later.
            await("the rights at the broker")
                    .atMost(PATIENCE)
                    .until(() -> Set.copyOf(admin.describeAcls(AclBindingFilter.ANY)
                                    .values()
                                    .get())
                            .containsAll(rights));
        }
        return broker;
    }

    /** @param name of a topic of the files */
    static void create(Admin admin, String name) throws Exception {
        for (NeededTopic topic : KafkaFiles.topics()) {
            if (topic.name().equals(name)) {
                admin.createTopics(List.of(new NewTopic(name, topic.partitions(), (short) 1).configs(topic.settings())))
                        .all()
                        .get();
            }
        }
    }

    public static Stream<Party.Right> rights(Party party) {
        return KafkaFiles.rights(party).stream();
    }

    /** The rights of a party as the broker takes them. */
    static Stream<AclBinding> acls(Party party) {
        return rights(party).flatMap(right -> acls(party, right).stream());
    }

    private static List<AclBinding> acls(Party party, Party.Right right) {
        return right.operations().stream()
                .map(operation -> new AclBinding(
                        new ResourcePattern(right.type(), right.name(), right.pattern()),
                        new AccessControlEntry("User:" + party.user(), "*", operation, AclPermissionType.ALLOW)))
                .toList();
    }
}
