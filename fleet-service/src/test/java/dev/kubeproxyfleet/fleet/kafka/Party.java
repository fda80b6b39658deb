package dev.kubeproxyfleet.fleet.kafka;

import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;

import dev.kubeproxyfleet.schemas.topic.Topic;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;

/**
 * Who uses the topics, and what each may do there. To read or to write implies to describe.
 *
 * <p>Only the service may write commands and new clusters, since it asks who has sent them; to let another one do it is to trust it
 * with the service's rights in Azure.
 */
public enum Party {
    SERVICE("kubeproxy-fleet-service", "The fleet service."),
    AGENT("kubeproxy-fleet-agent", "The agents on all nodes. None can read what another one has written."),
    PUBLISHER("kubeproxy-fleet-publisher", "Whoever publishes configurations, such as a pipeline."),
    READER(
            "kubeproxy-fleet-reader",
            "Whoever follows what happens. What was sent, and may hold secrets, is not among it. Names of its groups begin with the"
                    + " prefix.");

    /** @param pattern whether {@code name} is a whole name or the beginning of names */
    public record Right(ResourceType type, String name, PatternType pattern, Set<AclOperation> operations) {

        static Right topic(String name, Set<AclOperation> operations) {
            return new Right(ResourceType.TOPIC, name, PatternType.LITERAL, EnumSet.copyOf(operations));
        }

        static Right group(String name, PatternType pattern) {
            return new Right(ResourceType.GROUP, name, pattern, EnumSet.of(READ));
        }

        public boolean covers(ResourceType otherType, String otherName) {
            return type == otherType
                    && (pattern == PatternType.PREFIXED ? otherName.startsWith(name) : otherName.equals(name));
        }
    }

    private static final Set<Topic> READERS = EnumSet.of(
            Topic.CLUSTERS,
            Topic.CONFIGS,
            Topic.ROLLOUTS,
            Topic.ROLLOUT_CLUSTERS,
            Topic.CLUSTER_HEALTH,
            Topic.CLUSTER_KUBERNETES,
            Topic.AUDIT);

    private final String user;
    private final String description;

    Party(String user, String description) {
        this.user = user;
        this.description = description;
    }

    public String user() {
        return user;
    }

    String description() {
        return description;
    }

    /** @param changelogs of the service */
    public List<Right> rights(String prefix, Collection<NeededTopic> changelogs) {
        return switch (this) {
            case SERVICE -> service(prefix, changelogs);
            case AGENT -> List.of(Right.topic(Topic.NODE_STATS.name(prefix), Set.of(WRITE)));
            case PUBLISHER -> List.of(Right.topic(Topic.DESIRED.name(prefix), Set.of(WRITE)));
            case READER ->
                Stream.concat(
                                READERS.stream().map(topic -> Right.topic(topic.name(prefix), Set.of(READ))),
                                Stream.of(Right.group(prefix + "reader-", PatternType.PREFIXED)))
                        .toList();
        };
    }

    private static List<Right> service(String prefix, Collection<NeededTopic> changelogs) {
        List<Right> rights = new ArrayList<>();
        for (Topic topic : Topic.values()) {
            rights.add(Right.topic(topic.name(prefix), ServiceRights.of(topic)));
        }
        changelogs.forEach(changelog -> rights.add(Right.topic(changelog.name(), ServiceRights.OF_CHANGELOGS)));
        ServiceRights.GROUPS.forEach(group -> rights.add(Right.group(prefix + group, PatternType.LITERAL)));
        rights.add(Right.group(prefix + ServiceRights.NOTIFY_GROUPS, PatternType.PREFIXED));
        rights.add(new Right(
                ResourceType.TRANSACTIONAL_ID,
                prefix + ServiceRights.TRANSACTIONS,
                PatternType.PREFIXED,
                EnumSet.of(WRITE)));
        return rights;
    }
}
