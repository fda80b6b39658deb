package dev.kubeproxyfleet.fleet.kafka;

import static org.apache.kafka.common.acl.AclOperation.DESCRIBE_CONFIGS;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;

import dev.kubeproxyfleet.schemas.topic.Topic;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.utils.SecurityUtils;

/** What the service must be allowed to do in Kafka. To read or to write implies to describe. */
final class ServiceRights {

    /** Of the groups that the service reads in, without prefix. */
    static final List<String> GROUPS =
            List.of("controller", "health", "azure-worker", "gate-checks", "kubernetes-watcher", "new-clusters");

    /** What the names of the groups begin with that tell targets of notifications, after the prefix; the target's name follows. */
    static final String NOTIFY_GROUPS = "notify-";

    /** What the ids of the controller's transactions begin with, after the prefix; Kafka Streams adds a process and a thread. */
    static final String TRANSACTIONS = "controller-";

    static final Set<AclOperation> OF_CHANGELOGS = Collections.unmodifiableSet(EnumSet.of(READ, WRITE));

    private static final Set<Topic> NOT_READ = EnumSet.of(Topic.REJECTED);
    private static final Set<Topic> NOT_WRITTEN = EnumSet.of(Topic.NEW_CLUSTERS, Topic.NODE_STATS);

    private ServiceRights() {}

    static Set<AclOperation> of(Topic topic) {
        Set<AclOperation> operations = EnumSet.of(READ, WRITE, DESCRIBE_CONFIGS);
        if (NOT_READ.contains(topic)) {
            operations.remove(READ);
        }
        if (NOT_WRITTEN.contains(topic)) {
            operations.remove(WRITE);
        }
        return operations;
    }

    /** Their names as Kafka's tools take them: {@code Read, DescribeConfigs}. */
    static String names(Set<AclOperation> operations) {
        return operations.stream().sorted().map(SecurityUtils::operationName).collect(Collectors.joining(", "));
    }

    /**
     * What gives rights to the service's user, but for the brokers.
     *
     * @param resource as {@code kafka-acls.sh} takes it, for example {@code --topic kubeproxy.audit}
     */
    static String command(Set<AclOperation> operations, String resource) {
        return "kafka-acls.sh --add"
                + operations.stream()
                        .sorted()
                        .map(operation -> " --operation " + SecurityUtils.operationName(operation))
                        .collect(Collectors.joining())
                + " " + resource + " --allow-principal User:<name>";
    }
}
