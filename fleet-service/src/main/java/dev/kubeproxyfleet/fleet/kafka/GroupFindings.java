package dev.kubeproxyfleet.fleet.kafka;

import dev.kubeproxyfleet.fleet.selfcheck.Finding;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.SecurityDisabledException;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;

/** Whether the service may read in its groups, and write in its transactions, as far as Kafka tells without joining or writing. */
final class GroupFindings {

    private static final String BY_FILES = "; deploy/kafka has all rights";

    private final Admin admin;
    private final String prefix;
    private final Consumer<Finding> found;

    /** @param prefix of all names */
    GroupFindings(Admin admin, String prefix, Consumer<Finding> found) {
        this.admin = admin;
        this.prefix = prefix;
        this.found = found;
    }

    /** @param isLimited whether an authorizer is known to be there */
    void look(boolean isLimited) throws InterruptedException {
        if (!isLimited && isOpen()) {
            found.accept(
                    Finding.ok("this Kafka has no authorizer: everybody may read in groups and write in transactions"));
            return;
        }
        List<String> groups =
                ServiceRights.GROUPS.stream().map(group -> prefix + group).toList();
        Map<String, KafkaFuture<ConsumerGroupDescription>> described = admin.describeConsumerGroups(
                        groups, new DescribeConsumerGroupsOptions().includeAuthorizedOperations(true))
                .describedGroups();
        for (String group : groups) {
            found.accept(group(group, Objects.requireNonNull(described.get(group))));
        }
        found.accept(transactions());
    }

    /** Whether there is no authorizer. Asked only where that may be, since the broker logs what it refuses. */
    private boolean isOpen() throws InterruptedException {
        try {
            Set<AclOperation> operations = admin.describeCluster(
                            new DescribeClusterOptions().includeAuthorizedOperations(true))
                    .authorizedOperations()
                    .get();
            if (operations.contains(AclOperation.DESCRIBE)) {
                admin.describeAcls(AclBindingFilter.ANY).values().get();
            }
            return false;
        } catch (ExecutionException e) {
            return e.getCause() instanceof SecurityDisabledException;
        }
    }

    private static Finding group(String group, KafkaFuture<ConsumerGroupDescription> described)
            throws InterruptedException {
        Set<AclOperation> read = Set.of(AclOperation.READ);
        String lacking = "group " + group + ": the service has no right to Read in it; give it to its user with: "
                + ServiceRights.command(read, "--group " + group) + BY_FILES;
        try {
            return described.get().authorizedOperations().containsAll(read)
                    ? Finding.ok("group " + group + ", and the right to Read")
                    : Finding.missing(lacking);
        } catch (ExecutionException e) {
            return switch (e.getCause()) {
                case AuthorizationException _ -> Finding.missing(lacking);
                case GroupIdNotFoundException _ ->
                    Finding.unknown(
                            "group " + group + " is not there yet: the service may Describe it, and whether it may"
                                    + " Read in it is not told before it exists");
                case null, default ->
                    Finding.unknown("group " + group + " was not described (" + BrokerProbe.why(e) + ")");
            };
        }
    }

    private Finding transactions() throws InterruptedException {
        String ids = prefix + ServiceRights.TRANSACTIONS;
        String name = "transactions whose ids begin with " + ids;
        // A process that never was: nothing of it is known, or nobody may know.
        String never = ids + "check";
        try {
            admin.describeTransactions(List.of(never)).description(never).get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuthorizationException) {
                return Finding.missing(name + ": the service has no right to Write in them; give it to its user with: "
                        + ServiceRights.command(
                                Set.of(AclOperation.WRITE),
                                "--transactional-id " + ids + " --resource-pattern-type prefixed")
                        + BY_FILES);
            }
            if (!(e.getCause() instanceof TransactionalIdNotFoundException)) {
                return Finding.unknown(name + " were not described (" + BrokerProbe.why(e) + ")");
            }
        }
        return Finding.unknown(
                name + ": the service may Describe them, and whether it may Write in them only a transaction shows");
    }
}
